"""A change of C_k split into accuracy and concentration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from reroll.records import Tally
from reroll.statistics.diversity import distinct_among_correct


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The two parts of a change of C_k of one bug; they sum to the change."""

    accuracy: float
    """Part due to the share of correct attempts."""
    concentration: float
    """Part due to how the correct attempts spread over strategies."""


def split_change(before: Tally, after: Tally, *, k: int) -> Split | None:
    """Return the change of C_k from `before` to `after` as accuracy and concentration parts.

    C_k is the mean of D_h over the number h of correct attempts among k draws. Either ingredient is exchanged
    between the arms and the two orders are averaged (Shapley). docs/method.md M8. None where an arm has too
    few correct attempts to be rarefied to the other's, or k > n.
    """
    if not 1 <= k <= min(before.attempts, after.attempts):
        return None
    arms, spreads = (before, after), (list(before.strategies.values()), list(after.strategies.values()))
    value = [[_mixed(arm, spread, k=k) for spread in spreads] for arm in arms]
    (bb, ba), (ab, aa) = value
    if bb is None or ba is None or ab is None or aa is None:
        return None
    return Split(accuracy=((ab - bb) + (aa - ba)) / 2, concentration=((ba - bb) + (aa - ab)) / 2)


def _mixed(arm: Tally, counts: Sequence[int], *, k: int) -> float | None:
    """Return C_k with the accuracy of `arm` and the strategies of `counts`."""
    n, c = arm.attempts, arm.correct
    if sum(counts) < min(k, c):
        return None
    total = 0.0
    for hits in range(max(1, k - (n - c)), min(k, c) + 1):
        weight = comb(c, hits) * comb(n - c, k - hits) / comb(n, k)
        total += weight * (distinct_among_correct(counts, b=hits) or 0.0)
    return total
