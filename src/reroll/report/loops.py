"""Chains over bugs: what each turn solves, and how often a failed strategy comes again.

Turns see the failures of earlier ones, so the chain is what is counted, and the bug is the unit of intervals.
The life table of plain chains is in `reroll.statistics.chains`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from reroll.report.comparison import ALL
from reroll.report.pairing import Groups, labels_of
from reroll.report.view import Estimate, Loop, TurnView
from reroll.statistics.chains import Chain, life_table, repeated, solved_by
from reroll.statistics.deletion import Array
from reroll.statistics.intervals import Interval, jackknife, ratio

if TYPE_CHECKING:
    from reroll.ledger import Run

Chains = Mapping[str, Sequence[Chain]]
"""Bug to its chains."""


def loops_of(
    run: Run,
    *,
    slices: Mapping[str, str],
    parts: Sequence[str],
    grain: str,
    groups: Groups = None,
) -> tuple[Loop, ...]:
    """Return the life tables of a run of chains, by checkpoint and slice.

    Args:
        run: the run.
        slices: bug to its slice.
        parts: slices to report on, `all` included.
        grain: of the strategies.
        groups: bug to its group, where bugs of one group depend on each other.
    """
    chains: dict[str, dict[str, list[Chain]]] = {name: {} for name in run.checkpoints}
    repeats: dict[str, dict[str, list[int]]] = {name: {} for name in run.checkpoints}
    for bug, checkpoint, turns in run.chains(grain=grain):
        if not turns:
            continue
        last = turns[-1]
        chain = Chain(len(turns), last.fixed, last.visible_passed and not last.fixed)
        chains[checkpoint].setdefault(bug, []).append(chain)
        found = repeated([turn.strategy for turn in turns])
        counts = repeats[checkpoint].setdefault(bug, [0, 0])
        counts[0] += found.same
        counts[1] += found.turns
    return tuple(
        loop(
            {bug: held for bug, held in chains[name].items() if part in (ALL, slices[bug])},
            repeats=repeats[name],
            checkpoint=name,
            part=part,
            groups=groups,
        )
        for name in run.checkpoints
        for part in parts
        if any(part in (ALL, slices[bug]) for bug in chains[name])
    )


def loop(
    chains: Chains,
    *,
    repeats: Mapping[str, Sequence[int]],
    checkpoint: str,
    part: str = ALL,
    groups: Groups = None,
) -> Loop:
    """Return the life table of one checkpoint on one slice, with intervals over bugs.

    Args:
        chains: bug to its chains.
        repeats: bug to (turns that repeat the failed strategy before them, turns that follow a failed one).
        checkpoint: name of the checkpoint.
        part: name of the slice.
        groups: bug to its group, where bugs of one group depend on each other.
    """
    table = life_table([chain for held in chains.values() for chain in held])
    counts = np.stack([_counts(held, turns=len(table)) for held in chains.values()])
    columns = counts.reshape(len(counts), -1)

    def by(turn: int) -> Interval:
        def statistic(means: Array) -> Array:
            return solved_by(means.reshape(*means.shape[:-1], len(table), 3))[..., turn - 1]

        return jackknife(columns, statistic=statistic, span=1.0, groups=labels_of(list(chains), groups))

    followed = [bug for bug in chains if repeats[bug][1]]
    same = np.array([repeats[bug] for bug in followed], dtype=np.float64).reshape(-1, 2)
    return Loop(
        checkpoint=checkpoint,
        slice=part,
        chains=sum(map(len, chains.values())),
        turns=tuple(
            TurnView(
                turn=row.turn,
                at_risk=row.at_risk,
                solved=row.solved,
                stopped=row.stopped,
                hazard=row.hazard,
                cumulative=share(by(row.turn)),
            )
            for row in table
        ),
        echo=share(jackknife(same, statistic=ratio, span=1.0, groups=labels_of(followed, groups))),
    )


def share(found: Interval) -> Estimate:
    """Return a share with its interval, cut to [0, 1]."""
    low, high = (None if end is None else min(max(end, 0.0), 1.0) for end in (found.low, found.high))
    return Estimate(value=found.estimate, low=low, high=high)


def _counts(chains: Sequence[Chain], *, turns: int) -> Array:
    """Return chains at risk, solved and stopped by turn, shape (turns, 3)."""
    found = np.zeros((turns, 3))
    for chain in chains:
        found[: chain.turns, 0] += 1
        found[chain.turns - 1, 1] += chain.solved
        found[chain.turns - 1, 2] += chain.stopped and not chain.solved
    return found
