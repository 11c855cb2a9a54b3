"""The agents that need no model: `oracle` plays the reference fixes, `noop` leaves the source as it is."""

from __future__ import annotations

from reroll.harness.bench import UNTOUCHED, Bench
from reroll.patch import reference_patch
from reroll.records import Attempt, Bug, Completion, Patch


async def run_reference(bench: Bench) -> None:
    """Record and test the reference attempts of every bug: attempt i of `oracle` is reference fix i."""
    held = bench.ledger.held(bench.checkpoint)
    for bug in bench.bugs.values():
        for index, patch in enumerate(_patches(bench, bug)):
            if (index, 0) not in held.get(bug.id, set()):
                bench.ledger.record_attempt(
                    Attempt(
                        bug=bug.id,
                        checkpoint=bench.checkpoint,
                        index=index,
                        turn=0,
                        seed=0,
                        completion=Completion(text=patch.diff(bug.source)),
                        patch=patch,
                    )
                )
                bench.progress.recorded += 1
            bench.count(await bench.judged(bug, patch))


def _patches(bench: Bench, bug: Bug) -> list[Patch]:
    if bench.agent.name == "noop":
        return [UNTOUCHED] * bench.attempts
    return [reference_patch(bug, name) for name in bug.fixes]
