"""Picking one attempt without an oracle: what k attempts are worth when the hidden tests cannot choose.

pass@k assumes that a fix is recognised. A user sees the visible tests, a score, or a majority. Concentration
helps a majority and can hurt pass@k, so both belong in a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from math import comb
from typing import Any, NamedTuple

import numpy as np

from reroll.errors import StatisticsError
from reroll.statistics.draws import chance_to_miss, check_counts


class Selected(NamedTuple):
    """What a uniform choice among the visibly passing attempts gives."""

    fixed: float
    """Chance that the chosen attempt is a fix."""
    false_fix: float
    """Chance that it passes the visible tests and is none."""


def selected_at_k(attempts: int, visible: int, *, hidden: int, k: int) -> Selected | None:
    """Return sel@k and the false-fix rate: (h / v, (v − h) / v) · [1 − C(n − v, k) / C(n, k)].

    v attempts pass the visible tests, h of these also the hidden ones. docs/method.md M16. 0 for v = 0; None
    for k > n.
    """
    check_counts(attempts, visible)
    check_counts(visible, hidden)
    if not 1 <= k <= attempts:
        return None
    if visible == 0:
        return Selected(0.0, 0.0)
    offered = 1.0 - chance_to_miss(attempts, visible, draws=k)
    return Selected(hidden / visible * offered, (visible - hidden) / visible * offered)


def best_at_k(scores: Sequence[float], correct: Sequence[bool], *, k: int) -> float | None:
    """Return the chance that the highest-scored of k attempts is a fix, ties broken at random.

    Sum over blocks of tied scores of their mean correctness times [C(n − a, k) − C(n − a − t, k)] / C(n, k),
    where a attempts score higher and t tie. docs/method.md M17. None for k > n.
    """
    n = len(scores)
    if not 1 <= k <= n:
        return None
    ranked = sorted(zip(scores, correct, strict=True), key=lambda pair: -pair[0])
    above, total = 0, 0.0
    for _, block in groupby(ranked, key=lambda pair: pair[0]):
        members = [fixed for _, fixed in block]
        tied = len(members)
        if any(members):
            first = chance_to_miss(n, above, draws=k) - chance_to_miss(n, above + tied, draws=k)
            total += sum(members) / tied * first
        above += tied
    return total


def majority_at_k(sizes: Sequence[int], correct: Sequence[bool], *, k: int) -> float | None:
    """Return the chance that the largest behaviour cluster among k attempts is a correct one, ties at random.

    `sizes` are attempts per cluster, `correct` whether the cluster is a fix. Nothing is drawn: for every
    size m of the largest cluster, the k-subsets are counted by how many clusters reach m. docs/method.md
    M18. None for k > n.
    """
    if len(sizes) != len(correct):
        raise StatisticsError(f"{len(sizes)} clusters but {len(correct)} verdicts")
    if not 1 <= k <= sum(sizes):
        return None
    return _majority(tuple(sorted(zip(sizes, map(bool, correct), strict=True))), k)


@lru_cache(maxsize=1 << 15)
def _majority(clusters: tuple[tuple[int, bool], ...], k: int) -> float:
    whole = comb(sum(size for size, _ in clusters), k)
    # Floats while they hold the number of subsets, fractions beyond.
    one: float | Fraction = 1.0 if whole < 1 << 1000 else Fraction(1)
    won = _won_apart(clusters, k, one=one) if k <= len(clusters) else 0
    # Only correct clusters win, so the largest one of them bounds the size of a winner.
    most = max((size for size, fixed in clusters if fixed), default=0)
    for largest in range(2, min(k, most) + 1):
        if 2 * largest > k:
            won += _won_alone(clusters, k, largest=largest)
        else:
            won += _won(clusters, k, largest=largest, one=one)
    return float(won / whole)


def _won_apart(clusters: Sequence[tuple[int, bool]], k: int, *, one: float | Fraction) -> Any:
    """Weigh the k-subsets of k different clusters by the share of correct ones among them."""
    # By attempts drawn: subsets, and subsets times the correct clusters in them.
    ways = np.zeros((2, k + 1), dtype=type(one))
    ways[0, 0] = one
    for size, fixed in clusters:
        gained = ways[:, :-1] * size
        if fixed:
            gained[1] += gained[0]
        ways[:, 1:] += gained
    return ways[1, k] / k


def _won_alone(clusters: Sequence[tuple[int, bool]], k: int, *, largest: int) -> int:
    """Count the k-subsets that hold more than half of them, `largest`, from one correct cluster."""
    n = sum(size for size, _ in clusters)
    return sum(comb(size, largest) * comb(n - size, k - largest) for size, fixed in clusters if fixed)


def _won(clusters: Sequence[tuple[int, bool]], k: int, *, largest: int, one: float | Fraction) -> Any:
    """Weigh the k-subsets whose largest cluster has size `largest` by the share of correct ones that tie."""
    # Smaller clusters can never tie, so together they are one pool to draw the rest from.
    small = sum(size for size, _ in clusters if size < largest)
    # By attempts drawn and clusters that tie: subsets, and subsets times the correct clusters that tie.
    ways = np.zeros((2, k + 1, k // largest + 1), dtype=type(one))
    ways[0, 0, 0] = one
    for size, fixed in clusters:
        if size < largest:
            continue
        grown = ways.copy()
        for take in range(1, largest):
            grown[:, take:] += ways[:, :-take] * comb(size, take)
        tied = ways[:, :-largest, :-1] * comb(size, largest)
        if fixed:
            tied[1] += tied[0]
        grown[:, largest:, 1:] += tied
        ways = grown
    rest = np.array([one * comb(small, k - drawn) for drawn in range(k + 1)])
    by_ties = (ways[1] * rest[:, None]).sum(axis=0)
    return sum(good / ties for ties, good in enumerate(by_ties) if ties)
