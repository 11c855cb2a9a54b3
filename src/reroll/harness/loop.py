"""The loop: every attempt of one checkpoint is asked for, patched, tested and recorded.

Generation and testing are two queues with back-pressure. The model's answers are pulled only as fast as the
sandbox's queue takes them, and the sandbox works while the model answers. Whatever completes is in the
ledger before the next thing starts, so that the same command goes on after `kill -9`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
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


class Waiting:
    """The patches that wait for the sandbox, each once, with the attempts that wait for its verdict.

    Attempts on one bug come one after the other, and many are alike: in a queue of attempts every tester
    would wait for one and the same test, while other workers of the sandbox rest.
    """

    def __init__(self, size: int) -> None:
        self._patches: asyncio.Queue[tuple[Bug, Patch]] = asyncio.Queue(size)
        self._attempts: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        """Return how many patches no tester has taken."""
        return self._patches.qsize()

    async def put(self, bug: Bug, patch: Patch) -> None:
        """Add one attempt; wait while the queue is full."""
        key = (bug.id, patch.digest)
        self._attempts[key] += 1
        if self._attempts[key] == 1:
            await self._patches.put((bug, patch))

    async def get(self) -> tuple[Bug, Patch]:
        """Take a patch; `done` must follow."""
        return await self._patches.get()

    def done(self, bug: Bug, patch: Patch) -> int:
        """Return how many attempts have the patch that was taken."""
        self._patches.task_done()
        return self._attempts.pop((bug.id, patch.digest))

    async def join(self) -> None:
        """Wait until every patch is done."""
        await self._patches.join()


async def run_checkpoint(bench: Bench, model: Model) -> None:
    """Make, test and record every attempt of one checkpoint that the ledger lacks."""
    held = bench.ledger.held(bench.checkpoint)
    baselines = await untouched(bench)
    if bench.agent.loop == "chain":
        await run_chains(bench, model, held=held, baselines=baselines)
        return
    requests = _requests(bench, model, held=held, baselines=baselines)
    queue = Waiting(bench.sandbox.workers * QUEUE_PER_WORKER)
    async with asyncio.TaskGroup() as group:
        testers = [group.create_task(_tester(bench, queue)) for _ in range(bench.sandbox.workers * 2)]
        for left, digest in bench.ledger.unjudged(bench.checkpoint):
            if left in bench.bugs:
                await queue.put(bench.bugs[left], bench.ledger.patch(digest))
        async for answer in model.complete_many(requests):
            bug = bench.bugs[answer.request.prompt.bug]
            patch = bench.record(bug, answer)
            if patch is not None:
                await queue.put(bug, patch)
                bench.progress.waiting = len(queue)
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
    """Test patch after patch; a sandbox that failed is noted, and never becomes a failed attempt."""
    while True:
        bug, patch = await queue.get()
        judgement = None
        try:
            judgement = await bench.judged(bug, patch)
        except SandboxError:
            pass
        finally:
            attempts = queue.done(bug, patch)
            bench.progress.waiting = len(queue)
        if judgement is None:
            bench.progress.invalid += attempts
            bench.changed()
        else:
            bench.count(judgement, attempts=attempts)


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
