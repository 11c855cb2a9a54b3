"""How verdicts and outcomes are ordered and marked, on pages and in terminals alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reroll.report.untrusted import visible

VERDICTS = ("fixed", "failed", "no_patch", "timed_out", "out_of_memory", "crashed", "forged", "invalid")
"""Verdicts of attempts from best to worst."""
GLYPHS = {"passed": "✓", "failed": "✗", "error": "E", "timed": "T", "missing": "–"}
"""Kind of outcome to the glyph that stands for it."""


class Sign(NamedTuple):
    """How the outcome of one test is shown."""

    kind: str
    """One of `GLYPHS`; the CSS class."""
    glyph: str
    """What is seen."""
    word: str
    """What is read."""


class VerdictCount(NamedTuple):
    """How many attempts ended with one verdict."""

    name: str
    """The verdict."""
    number: int
    """Attempts with it."""

    @property
    def word(self) -> str:
        """The verdict as it is read."""
        return self.name.replace("_", " ")


def sign_of(outcome: str | None) -> Sign:
    """Return how an outcome such as `passed` or `error:KeyError` is shown; None is a missing test."""
    word = outcome or "missing"
    kind = "timed" if word == "timed_out" else word.partition(":")[0]
    kind = kind if kind in GLYPHS else "error"
    return Sign(kind, GLYPHS[kind], visible(word.replace("_", " ").replace(":", ": ")))


def verdict_counts(found: Mapping[str, int]) -> tuple[VerdictCount, ...]:
    """Return the verdicts that occur, from best to worst; unknown ones come last."""
    order = [*VERDICTS, *sorted(set(found) - set(VERDICTS))]
    return tuple(VerdictCount(name, found[name]) for name in order if found.get(name))
