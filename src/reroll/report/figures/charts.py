"""How each kind of panel looks, as Altair charts: lines with bands, dots with intervals, a forest, strips.

The rows come ready from `figures.py`: `checkpoint`, the numbers, and `tip`, the mark's value in words.
Charts are drawn in the light colours of `palette.py`; `drawing.py` makes them follow the reader's scheme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from reroll.report.figures import palette

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT = 340, 250
"""Size of a panel with lines, in pixels: readable unscaled on a phone, three abreast on a desk."""
MARGIN = {"left": 40, "top": 30, "right": 8, "bottom": 40}
"""Room around the plot for ticks and titles; the names of the lines come on top of it."""
STRIP_WIDTH = 780
"""Width of a strip, in pixels; on a phone it is scrolled."""
STACK_WIDTH = 300
"""Width of a stacked bar, in pixels."""
ROW_PIXELS = 26
"""Height of one line of dots or strips."""
NAME_PIXELS = 13
"""Least distance between the names of two lines."""
LETTER_PIXELS = 6.6
"""Width of a letter of a name, about."""
LONGEST_NAME = 110
"""Pixels after which a name is cut."""

Layered: TypeAlias = "alt.LayerChart | alt.FacetChart"
Row = Mapping[str, Any]
"""One mark: what it stands for, its numbers, its words."""


def lines(
    rows: Sequence[Row], *, checkpoints: Sequence[str], axis: str, steps: str, top: float, share: bool
) -> Layered:
    """Draw one line with a band per checkpoint over k, on a logarithmic axis, each named at its end.

    Args:
        rows: `checkpoint`, `k`, `value`, `low`, `high`, `tip`.
        checkpoints: all checkpoints of the run, which fixes the colours.
        axis: title of the vertical axis, written above it.
        steps: title of the horizontal axis.
        top: highest value of the vertical axis, which starts at 0.
        share: whether values are shares of one, written in per cent.
    """
    import altair as alt

    ticks = [k for k in sorted({row["k"] for row in rows}) if k & (k - 1) == 0]
    x = alt.X(
        "k:Q",
        title=steps,
        scale=alt.Scale(type="log", base=2, nice=False),
        axis=alt.Axis(values=ticks, format="d", labelFlush=False),
    )
    y_axis = alt.Axis(
        format=".0%" if share else ".2~f",
        tickCount=5,
        titleAngle=0,
        titleAlign="left",
        titleX=6 - MARGIN["left"],
        titleY=-16,
    )
    y = alt.Y("value:Q", title=axis, scale=alt.Scale(domain=[0, top], nice=not share), axis=y_axis)
    style = _style(checkpoints)
    base = _chart(rows).encode(x=x, color=style["color"])
    band = base.mark_area(opacity=0.13, clip=True).encode(y=alt.Y("low:Q", title=axis), y2="high:Q")
    line = base.mark_line(strokeWidth=1.9).encode(y=y, strokeDash=style["dash"])
    points = base.mark_point(size=34, filled=True, opacity=1).encode(
        y=y, shape=style["shape"], description="tip:N"
    )
    names = (
        _chart(_line_ends(rows, span=top))
        .mark_text(align="left", dx=9, fontSize=11.5, fontWeight=600, limit=LONGEST_NAME)
        .encode(x="k:Q", y="value:Q", text="checkpoint:N", color=style["color"])
    )
    right = MARGIN["right"] + _name_room(checkpoints)
    return alt.layer(band, line, points, names).properties(
        width=WIDTH - MARGIN["left"] - right,
        height=HEIGHT - MARGIN["top"] - MARGIN["bottom"],
        padding={**MARGIN, "right": right},
        autosize=alt.AutoSizeParams(type="none"),
    )


def dots(rows: Sequence[Row], *, checkpoints: Sequence[str], domain: tuple[float, float]) -> Layered:
    """Draw one dot with its interval per checkpoint, one under the other.

    Args:
        rows: `checkpoint`, `value`, `low`, `high`, `tip`.
        checkpoints: all checkpoints of the run, which fixes the colours and the order.
        domain: ends of the axis.
    """
    import altair as alt

    style = _style(checkpoints)
    base = _chart(rows).encode(y=_names_axis(checkpoints), color=style["color"])
    scale = alt.Scale(domain=list(domain), nice=False)
    axis = alt.Axis(tickCount=5, grid=True, labelFlush=False, labelOverlap="parity", labelSeparation=8)
    bars = base.mark_rule(strokeWidth=2.2, clip=True).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=axis),
        x2="high:Q",
    )
    marks = base.mark_point(size=64, filled=True, opacity=1).encode(
        x="value:Q", shape=style["shape"], description="tip:N"
    )
    layers = [bars, marks]
    if domain[0] < 0 < domain[1]:
        zero = _chart([{"zero": 0}]).mark_rule(color=palette.TEXT.light, strokeWidth=1)
        layers.insert(0, zero.encode(x="zero:Q"))
    return alt.layer(*layers).properties(
        width=WIDTH - _name_room(checkpoints) - 20, height=alt.Step(ROW_PIXELS)
    )


def forest(rows: Sequence[Row], *, checkpoints: Sequence[str], domain: tuple[float, float]) -> Layered:
    """Draw changes with their intervals around zero, one line a metric, one mark a checkpoint.

    Args:
        rows: `metric`, `checkpoint`, `value`, `low`, `high`, `tip`.
        checkpoints: all checkpoints of the run, which fixes the colours.
        domain: ends of the axis.
    """
    import altair as alt

    metrics = list(dict.fromkeys(row["metric"] for row in rows))
    drawn = [name for name in checkpoints if any(row["checkpoint"] == name for row in rows)]
    style = _style(checkpoints, named=drawn)
    # As in `_names_axis`, room for the words in whatever font a browser has.
    words = alt.Axis(ticks=False, domain=False, minExtent=_name_room(metrics) + 12)
    base = _chart(rows).encode(
        y=alt.Y("metric:N", sort=metrics, title=None, axis=words),
        yOffset=alt.YOffset("checkpoint:N", sort=drawn, scale=alt.Scale(paddingOuter=0.6)),
        color=style["color"],
    )
    zero = _chart([{"zero": 0}]).mark_rule(color=palette.TEXT.light, strokeWidth=1)
    x = alt.X(
        "low:Q",
        title="change, after − before",
        scale=alt.Scale(domain=list(domain), nice=True),
        axis=alt.Axis(grid=True, tickCount=5, labelFlush=False),
    )
    bars = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
    marks = base.mark_point(size=44, filled=True, opacity=1).encode(
        x="value:Q", shape=style["shape"], description="tip:N"
    )
    height = (12 * len(drawn) + 10) * len(metrics)
    width = WIDTH - _name_room(metrics) - 32
    return alt.layer(zero.encode(x="zero:Q"), bars, marks).properties(width=width, height=height)


def stacks(rows: Sequence[Row], *, checkpoints: Sequence[str], parts: Sequence[str]) -> alt.Chart:
    """Draw one bar per checkpoint, cut into up to three shares of one, the first part in colour.

    Args:
        rows: `checkpoint`, `part`, `share` in [0, 1], `tip`.
        checkpoints: all checkpoints of the run, in order from top to bottom.
        parts: the parts, in order from left to right.
    """
    import altair as alt

    names = list(parts)
    ordered = [{**row, "order": names.index(row["part"])} for row in rows]
    inks = [ink.light for ink in (palette.FILL, palette.MUTED, palette.RULE)][: len(names)]
    chart: alt.Chart = (
        _chart(ordered)
        .mark_bar(stroke=palette.PAPER.light, strokeWidth=1)
        .encode(
            x=alt.X(
                "share:Q",
                title=None,
                stack="zero",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".0%", tickCount=5),
            ),
            y=_names_axis(checkpoints),
            order="order:O",
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=names, range=inks),
                legend=alt.Legend(
                    orient="bottom", title=None, values=names, symbolType="square", columnPadding=28
                ),
            ),
            description="tip:N",
        )
        .properties(width=STACK_WIDTH, height=alt.Step(ROW_PIXELS))
    )
    return chart


def strips(rows: Sequence[Row], *, checkpoints: Sequence[str]) -> alt.Chart:
    """Draw one strip of shaded columns per checkpoint.

    Args:
        rows: `column`, `checkpoint`, `share` in [0, 1], `tip`.
        checkpoints: all checkpoints of the run, in order from top to bottom.
    """
    import altair as alt

    chart: alt.Chart = (
        _chart(rows)
        .mark_rect(color=palette.FILL.light)
        .encode(
            x=alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.12)),
            y=_names_axis(checkpoints),
            fillOpacity=alt.FillOpacity(
                "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 1]), legend=None
            ),
            description="tip:N",
        )
        .properties(width=STRIP_WIDTH, height=alt.Step(ROW_PIXELS))
    )
    return chart


def _chart(rows: Sequence[Row]) -> alt.Chart:
    import altair as alt

    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]  # altair leaves it so


def _names_axis(checkpoints: Sequence[str]) -> alt.Y:
    import altair as alt

    return alt.Y(
        "checkpoint:N",
        sort=list(checkpoints),
        title=None,
        # Fonts differ in width: room is kept for the names as a browser may set them.
        axis=alt.Axis(ticks=False, domain=False, minExtent=_name_room(checkpoints)),
        scale=alt.Scale(paddingInner=0.16),
    )


def _style(checkpoints: Sequence[str], *, named: Sequence[str] = ()) -> dict[str, Any]:
    """Return the encodings by checkpoint, with a legend of the `named` ones."""
    import altair as alt

    names = list(checkpoints)
    count = len(palette.CHECKPOINTS)
    colors = [palette.ink_of(name, names).light for name in names]
    dashes = [palette.DASHES[i % count] for i in range(len(names))]
    shapes = [palette.SHAPES[i % count] for i in range(len(names))]
    # Names side by side would make the drawing wider than its panel, and so everything in it smaller.
    legend = alt.Legend(orient="bottom", title=None, values=list(named), columns=3) if named else None
    return {
        "color": alt.Color("checkpoint:N", scale=alt.Scale(domain=names, range=colors), legend=legend),
        "dash": alt.StrokeDash("checkpoint:N", scale=alt.Scale(domain=names, range=dashes), legend=None),
        "shape": alt.Shape("checkpoint:N", scale=alt.Scale(domain=names, range=shapes), legend=legend),
    }


def _name_room(names: Sequence[str]) -> float:
    return min(LONGEST_NAME, max(len(name) for name in names) * LETTER_PIXELS + 14)


def _line_ends(rows: Sequence[Row], *, span: float) -> list[Row]:
    """Return where each line's name is written: beside its last point, apart from the others."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row["k"]):
        last[row["checkpoint"]] = row
    apart = span * NAME_PIXELS / (HEIGHT - MARGIN["top"] - MARGIN["bottom"])
    placed: list[Row] = []
    for row in sorted(last.values(), key=lambda row: row["value"]):
        value = max(row["value"], placed[-1]["value"] + apart) if placed else row["value"]
        placed.append({"k": row["k"], "checkpoint": row["checkpoint"], "value": value})
    excess = placed[-1]["value"] - max(row["value"] for row in last.values())
    # Below zero a name would stand in the way of the ticks.
    shift = min(excess / 2, max(0.0, placed[0]["value"]))
    return [{**row, "value": row["value"] - shift} for row in placed]
