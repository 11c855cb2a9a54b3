"""The account of an investor."""

from __future__ import annotations

from functools import cached_property

from portfolio.positions import Position


class Account:
    """Positions by title; a position that is sold completely disappears."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}

    def buy(self, title: str, units: int, price: int) -> None:
        """Add units of a title, which from now on has this price."""
        position = self._positions.setdefault(title, Position(title, 0, price))
        position.units += units
        position.price = price

    def sell(self, title: str, units: int) -> None:
        """Give units away at the current price; raise ValueError if there are not so many."""
        position = self._positions.get(title)
        if position is None or position.units < units:
            raise ValueError(f"Not {units} units of {title!r} in the account")
        position.units -= units
        if not position.units:
            del self._positions[title]

    def reprice(self, title: str, price: int) -> None:
        """Set the price of a title; titles that are not held are ignored."""
        if title in self._positions:
            self._positions[title].price = price

    def positions(self) -> list[Position]:
        """Return the positions by title."""
        return [self._positions[title] for title in sorted(self._positions)]

    @cached_property
    def total(self) -> int:
        """What all positions are worth, in cents."""
        return sum(position.value for position in self._positions.values())
