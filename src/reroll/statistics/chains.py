"""Chains: attempts that see the failures of earlier ones.

The chain is what is drawn independently, not the turn.

pass@k over turns is undefined; over chains it is `reroll.statistics.passk.pass_at_k`, with chains for
attempts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from reroll.errors import StatisticsError
from reroll.statistics.deletion import Array


class Chain(NamedTuple):
    """How one chain went."""

    turns: int
    """Turns made, at least one."""
    solved: bool
    """Whether the last one is a fix."""
    stopped: bool = False
    """Whether it ended for good without a fix, because the loop took its last turn for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One row of a life table."""

    turn: int
    """Number of the turn, from 1."""
    at_risk: int
    """Chains that made this turn."""
    solved: int
    """Chains that it solved."""
    stopped: int
    """Chains that it ended without a fix."""
    hazard: float | None
    """solved / at_risk; None where no chain is left."""
    cumulative: float
    """Chance to be solved by the end of this turn."""


def life_table(chains: Sequence[tuple[int, bool] | Chain]) -> tuple[Turn, ...]:
    """Return the life table of chains given as (turns made, solved at the last one).

    A chain that ended unsolved before the longest one is censored and leaves the risk set (Kaplan and Meier
    1958), unless it was `stopped`: then it will never be solved, which is a competing event (Aalen and
    Johansen 1978). Without censoring the cumulative column is solved chains over all chains.
    docs/method.md §7.
    """
    found = [Chain(*chain) for chain in chains]
    if any(chain.turns < 1 for chain in found):
        raise StatisticsError("A chain has at least one turn")
    rows = []
    for turn in range(1, max((chain.turns for chain in found), default=0) + 1):
        risk = [chain for chain in found if chain.turns >= turn]
        ended = [chain for chain in risk if chain.turns == turn]
        rows.append((len(risk), sum(c.solved for c in ended), sum(c.stopped and not c.solved for c in ended)))
    curve = solved_by(np.array(rows, dtype=np.float64).reshape(-1, 3))
    return tuple(
        Turn(
            turn=turn,
            at_risk=risk,
            solved=solved,
            stopped=stopped,
            hazard=solved / risk if risk else None,
            cumulative=float(curve[turn - 1]),
        )
        for turn, (risk, solved, stopped) in enumerate(rows, start=1)
    )


def solved_by(counts: Array) -> Array:
    """Return the chance to be solved by each turn, from counts or from their means over bugs.

    Args:
        counts: shape (..., turns, 3): chains at risk, solved and stopped at each turn.

    Returns:
        Shape (..., turns): sum over turns of S(t − 1) · solved / at risk, where S(t) is the product of
        1 − (solved + stopped) / at risk.
    """
    risk = np.maximum(counts[..., 0], np.finfo(np.float64).tiny)
    solved, stopped = counts[..., 1] / risk, counts[..., 2] / risk
    left = np.cumprod(1 - solved - stopped, axis=-1)
    before = np.concatenate([np.ones_like(left[..., :1]), left[..., :-1]], axis=-1)
    return np.asarray(np.cumsum(before * solved, axis=-1))


def self_echo(chains: Sequence[Sequence[str | None]]) -> float | None:
    """Return how often a turn after a failed one repeats its strategy; None without such a turn.

    Each chain lists the strategy of every turn, None where there was no patch; all but the last turn failed.
    Turns without a patch on either side do not count. docs/method.md §7.
    """
    pairs = [repeated(chain) for chain in chains]
    total = sum(pair.turns for pair in pairs)
    return sum(pair.same for pair in pairs) / total if total else None


class Repeats(NamedTuple):
    """Turns of a chain that followed a failed one, both with a patch."""

    same: int
    """Those with the strategy of the failed one."""
    turns: int
    """All of them."""


def repeated(chain: Sequence[str | None]) -> Repeats:
    """Return how often a turn of one chain repeats the strategy of the failed turn before it."""
    pairs = [(one, other) for one, other in pairwise(chain) if one is not None and other is not None]
    return Repeats(sum(one == other for one, other in pairs), len(pairs))
