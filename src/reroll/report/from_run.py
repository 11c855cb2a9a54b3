"""From a run on disk to what is shown of it: its counts and texts go to the modules that make views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reroll.errors import StatisticsError, UsageError
from reroll.records import Bug, Completion, Tally
from reroll.report.compare import compare_checkpoints
from reroll.report.comparison import Comparison
from reroll.report.demonstrations import audits_of
from reroll.report.grains import with_grains
from reroll.report.loops import loops_of
from reroll.report.matching import matches
from reroll.report.selection import choice_curves, choices_of, pools_of
from reroll.report.site.details import details
from reroll.report.site.overview import overview, slices_of
from reroll.report.theory.findings import outdated_notes, outlooks_of, tilts_of
from reroll.report.view import BugDetails, Evidence, Loop, RunView
from reroll.strategies import Part, behaviour_key, explain, unstable_probes
from reroll.suite.table import from_row

if TYPE_CHECKING:
    from reroll.ledger import Run

CHOICE_KS = (1, 2, 4, 8, 16)
"""Attempts that somebody without an oracle picks from."""
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


def strategies_document(run: Run, bug: str) -> dict[str, Any]:
    """Return the strategies of a bug at both grains as JSON values: `reroll clusters --json`."""
    frame = run.strategies_of(bug)
    found = []
    for strategy in run.clusters(bug):
        rows = frame[(frame["grain"] == strategy.grain) & (frame["strategy"] == strategy.id)]
        counts = {
            str(name): {"attempts": int(attempts), "correct": int(correct)}
            for name, attempts, correct in zip(
                rows["checkpoint"], rows["attempts"], rows["correct"], strict=True
            )
        }
        found.append(
            {
                "id": strategy.id,
                "grain": strategy.grain,
                "label": strategy.label,
                "counts": {name: counts.get(name, {"attempts": 0, "correct": 0}) for name in run.checkpoints},
                "members": list(strategy.members),
            }
        )
    return {"bug": bug, "checkpoints": list(run.checkpoints), "strategies": found}


def explained(run: Run, bug: str, first: str, second: str) -> tuple[Part, ...]:
    """Return which parts of the signatures of two attempts' patches agree.

    Args:
        run: the run.
        bug: id or name of the bug.
        first: attempt, as CHECKPOINT:INDEX or CHECKPOINT:INDEX.TURN.
        second: the other attempt.
    """
    name = run.bug_id(bug)
    one, two = (_patch_of(run, name, attempt) for attempt in (first, second))
    signatures, judgements = run.signatures(name), run.judgements(name)
    unstable = unstable_probes(judgements.values())
    behaviour = {digest: behaviour_key(judgements[digest], unstable=unstable) for digest in (one, two)}
    return explain(signatures[one], signatures[two], behaviour_a=behaviour[one], behaviour_b=behaviour[two])


def _patch_of(run: Run, bug: str, attempt: str) -> str:
    checkpoint, _, place = attempt.rpartition(":")
    index, _, turn = place.partition(".")
    frame = run.attempts_of(bug)
    if not index.isdecimal() or checkpoint not in run.checkpoints:
        raise UsageError(
            f"Attempt {attempt!r} is not CHECKPOINT:INDEX; the checkpoints are {', '.join(run.checkpoints)}"
        )
    rows = frame[(frame["checkpoint"] == checkpoint) & (frame["index"] == int(index))]
    rows = rows[rows["turn"] == (int(turn) if turn.isdecimal() else rows["turn"].max())]
    if rows.empty:
        raise UsageError(f"Run {run.name!r} has no attempt {attempt!r} for bug {bug!r}")
    row = rows.iloc[0]
    if not isinstance(row["patch"], str) or row["verdict"] == "invalid":
        raise UsageError(f"Attempt {attempt!r} has no tested patch: {row['reason'] or row['verdict']}")
    return str(row["patch"])


def completion_lookup(run: Run) -> Callable[[str, str, int, int], Completion | None]:
    """Return a function from bug, checkpoint, index and turn to a completion; it reads a bug at a time."""

    @lru_cache(maxsize=2)
    def of_bug(bug: str) -> dict[tuple[str, int, int], Completion]:
        return {(name, index, turn): c for name, index, turn, _, c in run.completions(bug)}

    return lambda bug, name, index, turn: of_bug(bug).get((name, index, turn))


def view_of(run: Run, *, before: str | None = None, grain: str = "coarse") -> RunView:
    """Return the overview of a run for its site."""
    tallies = tallies_of(run, grain=grain)
    tallies = {name: tallies[name] for name in _ordered(run, before)}
    frame = run.bugs
    tested, changed = run.flakiness()
    notes = [f"{changed} of {tested} patches that were tested twice got another verdict"] if changed else []
    comparisons: tuple[Comparison, ...] = ()
    try:
        comparisons = compared(run, before=before, grain=grain) if len(tallies) > 1 else ()
    except StatisticsError as error:  # what was made is shown, with the reason why there is no answer
        notes.append(f"No answer: {error}")
    return overview(
        tallies,
        name=run.name,
        comparisons=comparisons,
        grain=grain,
        tags={bug: tuple(tags) for bug, tags in zip(frame["bug"], frame["tags"], strict=True)},
        evidence=evidence_of(run, tallies, grain=grain, match=bool(comparisons)),
        specification=described(run),
        created=written(run).strftime("%Y-%m-%d %H:%M UTC"),
        notes=notes,
    )


def evidence_of(
    run: Run, tallies: Mapping[str, Sequence[Tally]], *, grain: str, match: bool = True
) -> Evidence:
    """Return what a run says beyond the counts of its bugs.

    Attempts that are chains have a life table; independent ones can be picked from without an oracle.
    `match` says whether checkpoints can be compared at the same pass@1.
    """
    slices = {tally.bug: tally.slice for found in tallies.values() for tally in found}
    parts = slices_of(tallies)
    chained = is_chained(run)
    closest = matches(tallies, grain=grain) if match and len(tallies) > 2 else ()
    return Evidence(
        choices=()
        if chained
        else choice_curves(pools_of(run, scored=True), slices=slices, parts=parts, ks=CHOICE_KS),
        loops=loops_of(run, slices=slices, parts=parts, grain=grain) if chained else (),
        audits=audits_of(run, grain=grain),
        tilts=tilts_of(run, grain=grain),
        outlooks=outlooks_of(run, grain=grain),
        matched=tuple(comparison for _, comparison in closest if comparison is not None),
        unmatched=tuple(one.sentence for one, comparison in closest if comparison is None),
        notes=outdated_notes(run),
    )


def loops(run: Run, *, grain: str) -> tuple[Loop, ...]:
    """Return the life tables of a run of chains."""
    tallies = tallies_of(run, grain=grain)
    slices = {tally.bug: tally.slice for found in tallies.values() for tally in found}
    return loops_of(run, slices=slices, parts=slices_of(tallies), grain=grain)


def beyond_pairs(run: Run, *, grain: str) -> dict[str, Any]:
    """Return what `reroll compare --json` says beside its comparisons: `chains`, or else `selection`."""
    if is_chained(run):
        return {"chains": [asdict(loop) for loop in loops(run, grain=grain)]}
    found = choices_of(run)
    return {"selection": {name: [asdict(row) for row in rows] for name, rows in found.items()}}


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


def _ordered(run: Run, before: str | None) -> tuple[str, ...]:
    """Return the names of the checkpoints with the base first."""
    if before is None:
        return tuple(run.checkpoints)
    if before not in run.checkpoints:
        raise UsageError(
            f"Run {run.name!r} has no checkpoint {before!r}: there is {', '.join(run.checkpoints)}"
        )
    return (before, *(name for name in run.checkpoints if name != before))


def written(run: Run) -> datetime:
    """Return when the run was last written, in UTC."""
    return datetime.fromtimestamp(run.path.stat().st_mtime, tz=UTC)


def described(run: Run) -> Mapping[str, Any]:
    """Return what defines a run, as JSON values."""
    return {**run.specification, "checkpoints": run.checkpoints}


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
