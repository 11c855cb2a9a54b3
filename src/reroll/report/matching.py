"""Comparison at equal pass@1: a sharper checkpoint leaves less for retries to fix, whatever its variety.

Where several checkpoints of a training run exist, each is compared with the one whose pass@1 is closest to
its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Unpack

from reroll.records import Tally
from reroll.report.compare import Options, compare
from reroll.report.comparison import ALL, Comparison

TOLERANCE = 0.02
"""Difference of pass@1 that still counts as equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The checkpoint whose pass@1 is closest to another's."""

    checkpoint: str
    """Checkpoint to be matched."""
    closest: str | None
    """The closest of the others; None without a bug in common."""
    pass_at_1: float | None
    """pass@1 of `checkpoint`, over the bugs in common."""
    closest_pass_at_1: float | None
    """pass@1 of `closest`, over the same bugs."""
    matched: bool
    """Whether the two differ by no more than the tolerance."""

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if self.closest is None or self.pass_at_1 is None or self.closest_pass_at_1 is None:
            return f"{self.checkpoint} cannot be matched: no other checkpoint tried the same bugs"
        figures = f"{self.closest_pass_at_1:.3f} and {self.pass_at_1:.3f}"
        if self.matched:
            return f"{self.closest} and {self.checkpoint} have the same pass@1, within reason: {figures}"
        return f"{self.checkpoint} cannot be matched: {self.closest} is closest in pass@1, {figures}"


def match(
    tallies: Mapping[str, Sequence[Tally]],
    checkpoint: str,
    *,
    among: Sequence[str] | None = None,
    slice: str = ALL,  # noqa: A002 - the word that suites, frames and JSON use
    tolerance: float = TOLERANCE,
) -> Match:
    """Return the checkpoint among the others (by default all) with the closest pass@1."""
    own = _rates(tallies[checkpoint], slice)
    best: tuple[float, str, float, float] | None = None
    for name in tallies if among is None else among:
        other = _rates(tallies[name], slice)
        common = own.keys() & other.keys()
        if name == checkpoint or not common:
            continue
        mine, theirs = (sum(rates[bug] for bug in common) / len(common) for rates in (own, other))
        candidate = (abs(mine - theirs), name, mine, theirs)
        best = candidate if best is None or candidate[0] < best[0] else best
    if best is None:
        return Match(
            checkpoint=checkpoint, closest=None, pass_at_1=None, closest_pass_at_1=None, matched=False
        )
    gap, name, mine, theirs = best
    return Match(
        checkpoint=checkpoint,
        closest=name,
        pass_at_1=mine,
        closest_pass_at_1=theirs,
        matched=gap <= tolerance,
    )


def compare_matched(
    tallies: Mapping[str, Sequence[Tally]],
    checkpoint: str,
    *,
    among: Sequence[str] | None = None,
    slice: str = ALL,  # noqa: A002 - the word that suites, frames and JSON use
    tolerance: float = TOLERANCE,
    **options: Unpack[Options],
) -> tuple[Match, Comparison | None]:
    """Return the match of `checkpoint`, and their comparison; None where none is close enough."""
    found = match(tallies, checkpoint, among=among, slice=slice, tolerance=tolerance)
    if not found.matched or found.closest is None:
        return found, None
    comparison = compare(
        tallies[found.closest],
        tallies[checkpoint],
        before_name=found.closest,
        after_name=checkpoint,
        slice=slice,
        **options,
    )
    return found, replace(comparison, notes=(found.sentence, *comparison.notes))


def matches(
    tallies: Mapping[str, Sequence[Tally]], **options: Unpack[Options]
) -> tuple[tuple[Match, Comparison | None], ...]:
    """Return the match of every checkpoint but the first, each pair of checkpoints once."""
    found: list[tuple[Match, Comparison | None]] = []
    seen: set[frozenset[str]] = set()
    for name in list(tallies)[1:]:
        one, comparison = compare_matched(tallies, name, **options)
        pair = frozenset((name, one.closest or ""))
        if comparison is None or pair not in seen:
            found.append((one, comparison))
        seen.add(pair)
    return tuple(found)


def _rates(tallies: Sequence[Tally], part: str) -> dict[str, float]:
    return {t.bug: t.correct / t.attempts for t in tallies if t.attempts and part in {ALL, t.slice}}
