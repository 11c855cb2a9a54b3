"""From charts to files: SVG for the page and for download, PNG, CSV, all drawn when the report is written.

Drawing now, by vl-convert, instead of in the reader's browser keeps the pages small (no megabyte of chart
library), needs no script to show a figure, prints well, and makes the downloaded file the figure that was
seen. What a live chart would add is kept: each mark carries its words for the pointer's tooltip, each figure
its data as a table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from reroll.report.figures import Figure, palette

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif"
PNG_SCALE = 2.0
"""Pixels of the PNG per pixel of the drawing."""
ABREAST = 1100
"""Widest row of panels in a download, in pixels."""
GAP, TITLE_HEIGHT = 18, 26
"""Pixels between panels, and over each for its title."""


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
    panels = [_render(panel.chart) for panel in figure.panels]
    svg = _compose([[(panel.title, svg) for panel, svg in zip(figure.panels, panels, strict=True)]])
    return Drawn(
        figure=figure,
        inline=tuple(
            _inline(svg, f"{panel.title}: {panel.alternative}", f"{figure.id}{number}")
            for number, (panel, svg) in enumerate(zip(figure.panels, panels, strict=True))
        ),
        svg=svg,
        png=pixels(svg),
        csv=table(figure),
    )


def still(*figures: Figure, scheme: str = "light") -> str:
    """Return figures as one SVG, each in a row of its own, in the `light` or the `dark` colours."""
    rows = [[(panel.title, _render(panel.chart)) for panel in figure.panels] for figure in figures]
    return recolour(_compose(rows), scheme)


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


def _render(chart: Any) -> str:
    import altair as alt
    import vl_convert

    specification = chart.to_dict(validate=False)
    specification["config"] = _config()
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    known = vl_convert.get_vegalite_versions()
    return str(
        vl_convert.vegalite_to_svg(specification, vl_version=version if version in known else known[-1])
    )


def _config() -> dict[str, Any]:
    text, muted, rule = palette.TEXT.light, palette.MUTED.light, palette.RULE.light
    return {
        "font": FONT,
        "background": palette.PAPER.light,
        "padding": {"left": 4, "top": 6, "right": 12, "bottom": 4},
        "view": {"stroke": None},
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
        "legend": {"labelColor": text, "labelFontSize": 11.5, "symbolOpacity": 1, "symbolSize": 50},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "axisNominal": {"labelFontSize": 11.5, "labelColor": text, "labelLimit": 110},
    }


_MARK = re.compile(r' aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*"')
_ROLES = re.compile(r' (?:role|aria-roledescription|aria-hidden|aria-label)="[^"]*"')
_CLIP = re.compile(r'(id="|url\(#)(clip|gradient)')
_SIZE = re.compile(r' width="([0-9.]+)" height="([0-9.]+)"')
_GROUND = re.compile(r"<rect [^>]*/>")


def _inline(svg: str, alternative: str, name: str) -> str:
    """Return an SVG for the page: one image to a screen reader, its marks' words kept for the tooltip."""
    head, body = _parts(svg, name)
    body = _ROLES.sub("", _MARK.sub(r' data-tip="\1"', body))
    head = _SIZE.sub("", head, count=1)
    return f'{head} role="img" aria-label="{escape(alternative)}">{recolour(body, "css")}'


def _compose(rows: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Return rows of titled panels as one SVG; a row that is too wide is broken."""
    left, top, width, number = float(GAP), float(GAP), 0.0, 0
    parts = []
    for row in rows:
        row_height = 0.0
        for title, svg in row:
            head, body = _parts(svg, f"p{number}")
            size = _SIZE.search(head)
            assert size is not None, "vl-convert writes the size of a drawing"
            wide, high = float(size.group(1)), float(size.group(2))
            if left > GAP and left + wide > ABREAST:
                left, top, row_height = float(GAP), top + row_height, 0.0
            parts.append(_panel(title, body, left=left, top=top))
            left, row_height = left + wide + GAP, max(row_height, high + TITLE_HEIGHT + GAP)
            width, number = max(width, left), number + 1
        left, top = float(GAP), top + row_height
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:g}" height="{top:g}" viewBox="0 0 {width:g} {top:g}">'
        f'<rect width="100%" height="100%" fill="{palette.PAPER.light}"/>{"".join(parts)}</svg>\n'
    )


def _panel(title: str, body: str, *, left: float, top: float) -> str:
    return (
        f'<text x="{left + 4:g}" y="{top + 14:g}" font-family="{escape(FONT)}" font-size="13" '
        f'font-weight="600" fill="{palette.TEXT.light}">{escape(title)}</text>'
        f'<g transform="translate({left:g},{top + TITLE_HEIGHT:g})">{body.removesuffix("</svg>")}</g>'
    )


def _parts(svg: str, name: str) -> tuple[str, str]:
    """Return the opening tag of an SVG, unclosed, and the rest without its ground, ids made unique."""
    head, body = svg.split(">", 1)
    body = _GROUND.sub("", body.strip(), count=1)
    return head, _CLIP.sub(lambda match: f"{match.group(1)}{name}-{match.group(2)}", body)
