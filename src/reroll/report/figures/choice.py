"""What attempts are worth to somebody who cannot tell which of them is a fix."""

from __future__ import annotations

from typing import Any

from reroll.report.comparison import ALL
from reroll.report.figures import charts
from reroll.report.figures.figure import Figure, Panel, ends, mark, points
from reroll.report.view import RunView

RULES = {
    "pass@k": "Whoever knows: pass@k",
    "sel@k": "Any that passes the visible tests: sel@k",
    "best@k": "The most likely one: best@k",
    "maj@k": "The most frequent behaviour: maj@k",
    "false@k": "Passes the visible tests, and is wrong",
}
"""Metric of a curve to the way of choosing."""


def choice(view: RunView) -> Figure:
    """Draw each way to pick one of k attempts, one panel a way, over all bugs."""
    pooled = ALL if ALL in view.slices else view.slices[0] if view.slices else ALL
    known = {curve.metric for curve in view.curves}
    panels, rows = [], list[tuple[Any, ...]]()
    for metric, title in RULES.items() if "sel@k" in known else ():
        for part in view.slices:
            found = points(view, metric=metric, slice=part)
            rows += [(metric, part, c.checkpoint, k, e.value, e.low, e.high) for c, k, e in found]
            if found and part == pooled:
                data = [mark(c.checkpoint, k, e, what=metric.replace("k", str(k))) for c, k, e in found]
                chart = charts.lines(
                    data,
                    checkpoints=view.checkpoints,
                    axis="bugs",
                    steps="attempts, k",
                    top=1.0,
                    share=True,
                )
                panels.append(Panel(title=title, chart=chart, alternative=ends(data)))
    return Figure(
        id="choice",
        title="What if nobody can tell which attempt is a fix?",
        caption="Share of bugs whose picked attempt is a fix, by how it is picked from k. Without hidden "
        "tests the further attempts of a varied model are worth less, and a majority can favour a model "
        "that repeats itself; the last panel is how often the pick only looks like a fix.",
        definition="selection",
        panels=tuple(panels),
        columns=("rule", "slice", "checkpoint", "k", "value", "low", "high"),
        rows=tuple(rows),
    )
