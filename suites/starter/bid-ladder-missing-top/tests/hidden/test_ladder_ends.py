import pytest
from ladder import bids, next_bid


@pytest.mark.parametrize(
    ("low", "high", "step", "count"),
    [(0.0, 0.3, 0.1, 4), (1.1, 1.4, 0.1, 4), (0.0, 100.0, 0.01, 10001), (0.05, 1.0, 0.05, 20)],
)
def test_whole_number_of_steps_reaches_the_top(low, high, step, count):
    amounts = bids(low, high, step)
    assert len(amounts) == count
    assert amounts[-1] == pytest.approx(high)


def test_broken_last_step_is_left_out():
    assert bids(0.0, 1.0, 0.35) == pytest.approx([0.0, 0.35, 0.7])


def test_almost_a_whole_step_is_left_out():
    assert bids(0.0, 0.99, 0.25) == pytest.approx([0.0, 0.25, 0.5, 0.75])


def test_low_equals_high():
    assert bids(0.7, 0.7, 0.1) == pytest.approx([0.7])


def test_low_above_high():
    assert bids(0.8, 0.7, 0.1) == []


def test_next_bid_ends_at_the_top():
    assert next_bid(1.4, 1.0, 1.5, 0.1) == pytest.approx(1.5)
    assert next_bid(1.5, 1.0, 1.5, 0.1) is None


def test_step_must_be_positive():
    with pytest.raises(ValueError):
        bids(0.1, 0.7, 0.0)
