"""Value added tax; amounts are cents and rates are per mille, so that 7.5 % is 75."""

from __future__ import annotations

from collections.abc import Iterable


def tax_cents(net: int, rate: int) -> int:
    """Return the tax on `net` cents, rounded to whole cents."""
    return round(net * rate / 1000)


def invoice_totals(lines: Iterable[tuple[int, int]]) -> dict[str, int]:
    """Return net, tax and gross of (net, rate) lines; tax is rounded line by line."""
    net = tax = 0
    for amount, rate in lines:
        net += amount
        tax += tax_cents(amount, rate)
    return {"net": net, "tax": tax, "gross": net + tax}
