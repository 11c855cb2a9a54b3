"""What lies on the shelf, and how much of it is held for orders."""

from __future__ import annotations

from collections.abc import Mapping

from stockroom.errors import OutOfStock


class Shelf:
    """Quantities on hand and quantities held, by article."""

    def __init__(self, on_hand: Mapping[str, int]) -> None:
        self._on_hand = dict(on_hand)
        self._held: dict[str, int] = {}

    def on_hand(self, article: str) -> int:
        """Return what lies on the shelf, held or not."""
        return self._on_hand.get(article, 0)

    def available(self, article: str) -> int:
        """Return what can still be promised."""
        return self.on_hand(article) - self._held.get(article, 0)

    def hold(self, article: str, quantity: int) -> None:
        """Keep some of an article for an order."""
        if quantity > self.available(article):
            raise OutOfStock(article)
        self._held[article] = self._held.get(article, 0) + quantity

    def release(self, article: str, quantity: int) -> None:
        """Give back what was held."""
        self._held[article] -= quantity

    def pick(self, article: str, quantity: int) -> None:
        """Take what was held off the shelf."""
        self._held[article] -= quantity
        self._on_hand[article] -= quantity
