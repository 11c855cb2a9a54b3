import pytest
from stockroom.errors import OutOfStock, UnknownOrder


def test_shipping_after_a_refusal(shelf, reservations, order):
    with pytest.raises(OutOfStock):
        reservations.reserve(order(1, ("lamp", 1), ("desk", 4)))
    reservations.reserve(order(2, ("lamp", 2)))
    reservations.ship(2)
    assert [shelf.on_hand("lamp"), shelf.available("lamp")] == [0, 0]


def test_refused_order_is_unknown(reservations, order):
    with pytest.raises(OutOfStock):
        reservations.reserve(order(1, ("lamp", 1), ("desk", 4)))
    with pytest.raises(UnknownOrder):
        reservations.cancel(1)


def test_article_on_two_lines_can_be_cancelled(shelf, reservations, order):
    reservations.reserve(order(1, ("chair", 1), ("chair", 2)))
    reservations.cancel(1)
    assert shelf.available("chair") == 3
