"""Which bugs a comparison rests on, and how many attempts they support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reroll.errors import StatisticsError, UsageError
from reroll.records import Tally
from reroll.report.comparison import ALL
from reroll.statistics.deletion import Labels
from reroll.statistics.measures import Pair

COVERED = 0.9
"""pass@k is reported where at least this share of bugs has k attempts in both arms."""

Groups = Mapping[str, str] | None
"""Bug to its group, where bugs of one group depend on each other; None where each bug stands alone."""


def pair(
    before: Sequence[Tally], after: Sequence[Tally], *, part: str = ALL
) -> tuple[list[Pair], tuple[str, ...]]:
    """Return the bugs of a slice that both arms tried, and the ids of those that only one of them did.

    Raises:
        StatisticsError: for counts that contradict each other, and where no bug is left.
    """
    arms = []
    for tallies in (before, after):
        arm = {tally.bug: tally for tally in tallies if part in {ALL, tally.slice}}
        if len(arm) != sum(part in {ALL, tally.slice} for tally in tallies):
            raise StatisticsError("Two tallies are of the same bug and checkpoint: give one per bug")
        arms.append(arm)
    for tally in (tally for arm in arms for tally in arm.values()):
        _check(tally)
    names = [*arms[0], *(bug for bug in arms[1] if bug not in arms[0])]
    both = [bug for bug in names if all(bug in arm and arm[bug].attempts for arm in arms)]
    if not both:
        where = "" if part == ALL else f" on slice {part!r}"
        if arms[0].keys() & arms[1].keys():
            raise StatisticsError(
                f"No bug has a counted attempt of both checkpoints{where}: the harness lost the others, and "
                "the same command makes them again"
            )
        raise StatisticsError(
            f"The checkpoints have no bug in common that both tried{where}: run both on one suite"
        )
    kept = set(both)
    return [(arms[0][bug], arms[1][bug]) for bug in both], tuple(bug for bug in names if bug not in kept)


def _check(tally: Tally) -> None:
    """Refuse counts that contradict each other."""
    n, c = tally.attempts, tally.correct
    if not 0 <= c <= n:
        raise StatisticsError(f"Of {n} attempts on {tally.bug!r}, {c} cannot be correct")
    if tally.strategies and sum(tally.strategies.values()) != c:
        raise StatisticsError(f"The strategies of {tally.bug!r} do not sum to its {c} correct attempts")


def supported(pairs: Sequence[Pair], ks: Sequence[int]) -> list[int]:
    """Return 1 and the `ks` for which enough bugs have attempts, in rising order.

    Raises:
        UsageError: where no k above 1 is asked for.
        StatisticsError: where none is left; the text says how many attempts are needed.
    """
    counts = [min(x.attempts, y.attempts) for x, y in pairs]
    if max(ks, default=1) < 2:
        raise UsageError(f"Nothing to compare at {list(ks)!r} attempts: name a k of 2 or more")
    usable = sorted(k for k in {1, *ks} if sum(n >= k for n in counts) >= COVERED * len(counts))
    if not usable or max(usable) < 2:
        least = min(k for k in ks if k > 1)
        short = sum(n < least for n in counts)
        raise StatisticsError(
            f"Retries cannot be judged: {short} of {len(counts)} bugs have fewer than {least} attempts per "
            "checkpoint. Make at least 16 per bug, 32 for sure figures at 16 attempts"
        )
    return usable


def labels_of(bugs: Sequence[str], groups: Groups) -> Labels | None:
    """Return the group of each bug as a number; None without groups. Others are groups of their own."""
    if groups is None:
        return None
    # A name for a bug's own group must differ from every group's name, whatever that is.
    keys = [(groups[bug],) if bug in groups else ("", bug) for bug in bugs]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def even(pairs: Sequence[Pair]) -> bool:
    """Return whether all bugs have the same number of attempts in both arms."""
    return len({tally.attempts for pair in pairs for tally in pair}) == 1
