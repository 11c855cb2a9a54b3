import pytest
from checkout.cart import Cart
from checkout.coupons import parse
from checkout.pricing import settle


@pytest.fixture
def receipt():
    def make(goods, *codes):
        cart = Cart()
        cart.add("goods", goods)
        return settle(cart, [parse(code) for code in codes])

    return make
