"""Chains: attempts that see the failures of earlier ones.

The chain is what is drawn independently, not the turn.

pass@k over turns is undefined; over chains it is `reroll.statistics.passk.pass_at_k`, with chains for
attempts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reroll.errors import StatisticsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One row of a life table."""

    turn: int
    """Number of the turn, from 1."""
    at_risk: int
    """Chains that reached this turn unsolved."""
    solved: int
    """Chains that it solved."""
    hazard: float | None
    """solved / at_risk; None where no chain is left."""
    cumulative: float
    """Chance to be solved by the end of this turn."""


def life_table(chains: Sequence[tuple[int, bool]]) -> tuple[Turn, ...]:
    """Return the life table of chains given as (turns made, solved at the last one).

    A chain that ended unsolved before the longest one is censored: it leaves the risk set (Kaplan and Meier
    1958); without censoring the cumulative column is solved chains over all chains. docs/method.md §7.
    """
    if any(turns < 1 for turns, _ in chains):
        raise StatisticsError("A chain has at least one turn")
    rows, alive = [], 1.0
    for turn in range(1, max((turns for turns, _ in chains), default=0) + 1):
        at_risk = sum(turns >= turn for turns, _ in chains)
        solved = sum(turns == turn and fixed for turns, fixed in chains)
        hazard = solved / at_risk if at_risk else None
        alive *= 1 - (hazard or 0.0)
        rows.append(Turn(turn=turn, at_risk=at_risk, solved=solved, hazard=hazard, cumulative=1 - alive))
    return tuple(rows)


def self_echo(chains: Sequence[Sequence[str | None]]) -> float | None:
    """Return how often a turn after a failed one repeats its strategy.

    Each chain lists the strategy of every turn, None where there was no patch; all but the last turn failed.
    Turns without a patch on either side do not count. docs/method.md §7. None without such a pair.
    """
    pairs = [
        (failed, following)
        for chain in chains
        for failed, following in pairwise(chain)
        if failed is not None and following is not None
    ]
    return sum(failed == following for failed, following in pairs) / len(pairs) if pairs else None
