"""The strategies of a bug for other programs, and why two patches are one strategy or two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reroll.errors import UsageError
from reroll.strategies import Part, behaviour_key, explain, unstable_probes

if TYPE_CHECKING:
    from reroll.ledger import Run


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
