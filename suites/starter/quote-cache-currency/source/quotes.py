"""Prices from the price service, remembered because every request to it costs money."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Fetch = Callable[[str, str], int]


class QuoteDesk:
    """Prices in cents by product and currency; each is asked for once until it is forgotten."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: dict[str, int] = {}

    def price(self, product: str, currency: str) -> int:
        """Return the price of `product` in `currency`."""
        if product not in self._known:
            self._known[product] = self._fetch(product, currency)
        return self._known[product]

    def forget(self, product: str) -> None:
        """Ask anew for all prices of `product`."""
        self._known.pop(product, None)

    def total(self, products: Iterable[str], currency: str) -> int:
        """Return what the products cost together."""
        return sum(self.price(product, currency) for product in products)
