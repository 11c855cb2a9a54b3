"""Echo rate: how often two correct attempts are one strategy. The cards of one bug.

`counts` is x: correct attempts per strategy. Average the echo rate over bugs, never its reciprocal.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reroll.statistics.draws import check_strategies, falling


def echo(counts: Sequence[int]) -> float | None:
    """Return E = sum of x (x − 1) / (c (c − 1)): the chance that two correct attempts share a strategy.

    Unbiased for sum of q². Simpson 1949; docs/method.md M6. None for c < 2.
    """
    correct = check_strategies(counts)
    return None if correct < 2 else sum(falling(x, 2) for x in counts) / falling(correct, 2)


def echo_of_three(counts: Sequence[int]) -> float | None:
    """Return T3 = sum of x^(3) / c^(3), unbiased for sum of q³. docs/method.md M6. None for c < 3."""
    correct = check_strategies(counts)
    return None if correct < 3 else sum(falling(x, 3) for x in counts) / falling(correct, 3)


def echo_squared(counts: Sequence[int]) -> float | None:
    """Return T22, unbiased for (sum of q²)². docs/method.md M6. None for c < 4."""
    exact = _echo_squared(counts)
    return None if exact is None else float(exact)


def echo_variance(counts: Sequence[int]) -> float | None:
    """Return the unbiased sampling variance of the echo rate within the bug: E² − T22.

    docs/method.md M6. None for c < 4.
    """
    squared = _echo_squared(counts)
    if squared is None:
        return None
    rate = Fraction(sum(falling(x, 2) for x in counts), falling(sum(counts), 2))
    return float(rate * rate - squared)


def share_spread(counts: Sequence[int]) -> float | None:
    """Return V = T3 − T22, unbiased for the variance of q over correct attempts: what kappa is divided by.

    docs/method.md M13. None for c < 4. May be negative in one bug: it is a difference of estimates.
    """
    three, squared = echo_of_three(counts), echo_squared(counts)
    return None if three is None or squared is None else three - squared


def _echo_squared(counts: Sequence[int]) -> Fraction | None:
    correct = check_strategies(counts)
    if correct < 4:
        return None
    pairs = [falling(x, 2) for x in counts]
    across = sum(pairs) ** 2 - sum(pair * pair for pair in pairs)
    return Fraction(sum(falling(x, 4) for x in counts) + across, falling(correct, 4))
