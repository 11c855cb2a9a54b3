"""From charts to files: SVG for the page and for download, PNG, CSV, all drawn when the report is written.

Drawing now, by vl-convert, instead of in the reader's browser keeps the pages small (no megabyte of chart library),
needs no script to show a figure, prints well, and makes the downloaded file the figure that was seen. What a live
chart would add is kept: each mark carries its words for the pointer's tooltip, each figure its data as a table.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from reroll.report import palette
from reroll.report.figures import Figure

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
PNG_SCALE = 2.0
"""Pixels of the PNG per pixel of the drawing."""
WIDE = 500
"""Panels wider than this stand under one another in a download; the others stand side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One figure as files and as page markup."""

    figure: Figure
    """What is drawn."""
    inline: tuple[str, ...]
    """One SVG element a panel, in CSS variables, with marks that carry their words."""
    svg: str
    """The whole figure in light colours, on its own."""
    png: bytes
    """The same, as pixels."""
    csv: str
    """The data."""


def draw(figure: Figure) -> Drawn:
    """Draw a figure for the page and for download."""
    svg = still(figure)
    return Drawn(
        figure=figure,
        inline=tuple(
            _inline(_svg(panel.chart, title=None), f"{panel.title}: {panel.alternative}", f"{figure.id}{number}")
            for number, panel in enumerate(figure.panels)
        ),
        svg=svg,
        png=pixels(svg),
        csv=table(figure),
    )


def still(*figures: Figure, scheme: str = "light") -> str:
    """Return figures as one SVG with titles over the panels, in the `light` or the `dark` colours."""
    import altair as alt

    rows = []
    for figure in figures:
        charts = [_titled(panel.chart, panel.title) for panel in figure.panels]
        wide = any(_width(panel.chart) > WIDE for panel in figure.panels)
        across = 1 if wide else 2
        rows += [alt.hconcat(*charts[i : i + across], spacing=28) for i in range(0, len(charts), across)]
    return recolour(_svg(alt.vconcat(*rows, spacing=24), title=None), scheme)


def pixels(svg: str) -> bytes:
    """Return an SVG as PNG."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=PNG_SCALE))


def table(figure: Figure) -> str:
    """Return the data of a figure as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(figure.columns)
    writer.writerows(figure.rows)
    return text.getvalue()


def recolour(svg: str, scheme: str) -> str:
    """Return a drawing in the `light` or `dark` colours, or in `css` variables."""
    for ink in palette.INKS:
        new = f"var(--{ink.name})" if scheme == "css" else getattr(ink, scheme)
        svg = svg.replace(ink.light, new)
    return svg


def _svg(chart: Any, *, title: str | None) -> str:
    import altair as alt
    import vl_convert

    specification = chart.to_dict()
    specification["config"] = _config()
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    known = vl_convert.get_vegalite_versions()
    return str(
        vl_convert.vegalite_to_svg(specification, vl_version=version if version in known else known[-1])
    )


def _titled(chart: Any, title: str) -> Any:
    return chart.properties(title=title)


def _width(chart: Any) -> float:
    return float(chart.width) if isinstance(chart.width, int | float) else 0.0


def _config() -> dict[str, Any]:
    text, muted, rule = palette.TEXT.light, palette.MUTED.light, palette.RULE.light
    return {
        "font": FONT,
        "background": palette.PAPER.light,
        "padding": {"left": 4, "top": 6, "right": 4, "bottom": 4},
        "view": {"stroke": None},
        "title": {"anchor": "start", "color": text, "fontSize": 12.5, "fontWeight": 600, "offset": 10},
        "axis": {
            "labelColor": muted,
            "titleColor": muted,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": 400,
            "domainColor": muted,
            "tickColor": muted,
            "tickSize": 4,
            "gridColor": rule,
            "gridWidth": 0.8,
            "labelPadding": 4,
            "titlePadding": 8,
        },
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "axisNominal": {"labelFontSize": 11.5, "labelColor": text},
    }


_MARK = re.compile(r' aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*"')
_ROLES = re.compile(r' (?:role|aria-roledescription|aria-hidden)="[^"]*"')
_CLIP = re.compile(r'(id="|url\(#)(clip|gradient)')
_SIZE = re.compile(r' width="([0-9.]+)" height="[0-9.]+"')
_GROUND = re.compile(r"<rect [^>]*/>")


def _inline(svg: str, alternative: str, name: str) -> str:
    """Return an SVG for the page: one image to a screen reader, its marks' words kept for the tooltip."""
    tips: list[str] = []

    def keep(match: re.Match[str]) -> str:
        tips.append(match.group(1))
        return f' data-tip="{match.group(1)}"'

    head, body = svg.split(">", 1)
    body = _GROUND.sub("", body, count=1)
    body = _ROLES.sub("", _MARK.sub(keep, body))
    body = _CLIP.sub(lambda match: f"{match.group(1)}{name}-{match.group(2)}", recolour(body, "css"))
    head = _SIZE.sub(lambda match: f' style="max-width:{match.group(1)}px"', head, count=1)
    return f'{head} role="img" aria-label="{escape(alternative)}">{body}'

