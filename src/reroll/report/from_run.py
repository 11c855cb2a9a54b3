"""From a run on disk to what is shown of it: the one place where the report reads a ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reroll.errors import UsageError
from reroll.records import Bug, Tally
from reroll.report.compare import compare_checkpoints
from reroll.report.comparison import Comparison
from reroll.report.details import details
from reroll.report.overview import overview
from reroll.report.view import BugDetails, RunView
from reroll.suite.table import from_row

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


def view_of(run: Run, *, before: str | None = None, grain: str = "coarse") -> RunView:
    """Return the overview of a run for its site."""
    tallies = tallies_of(run, grain=grain)
    if before is not None:
        tallies = {before: tallies[before], **tallies}
    frame = run.bugs
    tested, changed = run.flakiness()
    notes = [f"{changed} of {tested} patches that were tested twice got another verdict"] if changed else []
    return overview(
        tallies,
        name=run.name,
        comparisons=comparisons_of(run, before=before, grain=grain),
        grain=grain,
        tags={bug: tuple(tags) for bug, tags in zip(frame["bug"], frame["tags"], strict=True)},
        specification=described(run),
        notes=notes,
    )


def described(run: Run) -> Mapping[str, Any]:
    """Return what defines a run, as JSON values."""
    return {**run.specification, "checkpoints": run.checkpoints}


def details_of(run: Run, *, grain: str = "coarse") -> Callable[[str], BugDetails]:
    """Return a function that looks one bug up, reading only that bug from the ledger."""

    def look_up(bug: str) -> BugDetails:
        strategies = run.clusters(bug)
        shown = {member for strategy in strategies for member in strategy.members[:1]}
        completions = {(name, index, turn): c for name, index, turn, _, c in run.completions(bug)}
        return details(
            bug_of(run, bug),
            run.attempts_of(bug),
            checkpoints=tuple(run.checkpoints),
            strategies=strategies,
            patches={digest: run.patch(digest) for digest in shown},
            outcomes={patch: found.outcomes for patch, found in run.judgements(bug).items()},
            completion=lambda name, index, turn: completions.get((name, index, turn)),
            grain=grain,
        )

    return look_up


def bug_of(run: Run, bug: str) -> Bug:
    """Return the record of a bug as the run knows it."""
    return from_row(run.bug_row(bug))
