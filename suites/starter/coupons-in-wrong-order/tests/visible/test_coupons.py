import pytest


@pytest.mark.parametrize("codes", [("P10", "A500"), ("A500", "P10")])
def test_percentage_comes_off_before_the_amount(receipt, codes):
    assert receipt(5000, *codes).to_pay == 4000


def test_single_coupon(receipt):
    assert receipt(5000, "P10").to_pay == 4500
