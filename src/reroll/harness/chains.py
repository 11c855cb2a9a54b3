"""Chains: each turn sees what the last one still fails, until the visible tests pass or the turns end.

The chain is the unit: its turns depend on each other, and no statistic may count them as attempts. What the
loop sees is the visible tests, as an agent in use would; the hidden ones only judge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from reroll.agent import Prompter, Turn
from reroll.agent.prompt import visible_failures
from reroll.errors import SandboxError
from reroll.harness.bench import Bench, seed_of
from reroll.model.model import Model, Request
from reroll.records import Bug, Judgement


async def run_chains(
    bench: Bench,
    model: Model,
    *,
    held: Mapping[str, set[tuple[int, int]]],
    baselines: Mapping[str, Judgement],
) -> None:
    """Run every chain that is not whole in the ledger; a chain that was cut off begins again."""
    prompter = Prompter(bench.agent)
    gate = asyncio.Semaphore(max(model.window, 1))

    async def one(bug: Bug, index: int) -> None:
        async with gate:
            await _run_chain(bench, model, prompter, bug=bug, index=index, baseline=baselines[bug.id])

    async with asyncio.TaskGroup() as group:
        for bug in bench.bugs.values():
            whole = bench.ledger.whole_chains(bug.id, bench.checkpoint, turns=bench.agent.turns)
            for index in set(range(bench.attempts)) - whole:
                if any(number == index for number, _ in held.get(bug.id, set())):
                    bench.ledger.drop_chain(bug.id, bench.checkpoint, index)
                group.create_task(one(bug, index))
    bench.progress.generating = False


async def _run_chain(
    bench: Bench, model: Model, prompter: Prompter, *, bug: Bug, index: int, baseline: Judgement
) -> None:
    history: list[Turn] = []
    for turn in range(bench.agent.turns):
        prompt = prompter.prompt(bug, baseline=baseline, history=history)
        seed = seed_of(bench.seed, bug.id, bench.checkpoint, index, turn)
        async for answer in model.complete_many([Request(prompt=prompt, seeds=(seed,), indices=(index,))]):
            patch = bench.record(bug, answer, turn=turn)
            lost = answer.completion is None
        if lost:
            return
        if patch is None:
            history.append(Turn(patch="", reason="no edit that applies was found", failures=""))
            continue
        try:
            judgement = await bench.judged(bug, patch)
        except SandboxError as error:
            bench.lose(bug.id, index, turn=turn, reason=str(error))
            return
        bench.count(judgement)
        if judgement.visible_passed:
            return
        history.append(Turn(patch=patch.diff(bug.source), reason="", failures=visible_failures(judgement)))
