"""What k attempts are worth to a user who has no hidden tests: selection beside pass@k, over bugs.

The rules of one bug are in `reroll.statistics.selection`; here they become means over bugs with intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reroll.statistics.intervals import Interval, jackknife, mean
from reroll.statistics.passk import pass_at_k
from reroll.statistics.selection import majority_at_k, selected_at_k


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The counted attempts of one bug under one checkpoint, as far as a user could tell them apart."""

    bug: str
    """Id of the bug."""
    attempts: int
    """n: attempts that count."""
    visible: int
    """v: attempts that pass the visible tests."""
    fixed: int
    """h: attempts that pass the hidden tests too."""
    clusters: Sequence[tuple[int, bool]] = ()
    """Attempts per behaviour and whether it is a fix; sums to n. Empty where behaviours are unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Ways to pick one of k attempts, as means over bugs."""

    k: int
    """Attempts to choose from."""
    oracle: Interval
    """pass@k: a fix is recognised if there is one."""
    selected: Interval
    """sel@k: a random one of those that pass the visible tests."""
    false_fix: Interval
    """Chance that the one so picked passes the visible tests and is no fix."""
    majority: Interval
    """maj@k: one of the largest behaviour cluster."""


def selection(
    pools: Sequence[Pool], *, ks: Sequence[int] = (1, 2, 4, 8, 16), level: float = 0.95
) -> tuple[Selection, ...]:
    """Return every way to pick at each k, over the bugs that have k attempts. docs/method.md M16 and M18."""
    return tuple(
        Selection(
            k=k,
            oracle=_over([pass_at_k(pool.attempts, pool.fixed, k=k) for pool in pools], level=level),
            selected=_over([_picked(pool, k=k, wrong=False) for pool in pools], level=level),
            false_fix=_over([_picked(pool, k=k, wrong=True) for pool in pools], level=level),
            majority=_over([_majority(pool, k=k) for pool in pools], level=level),
        )
        for k in ks
        if any(pool.attempts >= k for pool in pools)
    )


def _over(values: Sequence[float | None], *, level: float) -> Interval:
    known = np.array([value for value in values if value is not None])
    return jackknife(known.reshape(-1, 1), statistic=mean, level=level, span=1.0)


def _picked(pool: Pool, *, k: int, wrong: bool) -> float | None:
    found = selected_at_k(pool.attempts, pool.visible, hidden=pool.fixed, k=k)
    return None if found is None else found.false_fix if wrong else found.fixed


def _majority(pool: Pool, *, k: int) -> float | None:
    if not pool.clusters:
        return None
    sizes, correct = zip(*pool.clusters, strict=True)
    return majority_at_k(sizes, correct, k=k)
