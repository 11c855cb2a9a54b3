"""Sums of expenses by category."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby


@dataclass(frozen=True, order=True)
class Expense:
    """Money spent; amounts are cents."""

    day: date
    category: str
    cents: int


def by_category(expenses: Iterable[Expense]) -> dict[str, int]:
    """Return the sum of each category, for expenses in any order."""
    groups = groupby(expenses, key=lambda expense: expense.category)
    return {category: sum(expense.cents for expense in group) for category, group in groups}


def report(expenses: Iterable[Expense]) -> list[str]:
    """Return one line a category, the largest sum first, equal sums by name."""
    sums = by_category(expenses)
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [f"{category}: {cents / 100:.2f}" for category, cents in ranked]
