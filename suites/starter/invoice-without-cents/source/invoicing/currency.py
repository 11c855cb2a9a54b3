"""Currencies and their smallest units."""

from decimal import Decimal

DEFAULT_DIGITS = 2
DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}


def digits(currency: str) -> int:
    """Return how many digits an amount has after the point."""
    return DIGITS.get(currency, DEFAULT_DIGITS)


def smallest_unit(currency: str) -> Decimal:
    """Return the smallest amount, such as 0.01."""
    return Decimal(1).scaleb(-digits(currency))
