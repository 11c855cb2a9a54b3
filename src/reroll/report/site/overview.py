"""From tallies to the overview of a run: curves, scalars and the table of bugs, with intervals over bugs.

The statistics do the arithmetic per bug; here their values are averaged over the bugs of a slice, and put
into the records that the site draws. It leaves pairs of checkpoints to `compare.py` and one bug's page to
`details.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reroll.records import Tally
from reroll.report.comparison import ALL
from reroll.report.view import BugRow, Count, Curve, Estimate, Evidence, Measure, RunView
from reroll.statistics.diversity import distinct_among_correct, distinct_in_attempts, marginal_strategies
from reroll.statistics.echo import echo
from reroll.statistics.passk import pass_at_k
from reroll.statistics.retries import marginal

if TYPE_CHECKING:
    from reroll.report.comparison import Comparison

KS = (1, 2, 4, 8, 16, 32, 64)
"""Attempts at which curves have a point, as far as every bug of the slice has them."""
YIELD_KS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""Attempts whose yield is drawn."""
LEADING_SLICES = ("id", "ood")
"""Slices that come first; the others follow by name."""
Value = Callable[[Tally], float | None]


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
    """
    slices = slices_of(tallies)
    further = evidence or Evidence()
    grouped = {
        (checkpoint, part): [t for t in found if t.attempts and part in (t.slice, ALL)]
        for checkpoint, found in tallies.items()
        for part in slices
    }
    counted = [tally for found in tallies.values() for tally in found]
    return RunView(
        name=name,
        checkpoints=tuple(tallies),
        slices=slices,
        comparisons=tuple(comparisons),
        curves=(
            *(c for key, found in grouped.items() if found for c in _curves(*key, found, ks=ks)),
            *further.choices,
        ),
        measures=tuple(m for key, found in grouped.items() if found for m in _measures(*key, found)),
        bugs=_rows(tallies, tags or {}),
        loops=further.loops,
        audits=further.audits,
        tilts=further.tilts,
        outlooks=further.outlooks,
        matched=further.matched,
        unmatched=further.unmatched,
        grain=grain,
        unit="chain" if further.loops else "attempt",
        attempts=sum(tally.attempts for tally in counted),
        invalid=sum(tally.invalid for tally in counted),
        specification=specification or {},
        created=created,
        notes=(*notes, *further.notes),
    )


def mean(
    values: Iterable[float | None], *, least: float = 0.0, most: float | None = None
) -> tuple[Estimate, int]:
    """Return the mean of what is defined with its 95 % interval over bugs, and the number of bugs.

    The delete-one-bug jackknife of a mean is the t interval mean ± t(B − 1) · sd / √B, docs/method.md M1;
    here it is cut to what the quantity can be, from `least` to `most`.
    """
    import numpy as np

    from reroll.statistics.intervals import t_quantile

    found = np.array([value for value in values if value is not None], dtype=float)
    if not found.size:
        return Estimate(value=None), 0
    center = float(found.mean())
    if found.size == 1:
        return Estimate(value=center), 1
    half = t_quantile(0.975, freedom=found.size - 1) * float(found.std(ddof=1)) / found.size**0.5
    high = center + half if most is None else min(center + half, most)
    return Estimate(value=center, low=max(center - half, least), high=high), int(found.size)


def slices_of(tallies: Mapping[str, Sequence[Tally]]) -> tuple[str, ...]:
    """Return the slices of a report: all bugs first where there are several, then by name."""
    found = {tally.slice for part in tallies.values() for tally in part}
    leading = [name for name in LEADING_SLICES if name in found]
    rest = sorted(found - set(leading))
    pooled = [ALL] if len(found) > 1 and ALL not in found else []
    return (*pooled, *leading, *rest)


def _curves(checkpoint: str, part: str, tallies: Sequence[Tally], *, ks: Sequence[int]) -> Iterable[Curve]:
    most = min(tally.attempts for tally in tallies)
    reached = [k for k in ks if k <= most]
    steps = [k for k in YIELD_KS if k <= most]
    cards: tuple[tuple[str, float | None, Sequence[int], Callable[[int], Value]], ...] = (
        ("pass@k", 1.0, reached, lambda k: lambda t: pass_at_k(t.attempts, t.correct, k=k)),
        ("C_k", None, reached, lambda k: lambda t: distinct_in_attempts(t.attempts, t.counts, k=k)),
        ("marginal", 1.0, steps, lambda k: lambda t: marginal(t.attempts, t.correct, k=k)),
        ("discovery", 1.0, steps, lambda k: lambda t: marginal_strategies(t.attempts, t.counts, k=k)),
    )
    for metric, most_possible, attempts, value_at in cards:
        points = {k: mean(map(value_at(k), tallies), most=most_possible)[0] for k in attempts}
        yield Curve(metric=metric, checkpoint=checkpoint, slice=part, bugs=len(tallies), points=points)


def _measures(checkpoint: str, part: str, tallies: Sequence[Tally]) -> Iterable[Measure]:
    cards: tuple[tuple[str, float, float, Value], ...] = (
        ("D_4", 1.0, 4.0, lambda t: distinct_among_correct(t.counts, b=4)),
        ("echo", 0.0, 1.0, lambda t: echo(t.counts)),
    )
    for metric, least, most, value in cards:
        estimate, bugs = mean(map(value, tallies), least=least, most=most)
        yield Measure(metric=metric, checkpoint=checkpoint, slice=part, bugs=bugs, estimate=estimate)


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
