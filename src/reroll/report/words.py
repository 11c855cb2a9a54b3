"""The answer in plain English, and as rows of a table. Numbers are formatted here and computed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reroll.report.comparison import ALL, Comparison, Metric
from reroll.report.numerals import decimal, percent
from reroll.report.verdicts import (
    FEWEST_BUGS,
    INCONCLUSIVE,
    LARGE,
    LOCKS_IN,
    MODERATE,
    PAYS_LESS,
    SLIGHT,
    STILL_PAYS,
    UNSURE,
    Margins,
)

HEADINGS = ("figure", "before", "after", "change", "95 % interval", "p", "p (Holm)", "bugs")
"""Of `rows`, at the usual level."""
_OPENING = {
    (STILL_PAYS, ""): "Retries still pay with {after}",
    (PAYS_LESS, SLIGHT): "Retries pay slightly less with {after}",
    (PAYS_LESS, MODERATE): "Retries pay less with {after}",
    (PAYS_LESS, LARGE): "Retries pay far less with {after}",
    (PAYS_LESS, UNSURE): "Retries pay less with {after}, how much is unsure",
    (INCONCLUSIVE, ""): "Not decided for {after}",
}
_SLICES = {ALL: "All bugs", "id": "In distribution", "ood": "Out of distribution"}
_WORDED = {1: "one", 2: "two", 3: "three", 4: "four", 7: "seven", 8: "eight", 15: "fifteen", 16: "sixteen"}
"""Numbers that sentences speak of."""
_NEGLIGIBLE = 0.005
"""A change whose interval stays within this is told as no change."""


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
    verdict: str,
    metrics: Mapping[str, Metric],
    *,
    size: str,
    after: str,
    k: int,
    b: int,
    margins: Margins,
) -> str:
    """Return the answer in short sentences: what decides comes first, in brackets its change and interval."""
    first, last, primary = metrics["pass@1"], metrics[f"pass@{k}"], metrics[f"D_{b}"]
    strategies = _strategies(primary, b=b, near=margins.strategies if size == SLIGHT else None)
    rescued = _rescued(metrics["rescued_fraction"], k=k, near=margins.rescued if size == SLIGHT else None)
    if verdict == LOCKS_IN:
        opening = (
            f"{after} locks in: one attempt fixes more ({_moves(first)}), {_worded(k)} together fix less"
        )
        return f"{opening} ({_moves(last)}; {_change(last)}). {_capital(strategies)}."
    axes = [strategies, rescued]
    if verdict == PAYS_LESS and not _below_zero(primary):
        axes.reverse()
    opening = _OPENING[verdict, size].format(after=after)
    return f"{opening}: {axes[0]}. {_capital(axes[1])}. {_moves(first)}, {_moves(last)}."


def brackets(comparison: Comparison) -> str:
    """Return what stands in the brackets of the sentence."""
    return f"In brackets: the change and its {comparison.level * 100:g} % interval over bugs"


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


def number(value: float | None, *, signed: bool = False) -> str:
    """Return a figure as text with as many decimals as its size deserves; – for None."""
    if value is None:
        return "–"
    size = round(abs(value), 3)
    digits = sum(size < limit for limit in (1, 10, 100))
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


def _strategies(metric: Metric, *, b: int, near: float | None) -> str:
    if metric.delta is None or metric.bugs < FEWEST_BUGS:
        bugs = f"{metric.bugs} bugs have" if metric.bugs != 1 else "1 bug has"
        return f"strategies cannot be compared, {bugs} {_worded(b)} fixes in both arms"
    what = f"{_worded(b)} fixes of one bug show {_short(metric.after)} strategies"
    return what + _against(metric, _short(metric.before), near=near)


def _rescued(metric: Metric, *, k: int, near: float | None) -> str:
    if metric.delta is None:
        return f"what {_worded(k - 1)} retries rescue cannot be compared ({metric.note})"
    what = f"{_worded(k - 1)} retries rescue {_share(metric.after)} of the failed first attempts"
    return what + _against(metric, _share(metric.before), near=near)


def _against(metric: Metric, before: str, *, near: float | None) -> str:
    """Return how a figure was before, and by how much it changed."""
    if _still(metric):
        return ", as before"
    if not _clear(metric) and metric.low is not None and _short(metric.delta) == _short(0.0):
        return f", as before ({_change(metric)})"
    told = f"instead of {before}" if _clear(metric) else f"against {before}"
    return f" {told} ({_change(metric)}){_near(metric, near)}"


def _worded(number: int) -> str:
    return _WORDED.get(number, str(number))


def _near(metric: Metric, margin: float | None) -> str:
    return f", near the margin of {margin:g}" if margin is not None and _below_zero(metric) else ""


def _moves(metric: Metric) -> str:
    if metric.delta is None:
        return f"{metric.name} is undefined"
    for write in (_short, number) if _clear(metric) else (_short,):
        before, after = write(metric.before), write(metric.after)
        if before != after:
            return f"{metric.name} {before} → {after}"
    return f"{metric.name} stays at {_short(metric.after)}"


def _still(metric: Metric) -> bool:
    """Whether a figure did not move, to all digits that are told."""
    ends = (metric.low, metric.high)
    return all(end is not None and abs(end) < _NEGLIGIBLE for end in ends)


def _clear(metric: Metric) -> bool:
    return metric.low is not None and metric.high is not None and (metric.low > 0 or metric.high < 0)


def _below_zero(metric: Metric) -> bool:
    return metric.high is not None and metric.high < 0


def _change(metric: Metric) -> str:
    if metric.low is None:
        return f"{_short(metric.delta, signed=True)}, no interval"
    low, high = (_short(end, signed=True) for end in (metric.low, metric.high))
    return f"{_short(metric.delta, signed=True)}, {low} to {high}"


def _short(value: float | None, *, signed: bool = False) -> str:
    """Return a figure in prose: two decimals, no negative zero."""
    return decimal(value, digits=2, sign=signed)


def _share(value: float | None) -> str:
    """Return a share in prose; all of them only where it is so."""
    return "nearly all" if value is not None and 0.995 <= value < 1 else percent(value)


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


def _capital(text: str) -> str:
    return text if text.startswith("pass@") else text[:1].upper() + text[1:]
