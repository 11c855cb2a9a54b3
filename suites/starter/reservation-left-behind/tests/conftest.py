import pytest
from stockroom.orders import Line, Order
from stockroom.reservations import Reservations
from stockroom.shelf import Shelf


@pytest.fixture
def shelf():
    return Shelf({"lamp": 2, "chair": 3, "desk": 1})


@pytest.fixture
def reservations(shelf):
    return Reservations(shelf)


@pytest.fixture
def order():
    def make(number, *lines):
        return Order(number, tuple(Line(article, quantity) for article, quantity in lines))

    return make
