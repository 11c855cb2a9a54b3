"""How numbers are written, on pages, in the terminal and in summaries: once, so that they agree."""

from __future__ import annotations

MISSING = "–"
"""Stands for a number that the data do not define."""
MINUS = "−"


def decimal(value: float | None, *, digits: int = 3, sign: bool = False) -> str:
    """Return a number with fixed digits and a true minus sign; never a negative zero."""
    if value is None:
        return MISSING
    text = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
    if float(text) == 0:
        text = f"{0:.{digits}f}"
    return text.replace("-", MINUS)


def number(value: float | None, *, signed: bool = False) -> str:
    """Return a figure as text with as many decimals as its size deserves; – for None."""
    if value is None:
        return "–"
    size = round(abs(value), 3)
    digits = sum(size < limit for limit in (1, 10, 100))
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def percent(value: float | None, *, digits: int = 0) -> str:
    """Return a share as a percentage."""
    return MISSING if value is None else f"{decimal(value * 100, digits=digits)} %"


def whole(value: int | None) -> str:
    """Return a count with thin spaces between thousands."""
    return MISSING if value is None else f"{value:,}".replace(",", "\u202f")


def probability(value: float | None) -> str:
    """Return a p-value: three digits, or the bound that it stays below."""
    if value is None:
        return MISSING
    return "< 0.001" if value < 0.001 else decimal(value)


def interval(low: float | None, high: float | None, *, digits: int = 3, sign: bool = True) -> str:
    """Return an interval in brackets, or the sign for a missing number."""
    if low is None or high is None:
        return MISSING
    return f"[{decimal(low, digits=digits, sign=sign)}, {decimal(high, digits=digits, sign=sign)}]"
