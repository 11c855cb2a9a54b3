"""The answer in plain English, and as rows of a table. Numbers are formatted here and computed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reroll.report.comparison import ALL, Comparison, Metric
from reroll.report.verdicts import INCONCLUSIVE, LOCKS_IN, PAYS_LESS, STILL_PAYS

HEADINGS = ("figure", "before", "after", "change", "95 % interval", "p", "p (Holm)", "bugs")
"""Of `rows`, at the usual level."""
_OPENING = {
    STILL_PAYS: "Retries still pay with {after}",
    PAYS_LESS: "Retries pay less with {after} than with {before}",
    LOCKS_IN: "{after} locks in",
    INCONCLUSIVE: "Whether retries still pay with {after} cannot be told",
}
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


def sentence(
    verdict: str, metrics: Mapping[str, Metric], *, before: str, after: str, k: int, b: int, level: float
) -> str:
    """Return the answer in words: the axis that decides comes first, every change has its interval."""
    opening = _OPENING[verdict].format(before=before, after=after)
    strategies = _strategies(metrics[f"D_{b}"], b=b)
    accuracy = f"{_moves(metrics['pass@1'])}, {_moves(metrics[f'pass@{k}'])}"
    rescued = _rescued(metrics["rescued_fraction"], k=k)
    closing = f"(Changes in brackets, with {level * 100:g} % intervals.)"
    if verdict == LOCKS_IN:
        return f"{opening}: {accuracy}. {_capital(strategies)}. {_capital(rescued)}. {closing}"
    axes = [strategies, rescued]
    if verdict == PAYS_LESS and not _below_zero(metrics[f"D_{b}"]):
        axes.reverse()
    return f"{opening}: {axes[0]}; {axes[1]}. {_capital(accuracy)}. {closing}"


def lines(comparison: Comparison) -> list[str]:
    """Return the comparison as plain text: the answer, the table, bugs gained and lost, notes."""
    table = [Row(*headings(comparison)), *rows(comparison)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    return [
        title(comparison),
        f"{comparison.verdict}: {comparison.sentence}",
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
    return [f"{title(c)}: {c.verdict}. {c.sentence}" for c in comparisons]


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


def number(value: float | None, *, signed: bool = False) -> str:
    """Return a figure as text with as many decimals as its size deserves; – for None."""
    if value is None:
        return "–"
    digits = sum(abs(value) < limit for limit in (1, 10, 100))
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


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


def _strategies(metric: Metric, *, b: int) -> str:
    if metric.delta is None:
        return f"how many strategies {b} fixes show cannot be told ({metric.note})"
    return (
        f"{b} fixes of one bug show {number(metric.before)} strategies before and {number(metric.after)} "
        f"after ({_change(metric)}, {metric.bugs} bugs)"
    )


def _rescued(metric: Metric, *, k: int) -> str:
    if metric.delta is None:
        return f"what {k - 1} retries rescue cannot be compared ({metric.note})"
    return (
        f"of the first attempts that fail, {k - 1} retries rescue a share of {number(metric.before)} before "
        f"and {number(metric.after)} after ({_change(metric)})"
    )


def _moves(metric: Metric) -> str:
    if metric.delta is None:
        return f"{metric.name} is undefined"
    verb = "moves"
    if metric.low is not None and metric.high is not None:
        verb = "rises" if metric.low > 0 else "falls" if metric.high < 0 else "does not clearly move"
    return f"{metric.name} {verb} from {number(metric.before)} to {number(metric.after)} ({_change(metric)})"


def _below_zero(metric: Metric) -> bool:
    return metric.high is not None and metric.high < 0


def _change(metric: Metric) -> str:
    if metric.low is None:
        return f"{number(metric.delta, signed=True)}, no interval"
    ends = f"{number(metric.low, signed=True)} to {number(metric.high, signed=True)}"
    return f"{number(metric.delta, signed=True)}, {ends}"


def _yield(comparison: Comparison) -> list[str]:
    """Say what the last attempt adds, and how many attempts one more fix costs there."""
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


def _capital(text: str) -> str:
    return text if text.startswith("pass@") else text[:1].upper() + text[1:]
