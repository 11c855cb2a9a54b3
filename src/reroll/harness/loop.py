"""The loop: every attempt of one checkpoint is asked for, patched, tested and recorded.

Generation and testing are two queues with back-pressure. The model's answers are pulled only as fast as the
sandbox's queue takes them, and the sandbox works while the model answers. Whatever completes is in the
ledger before the next thing starts, so that the same command goes on after `kill -9`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping

from reroll.agent import Prompter
from reroll.errors import SandboxError
from reroll.harness.bench import UNTOUCHED, Bench, seed_of
from reroll.harness.chains import run_chains
from reroll.model.model import Model, Request
from reroll.records import Bug, Judgement, Patch

QUEUE_PER_WORKER = 16
"""Patches that wait for one sandbox worker before the model is held back."""

RETEST_SHARE = 50
"""One patch in so many is tested twice, to measure flakiness."""

RETESTS = 200
"""Most second tests after one checkpoint: enough to see flakiness of a few percent."""

Waiting = asyncio.Queue[tuple[Bug, Patch]]


async def run_checkpoint(bench: Bench, model: Model) -> None:
    """Make, test and record every attempt of one checkpoint that the ledger lacks."""
    held = bench.ledger.held(bench.checkpoint)
    baselines = await untouched(bench)
    if bench.agent.loop == "chain":
        await run_chains(bench, model, held=held, baselines=baselines)
        return
    requests = _requests(bench, model, held=held, baselines=baselines)
    queue: Waiting = asyncio.Queue(bench.sandbox.workers * QUEUE_PER_WORKER)
    async with asyncio.TaskGroup() as group:
        testers = [group.create_task(_tester(bench, queue)) for _ in range(bench.sandbox.workers * 2)]
        for left, digest in bench.ledger.unjudged(bench.checkpoint):
            if left in bench.bugs:
                await queue.put((bench.bugs[left], bench.ledger.patch(digest)))
        async for answer in model.complete_many(requests):
            bug = bench.bugs[answer.request.prompt.bug]
            patch = bench.record(bug, answer)
            if patch is not None:
                await queue.put((bug, patch))
                bench.progress.waiting = queue.qsize()
        bench.progress.generating = False
        await queue.join()
        for tester in testers:
            tester.cancel()


async def untouched(bench: Bench) -> dict[str, Judgement]:
    """Test the source of every bug as it is: the prompt shows the visible failure."""
    gate = asyncio.Semaphore(bench.sandbox.workers * 2)

    async def test(bug: Bug) -> tuple[str, Judgement]:
        async with gate:
            return bug.id, await bench.judged(bug, UNTOUCHED)

    return dict(await asyncio.gather(*(test(bug) for bug in bench.bugs.values())))


def _requests(
    bench: Bench,
    model: Model,
    *,
    held: Mapping[str, set[tuple[int, int]]],
    baselines: Mapping[str, Judgement],
) -> Iterator[Request]:
    """Yield what is missing, bug by bug, as the model has room for it."""
    prompter = Prompter(bench.agent)
    for bug in bench.bugs.values():
        available = model.available(bug.id)
        wanted = bench.attempts if available is None else min(bench.attempts, available)
        missing = [i for i in range(wanted) if (i, 0) not in held.get(bug.id, set())]
        if missing:
            prompt = prompter.prompt(bug, baseline=baselines[bug.id])
            seeds = tuple(seed_of(bench.seed, bug.id, bench.checkpoint, i) for i in missing)
            yield Request(prompt=prompt, seeds=seeds, indices=tuple(missing))


async def _tester(bench: Bench, queue: Waiting) -> None:
    while True:
        bug, patch = await queue.get()
        try:
            await _judge(bench, bug, patch)
        finally:
            queue.task_done()
            bench.progress.waiting = queue.qsize()


async def _judge(bench: Bench, bug: Bug, patch: Patch) -> None:
    """Test one patch; a sandbox that failed is noted, and never becomes a failed attempt."""
    try:
        bench.count(await bench.judged(bug, patch))
    except SandboxError:
        bench.progress.invalid += 1
        bench.changed()


async def retest(bench: Bench) -> None:
    """Test a fixed share of the patches a second time; the verdicts that change are the flaky ones."""
    chosen = [
        (bug, digest)
        for bug, digest in bench.ledger.tested_once()
        if bug in bench.bugs and int(digest[:8], 16) % RETEST_SHARE == 0
    ]
    gate = asyncio.Semaphore(bench.sandbox.workers)

    async def again(bug: Bug, digest: str) -> None:
        async with gate:
            files = bench.ledger.patch(digest).apply(bug.source)
            # A retest that the sandbox loses measures nothing, and is left for the next time.
            with contextlib.suppress(SandboxError):
                bench.ledger.record_retest(
                    bug.id, digest, await bench.sandbox.judge(bug, files, probes=False)
                )

    await asyncio.gather(*(again(bench.bugs[bug], digest) for bug, digest in chosen[:RETESTS]))
