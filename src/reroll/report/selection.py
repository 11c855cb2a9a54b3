"""What k attempts are worth to a user who has no hidden tests: selection beside pass@k, over bugs.

The rules of one bug are in `reroll.statistics.selection`; here they become means over bugs with intervals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reroll.report.comparison import ALL
from reroll.report.loops import share
from reroll.report.view import Curve
from reroll.statistics.intervals import Interval, jackknife, mean
from reroll.statistics.passk import pass_at_k
from reroll.statistics.selection import best_at_k, majority_at_k, selected_at_k

if TYPE_CHECKING:
    from reroll.ledger import Run

CURVES = {"sel@k": "selected", "best@k": "best", "maj@k": "majority", "false@k": "false_fix"}
"""Metric of a curve to the field of `Selection` that it shows."""


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
    scores: Sequence[tuple[float, bool]] = ()
    """Score of each attempt and whether it is a fix; empty where none is known."""


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
    best: Interval
    """best@k: the one with the highest score, the mean log-probability of its tokens."""
    majority: Interval
    """maj@k: one of the largest behaviour cluster."""


def selection(
    pools: Sequence[Pool], *, ks: Sequence[int] = (1, 2, 4, 8, 16), level: float = 0.95
) -> tuple[Selection, ...]:
    """Return every way to pick at each k, over the bugs that have k attempts. docs/method.md M16 to M18."""
    return tuple(
        Selection(
            k=k,
            oracle=_over([pass_at_k(pool.attempts, pool.fixed, k=k) for pool in pools], level=level),
            selected=_over([_picked(pool, k=k, wrong=False) for pool in pools], level=level),
            false_fix=_over([_picked(pool, k=k, wrong=True) for pool in pools], level=level),
            best=_over([_best(pool, k=k) for pool in pools], level=level),
            majority=_over([_majority(pool, k=k) for pool in pools], level=level),
        )
        for k in ks
        if any(pool.attempts >= k for pool in pools)
    )


def choices_of(
    run: Run, *, ks: Sequence[int] = (1, 4, 16), scored: bool = False
) -> dict[str, tuple[Selection, ...]]:
    """Return every way to pick at each k by checkpoint, over all bugs of a run.

    Args:
        run: a run of independent attempts.
        ks: attempts to choose from.
        scored: whether to read the log-probabilities too, for best@k.
    """
    return {name: selection(found, ks=ks) for name, found in pools_of(run, scored=scored).items()}


def pools_of(run: Run, *, scored: bool) -> dict[str, list[Pool]]:
    """Return the pools of a run by checkpoint."""
    scores = run.scores() if scored else {}
    return {
        name: [Pool(**pool, scores=scores.get(name, {}).get(pool["bug"], ())) for pool in pools]
        for name, pools in run.pools().items()
    }


def choice_curves(
    pools: Mapping[str, Sequence[Pool]],
    *,
    slices: Mapping[str, str],
    parts: Sequence[str],
    ks: Sequence[int],
) -> tuple[Curve, ...]:
    """Return sel@k, best@k, maj@k and false fixes as curves, by checkpoint and slice.

    Args:
        pools: checkpoint to the pools of its bugs.
        slices: bug to its slice.
        parts: slices to report on, `all` included.
        ks: attempts to choose from.
    """
    curves = []
    for name, found in pools.items():
        for part in parts:
            own = [pool for pool in found if part in (ALL, slices[pool.bug])]
            reached = [k for k in ks if own and k <= min(pool.attempts for pool in own)]
            rows = selection(own, ks=reached)
            for metric, field in CURVES.items():
                points = {row.k: share(getattr(row, field)) for row in rows}
                if any(point.value is not None for point in points.values()):
                    curves.append(
                        Curve(metric=metric, checkpoint=name, slice=part, bugs=len(own), points=points)
                    )
    return tuple(curves)


def _over(values: Sequence[float | None], *, level: float) -> Interval:
    known = np.array([value for value in values if value is not None])
    return jackknife(known.reshape(-1, 1), statistic=mean, level=level, span=1.0)


def _picked(pool: Pool, *, k: int, wrong: bool) -> float | None:
    found = selected_at_k(pool.attempts, pool.visible, hidden=pool.fixed, k=k)
    return None if found is None else found.false_fix if wrong else found.fixed


def _best(pool: Pool, *, k: int) -> float | None:
    if not pool.scores:
        return None
    scores, correct = zip(*pool.scores, strict=True)
    return best_at_k(scores, correct, k=k)


def _majority(pool: Pool, *, k: int) -> float | None:
    if not pool.clusters:
        return None
    sizes, correct = zip(*pool.clusters, strict=True)
    return majority_at_k(sizes, correct, k=k)
