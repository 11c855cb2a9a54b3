"""Statements as text."""

from __future__ import annotations

from bookkeeping.statement import Statement


def amount(cents: int) -> str:
    """Return an amount with two decimals and its sign where negative."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def as_text(statement: Statement) -> list[str]:
    """Return the lines of a printed statement."""
    body = [f"{line.day} {line.text} {amount(line.cents)} {amount(line.balance)}" for line in statement.lines]
    return [f"Opening {amount(statement.opening)}", *body, f"Closing {amount(statement.closing)}"]
