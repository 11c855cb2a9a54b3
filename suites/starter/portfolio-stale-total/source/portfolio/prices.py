"""Prices as the exchange publishes them."""

from __future__ import annotations

from collections.abc import Iterable

from portfolio.account import Account


def apply_prices(account: Account, lines: Iterable[str]) -> None:
    """Set the prices of lines such as `ACME 20.50`."""
    for line in lines:
        title, price = line.rsplit(" ", 1)
        units, cents = price.split(".")
        account.reprice(title, int(units) * 100 + int(cents))
