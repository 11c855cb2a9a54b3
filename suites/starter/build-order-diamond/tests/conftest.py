import pytest


@pytest.fixture
def assert_valid():
    """Check that an order holds every part once, after what it needs."""

    def check(order, needs):
        parts = set(needs) | {needed for several in needs.values() for needed in several}
        assert sorted(order) == sorted(parts)
        for part, several in needs.items():
            for needed in several:
                assert order.index(needed) < order.index(part), f"{needed} after {part} in {order}"

    return check
