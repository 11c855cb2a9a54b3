"""The table of a league; a result is (team, points, goal difference)."""

from __future__ import annotations

from collections.abc import Iterable

Result = tuple[str, int, int]


def ranked(results: Iterable[Result]) -> list[Result]:
    """Return the results by points and goal difference, the best first; equal ones by name."""
    return sorted(results, key=lambda result: (result[1], result[2], result[0]), reverse=True)


def standings(results: Iterable[Result]) -> list[str]:
    """Return the teams in the order of the table."""
    return [team for team, _, _ in ranked(results)]


def places(results: Iterable[Result]) -> list[tuple[int, str]]:
    """Return place and team; equal teams share a place, and the next place is left out."""
    table: list[tuple[int, str]] = []
    before: tuple[int, int] | None = None
    for row, (team, points, goals) in enumerate(ranked(results), start=1):
        place = table[-1][0] if (points, goals) == before else row
        table.append((place, team))
        before = (points, goals)
    return table


def leaders(results: Iterable[Result]) -> list[str]:
    """Return the teams that share the first place, by name."""
    return [team for place, team in places(results) if place == 1]
