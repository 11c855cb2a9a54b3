"""Colours of the report: one list for charts, pages and exports, in light and in dark.

Charts are drawn once, in the light colours; on a page each light colour is replaced by a CSS variable, so
the same drawing follows the reader's scheme. Checkpoint colours differ in lightness as well as in hue,
keep 4.5:1 against the paper in both schemes, and always come with a dash pattern, a point shape and a
written name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """One colour of the report in both schemes."""

    name: str
    """CSS variable, without the dashes."""
    light: str
    """Colour on light paper."""
    dark: str
    """Colour on dark paper."""


PAPER = Ink(name="paper", light="#fdfcf8", dark="#15171a")
TEXT = Ink(name="ink", light="#23211d", dark="#e9e6df")
MUTED = Ink(name="muted", light="#625e55", dark="#a8a49a")
RULE = Ink(name="rule", light="#dcd7cb", dark="#383b40")
FILL = Ink(name="fill", light="#0a5c8c", dark="#6cb8ea")

CHECKPOINTS = (
    Ink(name="c0", light="#4d4a44", dark="#c9c5bb"),
    Ink(name="c1", light="#b8400f", dark="#ff9161"),
    Ink(name="c2", light="#0b62a4", dark="#6db6f2"),
    Ink(name="c3", light="#146b54", dark="#5ccbaa"),
    Ink(name="c4", light="#8a3a9b", dark="#dd9bf0"),
    Ink(name="c5", light="#7d5f00", dark="#e2bd4a"),
    Ink(name="c6", light="#a3214e", dark="#ff8fb0"),
    Ink(name="c7", light="#3d47a8", dark="#a9b2ff"),
)
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 2], [1, 3], [12, 3], [6, 2, 1, 2, 1, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "stroke")
INKS = (PAPER, TEXT, MUTED, RULE, FILL, *CHECKPOINTS)


def ink_of(checkpoint: str, checkpoints: Sequence[str]) -> Ink:
    """Return the colour of a checkpoint by its place; the colours repeat after eight."""
    return CHECKPOINTS[checkpoints.index(checkpoint) % len(CHECKPOINTS)]


def variables(scheme: str) -> str:
    """Return the CSS declarations of every colour in `light` or `dark`."""
    return " ".join(f"--{ink.name}: {getattr(ink, scheme)};" for ink in INKS)
