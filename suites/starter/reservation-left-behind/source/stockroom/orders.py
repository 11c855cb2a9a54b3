"""Orders as the shop sends them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """How much of one article is ordered; an article may be on several lines."""

    article: str
    quantity: int


@dataclass(frozen=True)
class Order:
    """An order and its lines."""

    number: int
    lines: tuple[Line, ...]
