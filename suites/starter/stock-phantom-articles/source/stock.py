"""How much of each article is in stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Stock:
    """Quantities by article number; every article that was ever received is known."""

    def __init__(self, received: Iterable[tuple[str, int]] = ()) -> None:
        self._quantities: defaultdict[str, int] = defaultdict(int)
        for article, quantity in received:
            self.receive(article, quantity)

    def receive(self, article: str, quantity: int) -> None:
        """Add what was delivered."""
        self._quantities[article] += quantity

    def ship(self, article: str, quantity: int) -> None:
        """Take what was sold; raise ValueError if there is not enough."""
        if self._quantities[article] < quantity:
            raise ValueError(f"Only {self._quantities[article]} of {article!r} in stock, not {quantity}")
        self._quantities[article] -= quantity

    def available(self, article: str) -> int:
        """Return the quantity in stock, 0 for an unknown article."""
        return self._quantities[article]

    def listing(self) -> list[tuple[str, int]]:
        """Return every known article with its quantity, by article number."""
        return sorted(self._quantities.items())
