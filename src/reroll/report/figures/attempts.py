"""What attempts buy: fixes, strategies, and what each further attempt adds."""

from __future__ import annotations

from typing import Any

from reroll.report.figures import charts
from reroll.report.figures.figure import Figure, Panel, ends, mark, points, top
from reroll.report.view import RunView


def fixes(view: RunView) -> Figure:
    """Draw pass@k by checkpoint, one panel a slice."""
    panels, rows = _curves(view, metric="pass@k", axis="bugs fixed", share=True)
    return Figure(
        id="fixes",
        title=f"Do further {view.unit}s still add fixes?",
        caption=f"Expected share of bugs with at least one fix among k {view.unit}s, with 95 % bands over "
        f"{view.over}. A line that starts higher and ends lower has paid for its first try with its later "
        "ones.",
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
        title=f"Do further {view.unit}s still add strategies?",
        caption="Expected number of really different correct fixes per bug among k attempts, with 95 % "
        f"bands over {view.over}. A flat line means that further successes repeat what the first one found.",
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
            name: [point for point in points(view, metric=metric, slice=name) if point[1] > 1]
            for name in view.slices
        }
        highest = top(estimate for marks in found.values() for _, _, estimate in marks) * 100
        for name, marks in found.items():
            rows += [(words, name, c.checkpoint, k, e.value, e.low, e.high) for c, k, e in marks]
            data = [mark(c.checkpoint, k, e, factor=100, what=f"attempt {k}") for c, k, e in marks]
            if data:
                chart = charts.lines(
                    data,
                    checkpoints=view.checkpoints,
                    axis="per 100 bugs",
                    steps=view.unit,
                    top=highest,
                    share=False,
                )
                panels.append(Panel(title=f"{words} · {name}", chart=chart, alternative=ends(data)))
    return Figure(
        id="yield",
        title=f"What does each further {view.unit} buy?",
        caption="Per 100 bugs: bugs first fixed by attempt k, and correct strategies first seen in attempt "
        "k. The first attempt is left out: it is pass@1.",
        definition="yield",
        panels=tuple(panels),
        columns=("quantity", "slice", "checkpoint", "attempt", "value", "low", "high"),
        rows=tuple(rows),
    )


def _curves(
    view: RunView, *, metric: str, axis: str, share: bool
) -> tuple[tuple[Panel, ...], tuple[tuple[Any, ...], ...]]:
    panels: list[Panel] = []
    rows: list[tuple[Any, ...]] = []
    found = {name: points(view, metric=metric, slice=name) for name in view.slices}
    highest = 1.0 if share else top(estimate for marks in found.values() for _, _, estimate in marks)
    for name, marks in found.items():
        rows += [(name, c.checkpoint, k, e.value, e.low, e.high) for c, k, e in marks]
        data = [mark(c.checkpoint, k, e, what=metric.replace("k", str(k))) for c, k, e in marks]
        if data:
            bugs = max(curve.bugs for curve, _, _ in marks)
            chart = charts.lines(
                data,
                checkpoints=view.checkpoints,
                axis=axis,
                steps=f"{view.unit}s, k",
                top=highest,
                share=share,
            )
            panels.append(Panel(title=f"{name} · {bugs} bugs", chart=chart, alternative=ends(data)))
    return tuple(panels), tuple(rows)
