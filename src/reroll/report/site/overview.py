"""From tallies to the overview of a run: curves, scalars and the table of bugs, with intervals over bugs.

Each figure is a measure of `reroll.statistics.catalogue`, as in a comparison, so that the bands of the site
and the table of `reroll compare` are the same numbers. Here they become the records that the site draws.
Pairs of checkpoints are left to `compare.py`, one bug's page to `details.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reroll.records import Tally
from reroll.report.comparison import ALL
from reroll.report.numerals import percent
from reroll.report.pairing import COVERED, Groups, labels_of
from reroll.report.view import BugRow, Count, Curve, Estimate, Evidence, Measure, RunView
from reroll.statistics.catalogue import curve_measures, standard_measures
from reroll.statistics.echo import echo
from reroll.statistics.intervals import Interval
from reroll.statistics.measures import Measure as Measured
from reroll.statistics.measures import alone

if TYPE_CHECKING:
    from reroll.report.comparison import Comparison

KS = (1, 2, 4, 8, 16, 32, 64)
"""Attempts at which curves have a point, as far as enough bugs of the slice have them."""
YIELD_KS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""Attempts whose yield is drawn."""
LEADING_SLICES = ("id", "ood")
"""Slices that come first; the others follow by name."""


def overview(
    tallies: Mapping[str, Sequence[Tally]],
    *,
    name: str,
    comparisons: Sequence[Comparison] = (),
    grain: str = "coarse",
    ks: Sequence[int] = KS,
    tags: Mapping[str, tuple[str, ...]] | None = None,
    evidence: Evidence | None = None,
    specification: Mapping[str, Any] | None = None,
    created: str = "",
    notes: Sequence[str] = (),
    groups: Groups = None,
) -> RunView:
    """Return the overview of a run.

    Args:
        tallies: checkpoint to the tallies of its bugs, at one grain; the first checkpoint is the base.
        name: name of the run.
        comparisons: pairs of checkpoints by slice, as `compare.compare` makes them.
        grain: grain of the strategies in `tallies`.
        ks: attempts at which curves have a point.
        tags: bug id to kinds of fault.
        evidence: what the run says beyond its counts.
        specification: what defines the run, as JSON values.
        created: when the run was made, in words.
        notes: what a reader must know, one sentence each.
        groups: bug to its group, where bugs of one group depend on each other: the unit of intervals then.
    """
    slices = slices_of(tallies)
    further = evidence or Evidence()
    grouped = {
        (checkpoint, part): [t for t in found if t.attempts and part in (t.slice, ALL)]
        for checkpoint, found in tallies.items()
        for part in slices
    }
    figures = [_figures(*key, found, ks=ks, groups=groups) for key, found in grouped.items() if found]
    unit = "chain" if further.loops else "attempt"
    counted = [tally for found in tallies.values() for tally in found]
    return RunView(
        name=name,
        checkpoints=tuple(tallies),
        slices=slices,
        comparisons=tuple(comparisons),
        curves=(*(curve for curves, _ in figures for curve in curves), *further.choices),
        measures=tuple(measure for _, scalars in figures for measure in scalars),
        bugs=_rows(tallies, tags or {}),
        loops=further.loops,
        audits=further.audits,
        tilts=further.tilts,
        outlooks=further.outlooks,
        matched=further.matched,
        unmatched=further.unmatched,
        grain=grain,
        unit=unit,
        over="bugs" if groups is None else "groups of bugs",
        attempts=sum(tally.attempts for tally in counted),
        invalid=sum(tally.invalid for tally in counted),
        specification=specification or {},
        created=created,
        notes=(*_alone(figures, unit=unit), *notes, *further.notes),
    )


def slices_of(tallies: Mapping[str, Sequence[Tally]]) -> tuple[str, ...]:
    """Return the slices of a report: all bugs first where there are several, then by name."""
    found = {tally.slice for part in tallies.values() for tally in part}
    leading = [name for name in LEADING_SLICES if name in found]
    rest = sorted(found - set(leading))
    pooled = [ALL] if len(found) > 1 and ALL not in found else []
    return (*pooled, *leading, *rest)


def _figures(
    checkpoint: str, part: str, tallies: Sequence[Tally], *, ks: Sequence[int], groups: Groups
) -> tuple[list[Curve], list[Measure]]:
    """Return the curves and scalars of one checkpoint on one slice, by the measures of `compare`."""
    reached = [k for k in ks if _reached(tallies, k)]
    steps = [k for k in YIELD_KS if _reached(tallies, k)]
    measures = [
        *(standard_measures(ks=reached) if reached else ()),
        *curve_measures(ks=reached, marginals=steps),
    ]
    by_name = {measure.name: measure for measure in measures}
    labels = labels_of([tally.bug for tally in tallies], groups)

    def found(name: str, *, least: float = 0.0, most: float | None = None) -> tuple[Estimate, int]:
        measure = by_name[name]
        assert isinstance(measure, Measured)
        interval = alone(measure, tallies, groups=labels)
        return within(interval, least=least, most=most), interval.units

    cards: tuple[tuple[str, str, float | None, Sequence[int]], ...] = (
        ("pass@k", "pass@", 1.0, reached),
        ("C_k", "C_", None, reached),
        ("marginal", "fix_", 1.0, steps),
        ("discovery", "new_", 1.0, steps),
    )
    curves = []
    for metric, prefix, most, attempts in cards:
        points = {k: found(f"{prefix}{k}", most=most)[0] for k in attempts}
        curves.append(
            Curve(metric=metric, checkpoint=checkpoint, slice=part, bugs=len(tallies), points=points)
        )
    scalars = []
    for metric, least, most in (("D_4", 1.0, 4.0), ("echo", 0.0, 1.0)) if reached else ():
        estimate, bugs = found(metric, least=least, most=most)
        scalars.append(
            Measure(metric=metric, checkpoint=checkpoint, slice=part, bugs=bugs, estimate=estimate)
        )
    return curves, scalars


def _alone(figures: Sequence[tuple[list[Curve], list[Measure]]], *, unit: str) -> tuple[str, ...]:
    """Say what retries buy where there is one checkpoint, and so no before and after."""
    curves = [curve for found, _ in figures for curve in found if curve.metric == "pass@k" and curve.points]
    if not curves or len({curve.checkpoint for curve in curves}) > 1:
        return ()
    points = curves[0].points
    first, last = points[min(points)], points[max(points)]
    if last.low is None or max(points) == 1:
        return ()
    return (
        f"One checkpoint, so nothing to compare it with. {max(points)} {unit}s fix {percent(last.value)} of "
        f"the bugs ({percent(last.low)} to {percent(last.high)}), one fixes {percent(first.value)}. A second "
        "checkpoint in the run gives an answer: reroll run with the same --out and another --model.",
    )


def _reached(tallies: Sequence[Tally], k: int) -> bool:
    """Whether enough bugs have k attempts, as in a comparison."""
    return sum(tally.attempts >= k for tally in tallies) >= COVERED * len(tallies)


def within(interval: Interval, *, least: float, most: float | None) -> Estimate:
    """Return an interval for the page, cut to what the quantity can be."""
    low, high = interval.low, interval.high
    return Estimate(
        value=interval.estimate,
        low=None if low is None else max(low, least),
        high=high if high is None or most is None else min(high, most),
    )


def _rows(tallies: Mapping[str, Sequence[Tally]], tags: Mapping[str, tuple[str, ...]]) -> tuple[BugRow, ...]:
    by_bug: dict[str, dict[str, Tally]] = {}
    for checkpoint, found in tallies.items():
        for tally in found:
            by_bug.setdefault(tally.bug, {})[checkpoint] = tally
    first = next(iter(tallies), "")
    return tuple(_row(bug, found, first, tags.get(bug, ())) for bug, found in sorted(by_bug.items()))


def _row(bug: str, tallies: Mapping[str, Tally], first: str, tags: tuple[str, ...]) -> BugRow:
    base = tallies.get(first)
    counts = {name: count(tally, base if name != first else None) for name, tally in tallies.items()}
    others = [c for name, c in counts.items() if name != first]
    gained = base is not None and not base.correct and any(c.correct for c in others)
    lost = base is not None and base.correct and any(not c.correct for c in others)
    return BugRow(
        id=bug,
        slice=next(iter(tallies.values())).slice,
        counts=counts,
        tags=tags,
        change="gained" if gained else "lost" if lost else "",
    )


def count(tally: Tally, base: Tally | None) -> Count:
    """Return the counts of one bug under one checkpoint, against the base where there is one."""
    mine = {name for name, times in tally.strategies.items() if times}
    theirs = {name for name, times in base.strategies.items() if times} if base is not None else mine
    return Count(
        attempts=tally.attempts,
        correct=tally.correct,
        strategies=len(mine),
        echo=echo(tally.counts),
        invalid=tally.invalid,
        gained=len(mine - theirs),
        lost=len(theirs - mine),
    )
