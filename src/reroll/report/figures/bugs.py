"""What the bugs say: how alike the fixes are, what changed on each, and where the fixes come from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reroll.report.figures import charts
from reroll.report.figures.charts import Row
from reroll.report.figures.figure import Figure, Panel, mark, measures
from reroll.report.numerals import decimal, interval, percent
from reroll.report.verdicts import FEWEST_BUGS
from reroll.report.view import BugRow, Count, Measure, RunView

ATLAS_COLUMNS = 120
"""Columns of the atlas; where there are more bugs, neighbours share one."""
SHARES = re.compile(r"pass@\d+|retry_gain|rescued_fraction|echo")
"""Metrics that are shares, and so can be drawn on one axis."""


def concentration(view: RunView) -> Figure:
    """Draw D_4 and the echo rate of every checkpoint as dots with intervals."""
    panels, rows = [], []
    for metric, words in (("D_4", "Strategies among four fixes, D₄"), ("echo", "Echo: two fixes alike")):
        highest = max(
            (m.estimate.high or m.estimate.value or 0.0 for m in measures(view, metric)), default=0.0
        )
        domain = (0.0, 1.0) if metric == "echo" else (1.0, max(2.0, min(4.0, highest * 1.05)))
        for name in view.slices:
            found = [m for m in measures(view, metric) if m.slice == name]
            rows += [
                (metric, name, m.checkpoint, m.bugs, m.estimate.value, m.estimate.low, m.estimate.high)
                for m in found
            ]
            if found:
                data = [mark(m.checkpoint, 0, m.estimate, what=f"{m.bugs} bugs") for m in found]
                chart = charts.dots(data, checkpoints=view.checkpoints, domain=domain)
                words_of = "; ".join(str(row["tip"]) for row in data)
                panels.append(Panel(title=f"{words} · {name}", chart=chart, alternative=words_of))
    return Figure(
        id="concentration",
        title="How alike are the fixes?",
        caption="Among correct attempts alone, so that accuracy plays no part: distinct strategies in four "
        "fixes, and the chance that two fixes are the same one. Bars are 95 % intervals "
        f"over {view.over}.",
        definition="d-b",
        panels=tuple(panels),
        columns=("metric", "slice", "checkpoint", "bugs", "value", "low", "high"),
        rows=tuple(rows),
        notes=tuple(_few(measure) for measure in measures(view, "D_4") if measure.bugs < FEWEST_BUGS),
    )


def _few(measure: Measure) -> str:
    what = "1 bug" if measure.bugs == 1 else f"{measure.bugs} bugs"
    return (
        f"{measure.checkpoint} has four fixes of only {what} on {measure.slice}: these are its easiest ones, "
        "and too few to compare."
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
        tall=True,
    )


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


def _rate(count: Count | None) -> float | None:
    return count.correct / count.attempts if count is not None and count.attempts else None


def _mean_rate(bugs: Sequence[BugRow], checkpoint: str) -> float | None:
    rates = [rate for bug in bugs if (rate := _rate(bug.counts.get(checkpoint))) is not None]
    return sum(rates) / len(rates) if rates else None
