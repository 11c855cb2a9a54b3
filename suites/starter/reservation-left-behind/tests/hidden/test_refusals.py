import pytest
from stockroom.errors import DuplicateOrder, OutOfStock


def test_article_on_two_lines_is_added_up(shelf, reservations, order):
    with pytest.raises(OutOfStock):
        reservations.reserve(order(1, ("desk", 1), ("chair", 2), ("chair", 2)))
    assert [shelf.available("desk"), shelf.available("chair")] == [1, 3]


def test_error_names_the_missing_article(reservations, order):
    with pytest.raises(OutOfStock) as caught:
        reservations.reserve(order(1, ("lamp", 1), ("sofa", 1)))
    assert caught.value.article == "sofa"


def test_refused_order_keeps_earlier_reservations(shelf, reservations, order):
    reservations.reserve(order(1, ("lamp", 1), ("chair", 1)))
    with pytest.raises(OutOfStock):
        reservations.reserve(order(2, ("lamp", 1), ("chair", 1), ("desk", 2)))
    assert [shelf.available("lamp"), shelf.available("chair"), shelf.available("desk")] == [1, 2, 1]
    assert reservations.open_orders() == [1]


def test_refused_order_can_be_tried_again(shelf, reservations, order):
    reservations.reserve(order(1, ("chair", 3)))
    with pytest.raises(OutOfStock):
        reservations.reserve(order(2, ("lamp", 2), ("chair", 1)))
    reservations.cancel(1)
    reservations.reserve(order(2, ("lamp", 2), ("chair", 1)))
    assert [shelf.available("lamp"), shelf.available("chair")] == [0, 2]


def test_duplicate_order_holds_nothing_more(shelf, reservations, order):
    reservations.reserve(order(1, ("chair", 1)))
    with pytest.raises(DuplicateOrder):
        reservations.reserve(order(1, ("chair", 1)))
    assert shelf.available("chair") == 2
