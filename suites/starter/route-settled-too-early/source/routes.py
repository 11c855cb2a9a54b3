"""The cheapest way between two places on a map of one-way roads."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

Roads = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Route:
    """A way and what it costs."""

    cost: int
    stops: tuple[str, ...]


def cheapest(roads: Roads, start: str, goal: str) -> Route | None:
    """Return the cheapest route, None if no road leads there."""
    frontier: list[tuple[int, tuple[str, ...]]] = [(0, (start,))]
    seen = {start}
    while frontier:
        cost, stops = heapq.heappop(frontier)
        place = stops[-1]
        if place == goal:
            return Route(cost, stops)
        for neighbour, toll in roads.get(place, {}).items():
            if neighbour not in seen:
                seen.add(neighbour)
                heapq.heappush(frontier, (cost + toll, (*stops, neighbour)))
    return None
