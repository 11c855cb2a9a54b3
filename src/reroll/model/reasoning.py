"""Part the reasoning of a model from its answer, where the server did not do it."""

from __future__ import annotations

import re
from dataclasses import dataclass

OPENING = re.compile(r"\s*<think(?:ing)?>")
CLOSING = re.compile(r"</think(?:ing)?>\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A completion in its two parts."""

    reasoning: str
    """What the model thought aloud."""
    answer: str
    """What it answered."""


def part(text: str) -> Parted:
    """Part `<think>…</think>answer`.

    Templates often open the tag inside the prompt, so a closing tag alone ends the reasoning too. Reasoning
    that was cut off before its closing tag leaves an empty answer.
    """
    opened = OPENING.match(text)
    start = opened.end() if opened else 0
    closed = CLOSING.search(text, start)
    if closed:
        return Parted(reasoning=text[start : closed.start()].strip(), answer=text[closed.end() :])
    if opened:
        return Parted(reasoning=text[start:].strip(), answer="")
    return Parted(reasoning="", answer=text)
