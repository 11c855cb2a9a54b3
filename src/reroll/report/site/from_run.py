"""From a run on disk to the records of its site: the overview, and each bug's page when it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from reroll.errors import StatisticsError, UsageError
from reroll.records import Bug, Tally
from reroll.report.bugview import BugDetails
from reroll.report.comparison import Comparison
from reroll.report.conditions import conditions_of
from reroll.report.demonstrations import audits_of
from reroll.report.from_run import compared, described, is_chained, tallies_of, written
from reroll.report.loops import loops_of
from reroll.report.matching import matches
from reroll.report.pairing import Groups
from reroll.report.selection import choice_curves, pools_of
from reroll.report.site.details import details
from reroll.report.site.overview import overview, slices_of
from reroll.report.theory.findings import outdated_notes, outlooks_of, tilts_of
from reroll.report.view import Evidence, RunView
from reroll.suite.table import from_row

if TYPE_CHECKING:
    from reroll.ledger import Run

CHOICE_KS = (1, 2, 4, 8, 16)
"""Attempts that somebody without an oracle picks from."""


def view_of(run: Run, *, before: str | None = None, grain: str = "coarse", groups: Groups = None) -> RunView:
    """Return the overview of a run for its site.

    Args:
        run: the run.
        before: the base; None for the first checkpoint.
        grain: grain of the strategies.
        groups: bug to its group, where bugs of one group depend on each other; the unit of intervals then.
    """
    tallies = tallies_of(run, grain=grain)
    tallies = {name: tallies[name] for name in _ordered(run, before)}
    frame = run.bugs
    notes: list[str] = []
    comparisons: tuple[Comparison, ...] = ()
    try:
        comparisons = compared(run, before=before, grain=grain, groups=groups) if len(tallies) > 1 else ()
    except StatisticsError as error:  # what was made is shown, with the reason why there is no answer
        notes.append(f"No answer: {error}")
    return overview(
        tallies,
        name=run.name,
        comparisons=comparisons,
        grain=grain,
        tags={bug: tuple(tags) for bug, tags in zip(frame["bug"], frame["tags"], strict=True)},
        evidence=evidence_of(run, tallies, grain=grain, match=bool(comparisons), groups=groups),
        specification=described(run),
        created=written(run).strftime("%Y-%m-%d %H:%M UTC"),
        notes=[*notes, *conditions_of(run, comparisons, groups=groups)],
        groups=groups,
    )


def evidence_of(
    run: Run,
    tallies: Mapping[str, Sequence[Tally]],
    *,
    grain: str,
    match: bool = True,
    groups: Groups = None,
) -> Evidence:
    """Return what a run says beyond the counts of its bugs.

    Attempts that are chains have a life table; independent ones can be picked from without an oracle.
    `match` says whether checkpoints can be compared at the same pass@1.
    """
    slices = {tally.bug: tally.slice for found in tallies.values() for tally in found}
    parts = slices_of(tallies)
    chained = is_chained(run)
    closest = matches(tallies, grain=grain, groups=groups) if match and len(tallies) > 2 else ()
    return Evidence(
        choices=()
        if chained
        else choice_curves(
            pools_of(run, scored=True), slices=slices, parts=parts, ks=CHOICE_KS, groups=groups
        ),
        loops=loops_of(run, slices=slices, parts=parts, grain=grain, groups=groups) if chained else (),
        audits=audits_of(run, grain=grain),
        tilts=tilts_of(run, grain=grain),
        outlooks=outlooks_of(run, grain=grain),
        matched=tuple(comparison for _, comparison in closest if comparison is not None),
        unmatched=tuple(one.sentence for one, comparison in closest if comparison is None),
        notes=outdated_notes(run),
    )


def _ordered(run: Run, before: str | None) -> tuple[str, ...]:
    """Return the names of the checkpoints with the base first."""
    if before is None:
        return tuple(run.checkpoints)
    if before not in run.checkpoints:
        raise UsageError(
            f"Run {run.name!r} has no checkpoint {before!r}: there is {', '.join(run.checkpoints)}"
        )
    return (before, *(name for name in run.checkpoints if name != before))


def details_of(run: Run, *, before: str | None = None, grain: str = "coarse") -> Callable[[str], BugDetails]:
    """Return a function that looks one bug up, reading only that bug from the ledger."""
    names = _ordered(run, before)

    def look_up(bug: str) -> BugDetails:
        strategies = run.clusters(bug)
        shown = {member for strategy in strategies for member in strategy.members[:1]}
        completions = {(name, index, turn): c for name, index, turn, _, c in run.completions(bug)}
        return details(
            bug_of(run, bug),
            run.attempts_of(bug),
            checkpoints=names,
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
