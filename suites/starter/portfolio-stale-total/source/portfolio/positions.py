"""Positions: so many units of a title at a price."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Position:
    """Units of one title and the price of a unit in cents."""

    title: str
    units: int
    price: int

    @property
    def value(self) -> int:
        """What the position is worth."""
        return self.units * self.price
