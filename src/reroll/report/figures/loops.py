"""What each further turn of a chain buys."""

from __future__ import annotations

from typing import Any

from reroll.report.figures import charts
from reroll.report.figures.figure import Figure, Panel, ends, mark
from reroll.report.view import RunView


def turns(view: RunView) -> Figure:
    """Draw the share of chains solved by each turn, and how often a failed strategy comes again."""
    panels: list[Panel] = []
    rows: list[tuple[Any, ...]] = []
    for part in view.slices:
        found = [loop for loop in view.loops if loop.slice == part]
        data = []
        for loop in found:
            for row in loop.turns:
                e = row.cumulative
                data.append(mark(loop.checkpoint, row.turn, e, what=f"solved by turn {row.turn}"))
                counts = (row.at_risk, row.solved, row.stopped, row.hazard)
                rows.append((part, loop.checkpoint, row.turn, *counts, e.value, e.low, e.high))
        if data:
            chart = charts.lines(
                data, checkpoints=view.checkpoints, axis="chains solved", steps="turn", top=1.0, share=True
            )
            chains = max(loop.chains for loop in found)
            panels.append(Panel(title=f"{part} · {chains} chains", chart=chart, alternative=ends(data)))
    for part in view.slices:
        again = [
            mark(loop.checkpoint, 0, loop.echo, what="same strategy again")
            for loop in view.loops
            if loop.slice == part and loop.echo.value is not None
        ]
        if again:
            chart = charts.dots(again, checkpoints=view.checkpoints, domain=(0.0, 1.0))
            words = "; ".join(str(row["tip"]) for row in again)
            panels.append(
                Panel(title=f"Same strategy after its failure · {part}", chart=chart, alternative=words)
            )
    return Figure(
        id="turns",
        title="What does each further turn buy?",
        caption="Share of chains that are solved by each turn, with 95 % bands over "
        f"{view.over}, and below how "
        "often the turn after a failed one tries the same strategy again. Chains that stop at a patch that "
        "only passes the visible tests are never solved.",
        definition="chains",
        panels=tuple(panels),
        columns=(
            "slice",
            "checkpoint",
            "turn",
            "at risk",
            "solved",
            "stopped",
            "hazard",
            "solved by then",
            "low",
            "high",
        ),
        rows=tuple(rows),
    )
