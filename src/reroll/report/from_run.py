"""From a run on disk to its numbers: counts, comparisons, life tables. `site/from_run.py` makes its site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reroll.errors import UsageError
from reroll.records import Completion, Tally
from reroll.report.compare import compare_checkpoints
from reroll.report.comparison import Comparison
from reroll.report.conditions import conditions_of
from reroll.report.grains import with_grains
from reroll.report.loops import loops_of
from reroll.report.pairing import Groups
from reroll.report.selection import choices_of
from reroll.report.site.overview import slices_of
from reroll.report.view import Loop

if TYPE_CHECKING:
    from reroll.ledger import Run

GRAINS = ("coarse", "fine")
"""How finely patches are told apart."""


def tallies_of(run: Run, *, grain: str) -> dict[str, list[Tally]]:
    """Return the counts of a run at a grain.

    Raises:
        UsageError: There is no such grain, or the run holds no attempt.
    """
    if grain not in GRAINS:
        raise UsageError(f"No grain {grain!r}: there is {', '.join(GRAINS)}")
    found = run.tallies(grain=grain)
    if not any(found.values()):
        raise UsageError(f"Run {run.name!r} holds no attempt yet")
    return found


def comparisons_of(
    run: Run,
    *,
    before: str | None = None,
    after: Sequence[str] = (),
    grain: str = "coarse",
    **options: Any,
) -> tuple[Comparison, ...]:
    """Return every checkpoint of a run compared with one base; none where there is but one checkpoint.

    Args:
        run: the run.
        before: the base; None for the first checkpoint.
        after: the others; empty for all.
        grain: grain of the strategies.
        options: of `compare_checkpoints`.
    """
    tallies = tallies_of(run, grain=grain)
    if len(tallies) < 2 and not after:
        return ()
    base = before if before is not None else next(iter(tallies))
    return compare_checkpoints(tallies, before=base, after=list(after) or None, grain=grain, **options)


def compared(
    run: Run,
    *,
    before: str | None = None,
    after: Sequence[str] = (),
    grain: str = "coarse",
    **options: Any,
) -> tuple[Comparison, ...]:
    """Return the comparisons of a run, with a note on each where the other grain leads elsewhere.

    Raises:
        UsageError: The run holds one checkpoint only, or lacks one that is named.
        StatisticsError: The data cannot support a comparison; the text says what would.
    """
    found = comparisons_of(run, before=before, after=after, grain=grain, **options)
    if not found:
        raise UsageError(
            f"Run {run.name!r} holds one checkpoint; a comparison needs a second one: reroll run … --model"
        )
    if grain == "fine":
        return found
    # Of the other grain, verdicts and intervals are looked at, so it is spared everything else.
    spared = {**options, "flips": 0, "curves": False}
    other = comparisons_of(run, before=before, after=after, grain="fine", **spared)
    return tuple(with_grains(one, two) for one, two in zip(found, other, strict=True))


def groups_of(run: Run, prefix: str) -> dict[str, str]:
    """Return the group of every bug that has a tag `PREFIX:NAME`; bugs of one group may depend on each other.

    Raises:
        UsageError: No bug has such a tag.
    """
    found = {
        bug: tag.removeprefix(f"{prefix}:")
        for bug, tags in zip(run.bugs["bug"], run.bugs["tags"], strict=True)
        for tag in tags
        if tag.startswith(f"{prefix}:")
    }
    if not found:
        prefixes = sorted({tag.partition(":")[0] for tags in run.bugs["tags"] for tag in tags if ":" in tag})
        known = f"tags name {', '.join(prefixes)}" if prefixes else "no tag names a group"
        raise UsageError(f"No bug of run {run.name!r} has a tag '{prefix}:NAME': {known}")
    return found


def is_chained(run: Run) -> bool:
    """Whether the attempts of a run are chains, whose turns depend on each other."""
    return bool(run.specification.get("loop") == "chain")


def loops(run: Run, *, grain: str, groups: Groups = None) -> tuple[Loop, ...]:
    """Return the life tables of a run of chains."""
    tallies = tallies_of(run, grain=grain)
    slices = {tally.bug: tally.slice for found in tallies.values() for tally in found}
    return loops_of(run, slices=slices, parts=slices_of(tallies), grain=grain, groups=groups)


def beyond_pairs(
    run: Run, comparisons: Sequence[Comparison], *, grain: str, groups: Groups = None
) -> dict[str, Any]:
    """Return what `reroll compare --json` says beside its comparisons: `notes`, `chains` or `selection`."""
    notes = {"notes": list(conditions_of(run, comparisons, groups=groups))}
    if is_chained(run):
        return notes | {"chains": [asdict(loop) for loop in loops(run, grain=grain, groups=groups)]}
    found = choices_of(run, groups=groups)
    return notes | {"selection": {name: [asdict(row) for row in rows] for name, rows in found.items()}}


def completion_lookup(run: Run) -> Callable[[str, str, int, int], Completion | None]:
    """Return a function from bug, checkpoint, index and turn to a completion; it reads a bug at a time."""

    @lru_cache(maxsize=2)
    def of_bug(bug: str) -> dict[tuple[str, int, int], Completion]:
        return {(name, index, turn): c for name, index, turn, _, c in run.completions(bug)}

    return lambda bug, name, index, turn: of_bug(bug).get((name, index, turn))


def written(run: Run) -> datetime:
    """Return when the run was last written, in UTC."""
    return datetime.fromtimestamp(run.path.stat().st_mtime, tz=UTC)


def described(run: Run) -> Mapping[str, Any]:
    """Return what defines a run, as JSON values."""
    return {**run.specification, "checkpoints": run.checkpoints}
