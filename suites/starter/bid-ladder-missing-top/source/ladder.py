"""The amounts that a bidder may choose from."""

from __future__ import annotations


def bids(low: float, high: float, step: float) -> list[float]:
    """Return the amounts from `low` to `high`, both included, `step` apart."""
    if step <= 0:
        raise ValueError(f"Bids must rise, got a step of {step!r}")
    amounts = []
    amount = low
    while amount <= high:
        amounts.append(amount)
        amount += step
    return amounts


def next_bid(current: float, low: float, high: float, step: float) -> float | None:
    """Return the smallest amount clearly above `current`, None at the top."""
    for amount in bids(low, high, step):
        if amount > current + step / 10:
            return amount
    return None
