"""A comparison as plain text and as rows of a table; its one-line answer is made in `sentence.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reroll.report.comparison import ALL, Comparison, Metric
from reroll.report.numerals import number

HEADINGS = ("figure", "before", "after", "change", "95 % interval", "p", "p (Holm)", "bugs")
"""Of `rows`, at the usual level."""
_SLICES = {ALL: "All bugs", "id": "In distribution", "ood": "Out of distribution"}


class Row(NamedTuple):
    """One row of the table, as text."""

    figure: str
    """Name; the primary endpoint is marked with a star."""
    before: str
    """Value before."""
    after: str
    """Value after."""
    change: str
    """Difference."""
    interval: str
    """Interval of the difference."""
    p: str
    """p-value as it stands."""
    p_adjusted: str
    """p-value after Holm's correction; `primary` for the primary endpoint."""
    bugs: str
    """Bugs that it rests on."""


def brackets(comparison: Comparison) -> str:
    """Return what stands in the brackets of the sentence."""
    unit = "bugs" if comparison.groups is None else "groups of bugs"
    return f"In brackets: the change and its {comparison.level * 100:g} % interval over {unit}"


def verdict_words(comparison: Comparison) -> str:
    """Return the verdict with the size of the loss, such as `pays less · slight`."""
    return f"{comparison.verdict} · {comparison.size}" if comparison.size else comparison.verdict


def lines(comparison: Comparison) -> list[str]:
    """Return the comparison as plain text: the answer, the table, bugs gained and lost, notes."""
    table = [Row(*headings(comparison)), *rows(comparison)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    return [
        title(comparison),
        f"{verdict_words(comparison)}: {comparison.sentence}",
        "",
        *(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        ),
        "",
        f"Bugs gained {len(comparison.gained)}, lost {len(comparison.lost)}.",
        *_yield(comparison),
        *_bounds(comparison),
        *_split(comparison),
        *(f"Note: {note}." for note in comparison.notes),
    ]


def answer(comparisons: Sequence[Comparison]) -> list[str]:
    """Return the short answer: one line per comparison, with the slice and the verdict."""
    return [f"{title(c)}: {verdict_words(c)}. {c.sentence}" for c in comparisons]


def title(comparison: Comparison) -> str:
    """Return what is compared, on which slice and how many bugs."""
    part = _SLICES.get(comparison.slice, f"Slice {comparison.slice}")
    return f"{part}, {comparison.before} → {comparison.after} ({comparison.bugs} bugs)"


def headings(comparison: Comparison) -> tuple[str, ...]:
    """Return the headings of `rows`, with the comparison's level."""
    return (*HEADINGS[:4], f"{comparison.level * 100:g} % interval", *HEADINGS[5:])


def rows(comparison: Comparison) -> list[Row]:
    """Return the table, one row per figure, numbers as text."""
    return [_row(metric) for metric in comparison.metrics.values()]


def _row(metric: Metric) -> Row:
    interval = (
        "–"
        if metric.low is None
        else f"{number(metric.low, signed=True)} to {number(metric.high, signed=True)}"
    )
    return Row(
        figure=f"{metric.name} *" if metric.primary else metric.name,
        before=number(metric.before),
        after=number(metric.after),
        change=number(metric.delta, signed=True),
        interval=interval,
        p=_p(metric.p),
        p_adjusted="primary" if metric.primary else _p(metric.p_adjusted),
        bugs=str(metric.bugs),
    )


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _yield(comparison: Comparison) -> list[str]:
    """Say what the last attempt adds, and how many attempts one more fix costs there."""
    if not comparison.marginal:
        return []
    k, step, curve = comparison.budget, comparison.marginal[-1], comparison.curves[-1]
    if step.before is None or step.after is None or curve.before is None or curve.after is None:
        return []
    prices = [
        number((1 - total + added) / added) if added else "more than any number of"
        for total, added in ((curve.before, step.before), (curve.after, step.after))
    ]
    return [
        f"Attempt {k} adds {number(step.before)} fixes per bug before and {number(step.after)} after: one "
        f"more fix costs {prices[0]} attempts before and {prices[1]} after."
    ]


def _bounds(comparison: Comparison) -> list[str]:
    return [
        f"pass@{bound.k} if lost attempts had all failed or all been fixes: "
        f"{number(bound.before_worst)} to {number(bound.before_best)} before, "
        f"{number(bound.after_worst)} to {number(bound.after_best)} after."
        for bound in comparison.bounds
    ]


def _split(comparison: Comparison) -> list[str]:
    split = comparison.split
    if split is None:
        return []
    return [
        f"The change of C_{split.k} over {split.bugs} bugs: {number(split.accuracy, signed=True)} from "
        f"accuracy, {number(split.concentration, signed=True)} from concentration."
    ]
