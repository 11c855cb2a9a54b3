"""The picture of a comparison: attempts per second of every design, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

SCHEMES = {
    "": {"paper": "#fdfcf8", "ink": "#23211d", "faint": "#6d685e", "grid": "#dcd7cb",
         "reroll": "#1f6f78", "floor": "#b9ae98", "other": "#b9653b"},
    "-dark": {"paper": "#171614", "ink": "#ece8df", "faint": "#a39d90", "grid": "#3a3731",
              "reroll": "#5fb7bf", "floor": "#6f685b", "other": "#d98a5f"},
}  # fmt: skip
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif"
KINDS = {
    "reroll": "reroll",
    "other": "isolated anew, or in a container that stays",
    "floor": "no isolation at all",
}
TITLE = "Patches tested per second, and as a multiple of docker run: ten tests each, two at a time"
WIDTH, LEFT, RIGHT, TOP, STEP, THICK = 760, 290, 130, 66, 21, 13


def draw(rows: Sequence[Mapping[str, Any]], path: Path) -> list[Path]:
    """Write the picture in a light and a dark form; return the files."""
    written = []
    for suffix, colours in SCHEMES.items():
        file = path.with_name(f"{path.stem}{suffix}.svg")
        file.write_text(_picture(rows, colours), encoding="utf-8")
        written.append(file)
    return written


def _picture(rows: Sequence[Mapping[str, Any]], colours: Mapping[str, str]) -> str:
    shown = [row for row in rows if not str(row["design"]).endswith("unconfirmed")]
    ordered = sorted(shown, key=lambda row: -row["attempts_per_second"])
    height = TOP + STEP * len(ordered) + 34
    first = math.floor(math.log10(min(row["attempts_per_second"] for row in ordered)))
    last = math.ceil(math.log10(max(row["attempts_per_second"] for row in ordered)))

    def across(rate: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(rate) - first) / (last - first)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="{FONT}" font-size="12">',
        f'<rect width="100%" height="100%" fill="{colours["paper"]}"/>',
        _text(16, 26, TITLE, colours["ink"], weight=600),
    ]
    place = 16.0
    for kind, words in KINDS.items():
        parts.append(f'<rect x="{place}" y="38" width="10" height="10" fill="{colours[kind]}"/>')
        parts.append(_text(place + 15, 47, words, colours["faint"]))
        place += 36 + 6.4 * len(words)
    for power in range(first, last + 1):
        x = across(10**power)
        parts.append(
            f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{height - 28}" stroke="{colours["grid"]}"/>'
        )
        parts.append(_text(x, height - 12, f"{10**power:,g}", colours["faint"], anchor="middle"))
    for number, row in enumerate(ordered):
        y, rate = TOP + STEP * number, row["attempts_per_second"]
        end = across(rate)
        weight = 600 if row["kind"] == "reroll" else 400
        parts.append(_text(LEFT - 8, y + 11, str(row["design"]), colours["ink"], anchor="end", weight=weight))
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{max(end - LEFT, 1):.1f}" height="{THICK}" '
            f'fill="{colours[row["kind"]]}"/>'
        )
        figure = f"{rate:,g}/s · {row['times_docker_run']:g}×"
        parts.append(_text(end + 6, y + 11, figure, colours["faint"]))
    parts.append("</svg>\n")
    return "\n".join(parts)


def _text(x: float, y: float, words: str, colour: str, *, anchor: str = "start", weight: int = 400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(words)}</text>"
    )
