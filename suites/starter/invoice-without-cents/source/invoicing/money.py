"""Amounts of money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Money:
    """An exact amount in a currency."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: str | int, currency: str) -> Money:
        """Return an amount from its digits."""
        return cls(Decimal(amount), currency)

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"Cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def rounded(self) -> Money:
        """Return the amount in whole smallest units, halves away from zero."""
        return Money(self.amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.2f}"
