"""The queue between model and sandbox holds patches, not attempts."""

from __future__ import annotations

import asyncio

from reroll.harness.loop import Waiting
from reroll.records import Bug, Patch, Tests

BUG = Bug(
    suite="s", name="b", report="", source={"a.py": ""}, editable=("a.py",), tests=Tests(runner="cases")
)
ONE, OTHER = Patch(files={"a.py": "1"}), Patch(files={"a.py": "2"})


def test_equal_patches_take_one_place_and_are_counted() -> None:
    async def work() -> tuple[int, list[int]]:
        queue = Waiting(2)
        for patch in (ONE, ONE, ONE, OTHER, ONE):  # in a queue of attempts the third would wait for room
            await asyncio.wait_for(queue.put(BUG, patch), 1)
        taken = [await queue.get(), await queue.get()]
        assert [patch for _, patch in taken] == [ONE, OTHER]
        return len(queue), [queue.done(*one) for one in taken]

    assert asyncio.run(work()) == (0, [4, 1])


def test_a_patch_that_comes_again_after_its_verdict_is_taken_again() -> None:
    async def work() -> list[int]:
        queue, counts = Waiting(1), []
        for _ in range(2):
            await queue.put(BUG, ONE)
            counts.append(queue.done(*await queue.get()))
        await asyncio.wait_for(queue.join(), 1)
        return counts

    assert asyncio.run(work()) == [1, 1]


def test_a_full_queue_holds_the_model_back() -> None:
    async def work() -> None:
        queue = Waiting(1)
        await queue.put(BUG, ONE)
        held = asyncio.create_task(queue.put(BUG, OTHER))
        await asyncio.sleep(0)
        assert not held.done()
        await queue.get()
        await asyncio.wait_for(held, 1)

    asyncio.run(work())
