"""What a figure is, and what all of them are made with: marks, axes and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reroll.report.figures.charts import Row
from reroll.report.numerals import decimal, interval
from reroll.report.view import Curve, Estimate, Measure, RunView


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One drawing of a figure."""

    title: str
    """What this panel shows, usually the slice."""
    chart: Any
    """The Altair chart."""
    alternative: str
    """The panel in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One numbered figure: its drawings, its words and its data."""

    id: str
    """Name of its files and its anchor."""
    title: str
    """The question that the figure answers."""
    caption: str
    """What is drawn, and what to look for."""
    definition: str
    """Anchor of its definition on the method page."""
    panels: tuple[Panel, ...]
    """The drawings."""
    columns: tuple[str, ...]
    """Columns of the data."""
    rows: tuple[tuple[Any, ...], ...]
    """The data as drawn."""
    notes: tuple[str, ...] = ()
    """What the figure says, or what to bear in mind, one sentence each."""
    tall: bool = False
    """Whether its panels take the whole width, one under the other."""


def points(
    view: RunView,
    *,
    metric: str,
    slice: str,  # noqa: A002 - the word of suites and frames
) -> list[tuple[Curve, int, Estimate]]:
    """Return every defined point of a metric on a slice, with its curve, by checkpoint and k."""
    return [
        (curve, k, estimate)
        for curve in view.curves
        if curve.metric == metric and curve.slice == slice
        for k, estimate in sorted(curve.points.items())
        if estimate.value is not None
    ]


def measures(view: RunView, metric: str) -> list[Measure]:
    """Return the scalars of a metric that are defined."""
    return [m for m in view.measures if m.metric == metric and m.estimate.value is not None]


def top(estimates: Iterable[Estimate]) -> float:
    """Return where the axis ends that all panels of a figure share."""
    highest = max((e.high or e.value or 0.0 for e in estimates), default=0.0)
    return highest * 1.05 or 1.0


def mark(checkpoint: str, k: int, estimate: Estimate, *, what: str, factor: float = 1) -> Row:
    """Return one mark of a chart, with its words; an estimate without an interval has none drawn."""
    value = (estimate.value or 0.0) * factor
    low = value if estimate.low is None else estimate.low * factor
    high = value if estimate.high is None else estimate.high * factor
    digits = 3 if factor == 1 else 1
    band = f" {interval(low, high, digits=digits, sign=False)}" if high > low else ""
    tip = f"{checkpoint}, {what}: {decimal(value, digits=digits)}{band}"
    return {"k": k, "checkpoint": checkpoint, "value": value, "low": low, "high": high, "tip": tip}


def ends(rows: Sequence[Row]) -> str:
    """Return the first and the last value of every line, in words."""
    first: dict[str, Row] = {}
    last: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["checkpoint"], row)
        last[row["checkpoint"]] = row
    return "; ".join(
        f"{name} goes from {decimal(first[name]['value'])} at {first[name]['k']} to "
        f"{decimal(last[name]['value'])} at {last[name]['k']}"
        for name in first
    )
