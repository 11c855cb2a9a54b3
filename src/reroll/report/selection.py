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
from reroll.report.pairing import Groups, labels_of
from reroll.report.view import Curve
from reroll.statistics.deletion import Array, Labels
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
    pools: Sequence[Pool],
    *,
    ks: Sequence[int] = (1, 2, 4, 8, 16),
    level: float = 0.95,
    groups: Groups = None,
) -> tuple[Selection, ...]:
    """Return every way to pick at each k, over the bugs that have k attempts. docs/method.md M16 to M18."""
    labels = labels_of([pool.bug for pool in pools], groups)
    return tuple(
        _over(_chances(pools, k=k), k=k, level=level, groups=labels)
        for k in ks
        if any(pool.attempts >= k for pool in pools)
    )


def choices_of(
    run: Run, *, ks: Sequence[int] = (1, 4, 16), groups: Groups = None
) -> dict[str, tuple[Selection, ...]]:
    """Return every way to pick that needs no scores, by checkpoint, over all bugs of a run."""
    pools = pools_of(run, scored=False)
    return {name: selection(found, ks=ks, groups=groups) for name, found in pools.items()}


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
    groups: Groups = None,
) -> tuple[Curve, ...]:
    """Return sel@k, best@k, maj@k and false fixes as curves, by checkpoint and slice.

    Args:
        pools: checkpoint to the pools of its bugs.
        slices: bug to its slice.
        parts: slices to report on, `all` included.
        ks: attempts to choose from; a slice is reported on as far as every bug of it has them.
        groups: bug to its group, where bugs of one group depend on each other.
    """
    curves = []
    for name, found in pools.items():
        least = {
            part: min((pool.attempts for pool in found if part in (ALL, slices[pool.bug])), default=0)
            for part in parts
        }
        labels = labels_of([pool.bug for pool in found], groups)
        chances = {k: _chances(found, k=k) for k in ks if k <= max(least.values(), default=0)}
        for part in parts:
            own = np.array([part in (ALL, slices[pool.bug]) for pool in found], dtype=np.bool_)
            rows = [
                _over(
                    {rule: values[own] for rule, values in at.items()},
                    k=k,
                    groups=None if labels is None else labels[own],
                )
                for k, at in chances.items()
                if k <= least[part]
            ]
            for metric, rule in CURVES.items():
                points = {row.k: share(getattr(row, rule)) for row in rows}
                if any(point.value is not None for point in points.values()):
                    curves.append(
                        Curve(metric=metric, checkpoint=name, slice=part, bugs=int(own.sum()), points=points)
                    )
    return tuple(curves)


def _chances(pools: Sequence[Pool], *, k: int) -> dict[str, Array]:
    """Return, by field of `Selection`, the chance of every bug; NaN where it is undefined."""
    found = {
        "oracle": [pass_at_k(pool.attempts, pool.fixed, k=k) for pool in pools],
        "selected": [_picked(pool, k=k, wrong=False) for pool in pools],
        "false_fix": [_picked(pool, k=k, wrong=True) for pool in pools],
        "best": [_best(pool, k=k) for pool in pools],
        "majority": [_majority(pool, k=k) for pool in pools],
    }
    return {rule: np.array(values, dtype=np.float64) for rule, values in found.items()}


def _over(
    chances: Mapping[str, Array], *, k: int, level: float = 0.95, groups: Labels | None = None
) -> Selection:
    """Return the means over the bugs where each rule is defined."""
    found = {}
    for rule, values in chances.items():
        known = np.isfinite(values)
        found[rule] = jackknife(
            values[known].reshape(-1, 1),
            statistic=mean,
            level=level,
            span=1.0,
            groups=None if groups is None else groups[known],
        )
    return Selection(k=k, **found)


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
