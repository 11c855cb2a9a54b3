import pytest
from ladder import bids


def test_highest_bid_is_offered():
    assert bids(1.0, 1.5, 0.1) == pytest.approx([1.0, 1.1, 1.2, 1.3, 1.4, 1.5])


def test_quarters():
    assert bids(1.0, 2.0, 0.25) == pytest.approx([1.0, 1.25, 1.5, 1.75, 2.0])
