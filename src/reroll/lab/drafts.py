"""A draft: a faulty function with the edits that mend it, before it becomes a `Bug`; and what drafts are
drawn from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

FAVOURITE, SECOND, THIRD = 0.7, 0.2, 0.1
"""Shares of the repairs in the training data, in distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One way to mend a draft."""

    name: str
    """Name of the strategy."""
    share: float
    """Share among the correct patches of the training data, before normalising."""
    edits: tuple[str, ...]
    """Line edits that do it: one strategy, several surfaces."""
    shape: str
    """Regular expression over the edit that tells this strategy from the family's others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A faulty function before it becomes a `Bug`."""

    family: str
    """Name of the family."""
    slice: str
    """`id`, `ood` or `unseen`."""
    function: str
    """Name of the function."""
    lines: tuple[str, ...]
    """The source."""
    repairs: tuple[Repair, ...]
    """Ways to mend it, the favourite first."""
    traps: tuple[str, ...]
    """Edits that look right and fail: out of distribution, the favourite misapplied."""
    intent: Callable[..., object]
    """What the function should compute."""
    arguments: Callable[[Random], tuple[object, ...]]
    """Draws one tuple of arguments."""
    mistakes: tuple[str, ...] = ()
    """Edits that fail, for training data to get wrong with; empty to spoil right ones instead."""
    first: tuple[tuple[object, ...], ...] = ()
    """Arguments that are always tested, the visible case first; empty to draw all."""


LISTS = ("xs", "vs", "ls", "ns", "items", "data")
ITEMS = ("x", "v", "e", "w")
RESULTS = ("t", "s", "r", "acc", "z")
SIZES = ("n", "m", "size", "top")
INDICES = ("i", "j", "k")
COUNTS = ("n", "c", "k", "m")
PAIRS = (("a", "b"), ("p", "q"), ("x", "y"), ("u", "v"), ("m", "n"))


def names(rng: Random, *pools: Sequence[str]) -> list[str]:
    """Draw one name of each pool, all different."""
    drawn: list[str] = []
    for pool in pools:
        drawn.append(rng.choice([name for name in pool if name not in drawn]))
    return drawn


def numbers(rng: Random) -> tuple[object, ...]:
    """Draw the arguments of a function of a list."""
    return ([rng.randint(0, 9) for _ in range(rng.randint(2, 4))],)


def pair(rng: Random) -> tuple[object, ...]:
    """Draw the arguments of a function of two different numbers."""
    return tuple(rng.sample(range(10), 2))
