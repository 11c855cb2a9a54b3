import pytest
from stockroom.errors import OutOfStock


def test_refused_order_leaves_the_shelf_as_it_was(shelf, reservations, order):
    with pytest.raises(OutOfStock):
        reservations.reserve(order(1001, ("lamp", 2), ("chair", 5)))
    assert [shelf.available("lamp"), shelf.available("chair")] == [2, 3]


def test_accepted_order_is_held(shelf, reservations, order):
    reservations.reserve(order(1002, ("lamp", 1), ("chair", 3)))
    assert [shelf.available("lamp"), shelf.available("chair")] == [1, 0]
