import pytest
from checkout.cart import Cart
from checkout.coupons import parse
from checkout.pricing import settle


def test_price_never_falls_below_zero(receipt):
    assert receipt(1000, "A5000", "P50").to_pay == 0


def test_second_percentage_is_of_the_lower_price(receipt):
    assert receipt(10000, "P10", "A100", "P20").to_pay == 7100


def test_no_coupons(receipt):
    assert receipt(4200).to_pay == 4200


def test_coupons_from_a_generator():
    cart = Cart()
    cart.add("mug", 800, 3)
    assert settle(cart, (parse(code) for code in ["A400", "P50"])).to_pay == 800


def test_unknown_code():
    with pytest.raises(ValueError):
        parse("X1")
