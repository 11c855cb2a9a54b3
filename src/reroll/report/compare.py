"""From tallies to the answer: two checkpoints, paired over bugs.

`compare` does one pair on one slice; `compare_checkpoints` all pairs with one base on every slice. Figures
come from `reroll.statistics`, the verdict from `verdicts`, the words from `words`; tables, pages and gates
are made from the records that leave here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from reroll.errors import UsageError
from reroll.records import Tally
from reroll.report.caveats import caveats
from reroll.report.comparison import ALL, Bound, Comparison, Metric, Point, Split, document, to_json
from reroll.report.pairing import Groups, even, labels_of, pair, supported
from reroll.report.sentence import sentence
from reroll.report.verdicts import Margins, judge, size
from reroll.statistics.catalogue import corrected_echo_measure, curve_measures, standard_measures
from reroll.statistics.decomposition import split_change
from reroll.statistics.measures import Estimate, Pair, estimate
from reroll.statistics.passk import bounds
from reroll.statistics.significance import FLIPS, holm
from reroll.statistics.validity import ErrorRates

__all__ = [
    "ALL",
    "Bound",
    "Comparison",
    "Metric",
    "Options",
    "Point",
    "Split",
    "compare",
    "compare_checkpoints",
    "document",
    "to_json",
]

KS = (1, 2, 4, 8, 16)
"""Attempts at which pass@k is reported."""
CORRECT = 4
"""b of the primary endpoint D_b."""
FINEST = 32
"""What every single attempt adds is reported up to here, and beyond only at the ks."""


class Options(TypedDict, total=False):
    """What can be chosen about any comparison; `compare` says what each is and has the defaults."""

    grain: str
    ks: Sequence[int]
    b: int
    level: float
    margins: Margins | None
    errors: ErrorRates | None
    groups: Groups
    curves: bool
    flips: int
    seed: int


def compare(
    before: Sequence[Tally],
    after: Sequence[Tally],
    *,
    before_name: str = "before",
    after_name: str = "after",
    slice: str = ALL,  # noqa: A002 - the word that suites, frames and JSON use
    grain: str = "coarse",
    ks: Sequence[int] = KS,
    b: int = CORRECT,
    level: float = 0.95,
    margins: Margins | None = None,
    errors: ErrorRates | None = None,
    groups: Groups = None,
    curves: bool = True,
    flips: int = FLIPS,
    seed: int = 0,
) -> Comparison:
    """Return whether further attempts still pay after a change of checkpoint.

    Args:
        before: tallies of the first checkpoint, one per bug.
        after: tallies of the second one; bugs are paired by id.
        before_name: name of the first checkpoint.
        after_name: name of the second checkpoint.
        slice: slice to compare on, or `all`.
        grain: grain of the strategies in the tallies.
        ks: attempts at which pass@k is reported; those beyond the data are dropped with a note.
        b: correct attempts of the primary endpoint D_b.
        level: confidence level of the intervals.
        margins: losses too small to matter; the registered ones if None.
        errors: error rates of the clusterer, to report a corrected echo rate.
        groups: bug to its group, such as a repository: intervals and tests then take the group as the unit;
            a bug that is not in it is a group of its own.
        curves: whether to say what every attempt adds, and why C_k changed: most of the time of a comparison.
        flips: random sign flips beyond 20 bugs; 0 leaves p-values out.
        seed: of the sign flips.

    Raises:
        StatisticsError: where no verdict of any kind is possible; the text says what is missing.
    """
    pairs, excluded = pair(before, after, part=slice)
    usable = supported(pairs, ks)
    k = max(usable)
    fewest = min(min(x.attempts, y.attempts) for x, y in pairs)
    measures = standard_measures(ks=usable, b=b, attempt=max(k, fewest) if even(pairs) else k)
    if errors is not None:
        measures.append(corrected_echo_measure(errors))
    labels = labels_of([before.bug for before, _ in pairs], groups)
    found = estimate(pairs, measures, level=level, flips=flips, seed=seed, groups=labels)
    steps = sorted({*range(1, min(k, FINEST) + 1), *usable}) if curves else []
    further = curve_measures(ks=usable if curves else (), marginals=steps)
    added = estimate(pairs, further, level=level, flips=0, groups=labels)
    limits = margins or Margins()
    verdict = judge(found, k=k, b=b, margins=limits)
    loss = size(found, verdict=verdict, b=b, margins=limits)
    metrics = _metrics(found, total=len(pairs), primary=f"D_{b}")
    return Comparison(
        before=before_name,
        after=after_name,
        slice=slice,
        grain=grain,
        bugs=len(pairs),
        attempts=fewest,
        budget=k,
        level=level,
        groups=found["pass@1"].change.groups,
        verdict=verdict,
        size=loss,
        sentence=sentence(verdict, metrics, size=loss, after=after_name, k=k, b=b, margins=limits),
        metrics=metrics,
        gained=tuple(x.bug for x, y in pairs if y.correct and not x.correct),
        lost=tuple(x.bug for x, y in pairs if x.correct and not y.correct),
        curves=tuple(_point(j, found[f"pass@{j}"]) for j in usable),
        strategy_curve=tuple(_point(j, added[f"C_{j}"]) for j in usable if curves),
        marginal=tuple(_point(j, added[f"fix_{j}"]) for j in steps),
        marginal_strategies=tuple(_point(j, added[f"new_{j}"]) for j in steps),
        bounds=_bounds(pairs, usable),
        split=_split(pairs, k) if curves else None,
        excluded=excluded,
        notes=caveats(pairs, found, verdict=verdict, asked=ks, k=k, b=b, excluded=excluded, margins=limits),
    )


def compare_checkpoints(
    tallies: Mapping[str, Sequence[Tally]],
    *,
    before: str,
    after: Sequence[str] | None = None,
    by_slice: bool = True,
    **options: Unpack[Options],
) -> tuple[Comparison, ...]:
    """Return each of `after` (by default every other checkpoint) compared with `before`.

    Over all bugs first, then on every slice if there are several. Options as of `compare`.

    Raises:
        UsageError: for a checkpoint that is not in `tallies`, or that is compared with itself.
        StatisticsError: as `compare`.
    """
    others = [name for name in tallies if name != before] if after is None else list(after)
    if before in others:
        raise UsageError(f"Checkpoint {before!r} cannot be compared with itself: name another one")
    for name in (before, *others):
        if name not in tallies:
            raise UsageError(f"No checkpoint {name!r} in this run; it has {', '.join(map(repr, tallies))}")
    slices = sorted({tally.slice for tally in tallies[before]}, key=lambda name: (name != "id", name))
    return tuple(
        compare(
            tallies[before],
            tallies[name],
            before_name=before,
            after_name=name,
            slice=part,
            **options,
        )
        for name in others
        for part in (ALL, *(slices if by_slice and len(slices) > 1 else ()))
    )


def _metrics(found: Mapping[str, Estimate], *, total: int, primary: str) -> dict[str, Metric]:
    adjusted = dict(
        zip(
            [name for name in found if name != primary],
            holm([one.p for name, one in found.items() if name != primary]),
            strict=True,
        )
    )
    return {
        name: Metric(
            name=name,
            before=one.before.estimate,
            after=one.after.estimate,
            delta=one.change.estimate,
            low=one.change.low,
            high=one.change.high,
            p=one.p,
            p_adjusted=adjusted.get(name),
            bugs=one.change.units,
            primary=name == primary,
            note=_note(one, total=total),
        )
        for name, one in found.items()
    }


def _note(one: Estimate, *, total: int) -> str:
    change = one.change
    if change.units == 0:
        return f"undefined: no bug has {one.needs} in both arms"
    if change.estimate is None:
        return "undefined: every bug is fixed, or none"
    parts = [] if change.units == total else [f"{change.units} of {total} bugs have {one.needs} in both arms"]
    if one.tested_as:
        parts.append(f"tested as {one.tested_as}")
    if change.low is None:
        few = change.units < 2
        parts.append("no interval: one bug" if few else "no interval: all bugs agree, or one of them decides")
    return "; ".join(parts)


def _point(k: int, one: Estimate) -> Point:
    return Point(
        k=k,
        before=one.before.estimate,
        before_low=one.before.low,
        before_high=one.before.high,
        after=one.after.estimate,
        after_low=one.after.low,
        after_high=one.after.high,
        delta=one.change.estimate,
        low=one.change.low,
        high=one.change.high,
    )


def _bounds(pairs: Sequence[Pair], ks: Sequence[int]) -> tuple[Bound, ...]:
    if not any(tally.invalid for pair in pairs for tally in pair):
        return ()
    rows = []
    for k in ks:
        found = [
            tuple(bounds(tally.attempts, tally.correct, invalid=tally.invalid, k=k) for tally in pair)
            for pair in pairs
        ]
        whole = [(x, y) for x, y in found if x is not None and y is not None]
        if whole:
            rows.append(
                Bound(
                    k=k,
                    before_worst=sum(x.worst for x, _ in whole) / len(whole),
                    before_best=sum(x.best for x, _ in whole) / len(whole),
                    after_worst=sum(y.worst for _, y in whole) / len(whole),
                    after_best=sum(y.best for _, y in whole) / len(whole),
                )
            )
    return tuple(rows)


def _split(pairs: Sequence[Pair], k: int) -> Split | None:
    known = [pair for pair in pairs if all(tally.strategies or not tally.correct for tally in pair)]
    parts = [part for x, y in known if (part := split_change(x, y, k=k)) is not None]
    if not parts:
        return None
    return Split(
        k=k,
        accuracy=sum(part.accuracy for part in parts) / len(parts),
        concentration=sum(part.concentration for part in parts) / len(parts),
        bugs=len(parts),
    )
