"""Measuring two checkpoints: columns per bug, a function of their means, an interval and a p-value.

A figure that compares two checkpoints is computed from what one bug contributes in each arm. Whatever it is,
the same jackknife and the same sign flips then give its interval and its p-value. A bug for which a column is
undefined in either arm has no part in that figure; means of different bugs are never subtracted. Which
figures there are says `catalogue`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reroll.records import Tally
from reroll.statistics.deletion import Array, Labels, Statistic
from reroll.statistics.intervals import Interval, jackknife, undefined
from reroll.statistics.inversion import positive_change
from reroll.statistics.significance import FLIPS, Exchange, exchange_tests

Columns = tuple[float | None, ...]
Pair = tuple[Tally, Tally]
"""The tallies of one bug, before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure that each arm has by itself, so that the arms have a difference."""

    name: str
    """Name in tables, gates and JSON."""
    columns: Callable[[Tally], Columns]
    """What one bug contributes in one arm."""
    statistic: Statistic
    """From means of the columns to the figure."""
    needs: str
    """What a bug must have in both arms to take part."""
    span: float | None = None
    """The most that two bugs can differ by; None if unbounded."""
    skewed: bool = False
    """Whether a few bugs dominate the change, so that Student's t is too short."""
    positive: bool = False
    """Whether it is positive and the larger the less certain, so that its change is tested on a log scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMeasure:
    """A figure of two arms together, with a known value where they do not differ."""

    name: str
    """Name in tables, gates and JSON."""
    columns: Callable[[Tally, Tally], Columns]
    """What one bug contributes."""
    statistic: Statistic
    """From means of the columns to the figure."""
    needs: str
    """What a bug must have in both arms to take part."""
    unchanged: float = 0.0
    """The figure of a checkpoint compared with itself."""
    span: float | None = None
    """The most that two bugs can differ by; None if unbounded."""
    skewed: bool = False
    """Whether a few bugs dominate, so that Student's t is too short."""
    tested_as: str = ""
    """Figure whose test stands for this one; empty if it is tested itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure before and after, and its change."""

    before: Interval
    """In the first arm, over the bugs that take part."""
    after: Interval
    """In the second arm."""
    change: Interval
    """After minus before, paired over bugs."""
    p: float | None
    """Two-sided p-value of the change; None where untested or undefined."""
    needs: str
    """What a bug must have to take part."""
    tested_as: str = ""
    """Figure whose test stands for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """The columns of a measure, one row per bug, NaN where undefined."""

    before: Array
    """Shape (bugs, columns)."""
    after: Array
    """Same shape."""
    change: Statistic
    """Change of the measure, from the means of both arms' columns side by side."""


def estimate(
    pairs: Sequence[Pair],
    measures: Sequence[Measure | PairMeasure],
    *,
    level: float = 0.95,
    flips: int = FLIPS,
    seed: int = 0,
    groups: Labels | None = None,
) -> dict[str, Estimate]:
    """Return each measure over the bugs that can take part, with its interval and p-value.

    p-values come from sign flips, `flips` at random beyond 20 bugs; 0 leaves them out. A `PairMeasure` is not
    symmetric where nothing changed, so sign flips reject too often; its p-value is dual to its interval.
    `groups` names the group of each pair, where bugs of one group depend on each other.
    """
    results: dict[str, Estimate] = {}
    tests: dict[str, Exchange] = {}
    for measure in measures:
        if isinstance(measure, PairMeasure):
            values = _matrix([measure.columns(before, after) for before, after in pairs])
            results[measure.name] = _together(measure, values, level=level, groups=groups)
        else:
            arms = contrast(measure, pairs)
            results[measure.name] = _apart(measure, arms, level=level, groups=groups)
            tests[measure.name] = Exchange(before=arms.before, after=arms.after, statistic=measure.statistic)
    p_values: dict[str, float | None] = {}
    if flips:
        found_p = exchange_tests(list(tests.values()), flips=flips, seed=seed, groups=groups)
        p_values = dict(zip(tests, found_p, strict=True))
    return {name: replace(found, p=p_values.get(name, found.p)) for name, found in results.items()}


def alone(
    measure: Measure, tallies: Sequence[Tally], *, level: float = 0.95, groups: Labels | None = None
) -> Interval:
    """Return a measure of one checkpoint by itself, over the bugs that can take part.

    `groups` names the group of each tally, where bugs of one group depend on each other.
    """
    return _of_arm(
        measure, _matrix([measure.columns(tally) for tally in tallies]), level=level, groups=groups
    )


def contrast(measure: Measure, pairs: Sequence[Pair]) -> Contrast:
    """Return what the bugs contribute to a measure in both arms, and the statistic of its change."""
    before, after = (_matrix([measure.columns(pair[arm]) for pair in pairs]) for arm in (0, 1))
    return Contrast(before=before, after=after, change=_change(measure, width=before.shape[1]))


def _apart(measure: Measure, arms: Contrast, *, level: float, groups: Labels | None) -> Estimate:
    both = np.hstack([arms.before, arms.after])
    rows = np.isfinite(both).all(axis=1)
    labels = None if groups is None else groups[rows]
    return Estimate(
        before=_of_arm(measure, arms.before[rows], level=level, groups=labels),
        after=_of_arm(measure, arms.after[rows], level=level, groups=labels),
        change=change_of(measure, both[rows], level=level, groups=labels),
        p=None,
        needs=measure.needs,
    )


def _of_arm(measure: Measure, values: Array, *, level: float, groups: Labels | None) -> Interval:
    rows = np.isfinite(values).all(axis=1)
    return jackknife(
        values[rows],
        statistic=measure.statistic,
        level=level,
        span=measure.span,
        groups=None if groups is None else groups[rows],
    )


def change_of(
    measure: Measure, both: Array, *, level: float = 0.95, groups: Labels | None = None
) -> Interval:
    """Return the interval of a measure's change from its columns before and after, side by side."""
    if measure.positive:
        return positive_change(both, figure=measure.statistic, level=level, groups=groups)
    change = _change(measure, width=both.shape[1] // 2)
    return jackknife(
        both, statistic=change, level=level, span=measure.span, skewed=measure.skewed, groups=groups
    )


def _change(measure: Measure, *, width: int) -> Statistic:
    return lambda means: np.asarray(
        measure.statistic(means[..., width:]) - measure.statistic(means[..., :width])
    )


def _together(measure: PairMeasure, values: Array, *, level: float, groups: Labels | None) -> Estimate:
    rows = np.isfinite(values).all(axis=1)
    used = values[rows]
    change = jackknife(
        used,
        statistic=lambda means: measure.statistic(means) - measure.unchanged,
        level=level,
        span=measure.span,
        skewed=measure.skewed,
        groups=None if groups is None else groups[rows],
    )
    nothing = undefined(bugs=change.units)
    if change.estimate is None:
        before = after = nothing
    else:
        before = replace(nothing, estimate=measure.unchanged)
        low, high = (None if end is None else end + measure.unchanged for end in (change.low, change.high))
        after = replace(change, estimate=change.estimate + measure.unchanged, low=low, high=high)
    p = None if measure.tested_as else change.p_zero
    return Estimate(
        before=before, after=after, change=change, p=p, needs=measure.needs, tested_as=measure.tested_as
    )


def _matrix(rows: Sequence[Columns]) -> Array:
    return np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=np.float64)
