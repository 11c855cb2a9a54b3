"""The figures of the report: which numbers of the view each one shows, in which words.

Every figure carries its title, its caption, its panels with a text alternative, and the data that it
draws; `charts.py` knows how a panel looks and `drawing.py` turns it into SVG and PNG.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reroll.report import charts
from reroll.report.charts import Row
from reroll.report.numerals import decimal, interval, percent
from reroll.report.view import BugRow, Count, Curve, Estimate, Measure, RunView

ATLAS_COLUMNS = 120
"""Columns of the atlas; where there are more bugs, neighbours share one."""
SHARES = re.compile(r"pass@\d+|retry_gain|rescued_fraction|echo")
"""Metrics that are shares, and so can be drawn on one axis."""


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


def figures(view: RunView) -> tuple[Figure, ...]:
    """Return the figures of the overview that have data, in the order of the argument."""
    drawn = (fixes(view), yields(view), strategies(view), concentration(view), changes(view), atlas(view))
    return tuple(figure for figure in drawn if figure.panels)


def fixes(view: RunView) -> Figure:
    """Draw pass@k by checkpoint, one panel a slice."""
    panels, rows = _curves(view, metric="pass@k", axis="bugs fixed", share=True)
    return Figure(
        id="fixes",
        title="Do further attempts still add fixes?",
        caption="Expected share of bugs with at least one fix among k attempts, with 95 % bands over bugs. "
        "A line that starts higher and ends lower has paid for its first try with its later ones.",
        definition="pass-at-k",
        panels=panels,
        columns=("slice", "checkpoint", "k", "value", "low", "high"),
        rows=rows,
    )


def strategies(view: RunView) -> Figure:
    """Draw the expected number of distinct correct strategies in k attempts, one panel a slice."""
    panels, rows = _curves(view, metric="C_k", axis="strategies per bug", share=False)
    return Figure(
        id="strategies",
        title="Do further attempts still add strategies?",
        caption="Expected number of really different correct fixes per bug among k attempts, with 95 % "
        "bands over bugs. A flat line means that further successes repeat what the first one found.",
        definition="c-k",
        panels=panels,
        columns=("slice", "checkpoint", "k", "value", "low", "high"),
        rows=rows,
    )


def yields(view: RunView) -> Figure:
    """Draw what the k-th attempt adds: newly fixed bugs, and new strategies."""
    panels: list[Panel] = []
    rows: list[tuple[Any, ...]] = []
    for metric, words in (("marginal", "Newly fixed bugs"), ("discovery", "New strategies")):
        found = {
            name: [point for point in _points(view, metric=metric, slice=name) if point[1] > 1]
            for name in view.slices
        }
        top = _top(estimate for points in found.values() for _, _, estimate in points) * 100
        for name, points in found.items():
            rows += [(words, name, c.checkpoint, k, e.value, e.low, e.high) for c, k, e in points]
            data = [_mark(c.checkpoint, k, e, factor=100, what=f"attempt {k}") for c, k, e in points]
            if data:
                chart = charts.lines(
                    data,
                    checkpoints=view.checkpoints,
                    axis="per 100 bugs",
                    steps="attempt",
                    top=top,
                    share=False,
                )
                panels.append(Panel(title=f"{words} · {name}", chart=chart, alternative=_ends(data)))
    return Figure(
        id="yield",
        title="What does each further attempt buy?",
        caption="Per 100 bugs: bugs first fixed by attempt k, and correct strategies first seen in attempt "
        "k. The first attempt is left out: it is pass@1.",
        definition="yield",
        panels=tuple(panels),
        columns=("quantity", "slice", "checkpoint", "attempt", "value", "low", "high"),
        rows=tuple(rows),
    )


def concentration(view: RunView) -> Figure:
    """Draw D_4 and the echo rate of every checkpoint as dots with intervals."""
    panels, rows = [], []
    for metric, words in (("D_4", "Strategies among four fixes, D₄"), ("echo", "Echo: two fixes alike")):
        highest = max(
            (m.estimate.high or m.estimate.value or 0.0 for m in _measures(view, metric)), default=0.0
        )
        domain = (0.0, 1.0) if metric == "echo" else (1.0, max(2.0, min(4.0, highest * 1.05)))
        for name in view.slices:
            found = [m for m in _measures(view, metric) if m.slice == name]
            rows += [
                (metric, name, m.checkpoint, m.bugs, m.estimate.value, m.estimate.low, m.estimate.high)
                for m in found
            ]
            if found:
                data = [_mark(m.checkpoint, 0, m.estimate, what=f"{m.bugs} bugs") for m in found]
                chart = charts.dots(data, checkpoints=view.checkpoints, domain=domain)
                words_of = "; ".join(str(row["tip"]) for row in data)
                panels.append(Panel(title=f"{words} · {name}", chart=chart, alternative=words_of))
    return Figure(
        id="concentration",
        title="How alike are the fixes?",
        caption="Among correct attempts alone, so that accuracy plays no part: distinct strategies in four "
        "fixes, and the chance that two fixes are the same one. Bars are 95 % intervals over bugs.",
        definition="d-b",
        panels=tuple(panels),
        columns=("metric", "slice", "checkpoint", "bugs", "value", "low", "high"),
        rows=tuple(rows),
    )


def changes(view: RunView) -> Figure:
    """Draw the paired changes that are shares, one panel a slice, all on one axis."""
    found = {name: _change_rows(view, slice=name) for name in view.slices}
    every = [row for rows in found.values() for row in rows]
    ends = [0.0, *(row["low"] for row in every), *(row["high"] for row in every)]
    panels = [
        Panel(
            title=name,
            chart=charts.forest(rows, checkpoints=view.checkpoints, domain=(min(ends), max(ends))),
            alternative="; ".join(str(row["tip"]) for row in rows),
        )
        for name, rows in found.items()
        if rows
    ]
    columns = ("slice", "before", "checkpoint", "metric", "value", "low", "high")
    return Figure(
        id="changes",
        title="What changed, bug by bug?",
        caption="Mean paired change over bugs, after − before, with 95 % intervals. An interval that "
        "crosses the line is compatible with no change.",
        definition="paired",
        panels=tuple(panels),
        columns=columns,
        rows=tuple(tuple(row[column] for column in columns) for row in every),
    )


def atlas(view: RunView) -> Figure:
    """Draw every bug as a column, sorted by the first checkpoint's success rate, one row a checkpoint."""
    panels, rows = [], []
    for name in dict.fromkeys(bug.slice for bug in view.bugs):
        first = view.checkpoints[0]
        bugs = sorted(
            (bug for bug in view.bugs if bug.slice == name),
            key=lambda bug: (-(_rate(bug.counts.get(first)) or 0.0), bug.id),
        )
        width = -(-len(bugs) // ATLAS_COLUMNS)
        data: list[Row] = []
        for start in range(0, len(bugs), width):
            group = bugs[start : start + width]
            label = group[0].id if width == 1 else f"{len(group)} bugs from {group[0].id}"
            for checkpoint in view.checkpoints:
                share = _mean_rate(group, checkpoint)
                if share is not None:
                    column = start // width
                    rows.append((name, checkpoint, column, label, share))
                    tip = f"{label}, {checkpoint}: {percent(share)} of attempts fix it"
                    data.append({"column": column, "checkpoint": checkpoint, "share": share, "tip": tip})
        if data:
            words = f"{len(bugs)} bugs, from the one that {first} fixes most often to the one it fixes least."
            chart = charts.strips(data, checkpoints=view.checkpoints)
            panels.append(Panel(title=f"{name} · {len(bugs)} bugs", chart=chart, alternative=words))
    return Figure(
        id="atlas",
        title="Where do the fixes come from?",
        caption="One column a bug, sorted by how often the first checkpoint fixes it; the darker, the "
        "larger the share of attempts that fix it. A blank cell below a shaded one is a fix that training "
        "lost.",
        definition="pass-at-k",
        panels=tuple(panels),
        columns=("slice", "checkpoint", "column", "bugs", "share"),
        rows=tuple(rows),
    )


def _curves(
    view: RunView, *, metric: str, axis: str, share: bool
) -> tuple[tuple[Panel, ...], tuple[tuple[Any, ...], ...]]:
    panels: list[Panel] = []
    rows: list[tuple[Any, ...]] = []
    found = {name: _points(view, metric=metric, slice=name) for name in view.slices}
    top = 1.0 if share else _top(estimate for points in found.values() for _, _, estimate in points)
    for name, points in found.items():
        rows += [(name, c.checkpoint, k, e.value, e.low, e.high) for c, k, e in points]
        data = [_mark(c.checkpoint, k, e, what=metric.replace("k", str(k))) for c, k, e in points]
        if data:
            bugs = max(curve.bugs for curve, _, _ in points)
            chart = charts.lines(
                data, checkpoints=view.checkpoints, axis=axis, steps="attempts, k", top=top, share=share
            )
            panels.append(Panel(title=f"{name} · {bugs} bugs", chart=chart, alternative=_ends(data)))
    return tuple(panels), tuple(rows)


def _top(estimates: Iterable[Estimate]) -> float:
    """Return where the axis ends that all panels of a figure share."""
    highest = max((e.high or e.value or 0.0 for e in estimates), default=0.0)
    return highest * 1.05 or 1.0


def _change_rows(view: RunView, *, slice: str) -> list[Row]:  # noqa: A002 - the word of suites and frames
    rows: list[Row] = []
    for comparison in view.comparisons:
        for metric in comparison.metrics.values() if comparison.slice == slice else ():
            if (
                metric.delta is None
                or metric.low is None
                or metric.high is None
                or not SHARES.fullmatch(metric.name)
            ):
                continue
            name = metric.name.replace("_", " ")
            change = f"{decimal(metric.delta, sign=True)} {interval(metric.low, metric.high)}"
            rows.append(
                {
                    "slice": slice,
                    "before": comparison.before,
                    "checkpoint": comparison.after,
                    "metric": name,
                    "value": metric.delta,
                    "low": metric.low,
                    "high": metric.high,
                    "tip": f"{comparison.before} → {comparison.after}, {name}: {change}",
                }
            )
    return rows


def _points(
    view: RunView,
    *,
    metric: str,
    slice: str,  # noqa: A002 - the word of suites and frames
) -> list[tuple[Curve, int, Estimate]]:
    return [
        (curve, k, estimate)
        for curve in view.curves
        if curve.metric == metric and curve.slice == slice
        for k, estimate in sorted(curve.points.items())
        if estimate.value is not None
    ]


def _measures(view: RunView, metric: str) -> list[Measure]:
    return [m for m in view.measures if m.metric == metric and m.estimate.value is not None]


def _mark(checkpoint: str, k: int, estimate: Estimate, *, what: str, factor: float = 1) -> Row:
    value = (estimate.value or 0.0) * factor
    low = value if estimate.low is None else estimate.low * factor
    high = value if estimate.high is None else estimate.high * factor
    digits = 3 if factor == 1 else 1
    band = f" {interval(low, high, digits=digits, sign=False)}" if high > low else ""
    tip = f"{checkpoint}, {what}: {decimal(value, digits=digits)}{band}"
    return {"k": k, "checkpoint": checkpoint, "value": value, "low": low, "high": high, "tip": tip}


def _ends(rows: Sequence[Row]) -> str:
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


def _rate(count: Count | None) -> float | None:
    return count.correct / count.attempts if count is not None and count.attempts else None


def _mean_rate(bugs: Sequence[BugRow], checkpoint: str) -> float | None:
    rates = [rate for bug in bugs if (rate := _rate(bug.counts.get(checkpoint))) is not None]
    return sum(rates) / len(rates) if rates else None
