"""The figures of the report: which numbers of the view each one shows, in which words.

Every figure carries its title, its caption, its panels with a text alternative, and the data that it
draws; `charts.py` knows how a panel looks and `drawing.py` turns it into SVG and PNG.
"""

from __future__ import annotations

from reroll.report.figures.attempts import fixes, strategies, yields
from reroll.report.figures.bugs import atlas, changes, concentration
from reroll.report.figures.choice import choice
from reroll.report.figures.figure import Figure, Panel
from reroll.report.figures.loops import turns
from reroll.report.figures.training import demonstrations, forecast, moved
from reroll.report.view import RunView

__all__ = ["Figure", "Panel", "figures", "fixes", "strategies"]


def figures(view: RunView) -> tuple[Figure, ...]:
    """Return the figures of the overview that have data, in the order of the argument."""
    drawn = (
        fixes(view),
        turns(view),
        yields(view),
        strategies(view),
        concentration(view),
        changes(view),
        moved(view),
        choice(view),
        demonstrations(view),
        forecast(view),
        atlas(view),
    )
    return tuple(figure for figure in drawn if figure.panels)
