import pytest

from orders import Declined, Order, Services, Workflow


class Outside:
    """Services that work unless they are told to be down."""

    def __init__(self):
        self.down = set()
        self.calls = []

    def service(self, name):
        def call(value):
            self.calls.append((name, value))
            if name in self.down:
                raise Declined(name)
            return f"{name} ok"

        return call


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def workflow(outside):
    return Workflow(Services(*(outside.service(name) for name in ("charge", "ship", "refund"))))


@pytest.fixture
def order():
    return Order(7, 1250)
