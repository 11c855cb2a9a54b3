"""The order of the work that all models share, on a model that counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest

from reroll.errors import ModelError
from reroll.model import Model, Request
from reroll.records import Completion, Prompt, Sampling

PROMPT = Prompt(bug="s/b", text="x")


class Counting(Model):
    """Answers with its index; an index of 13 fails."""

    window = 3

    def __init__(self) -> None:
        self.name, self.digest, self.sampling = "counting", "none", Sampling()
        self.under_way = self.most = 0

    async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        if index == 13:
            raise ModelError("Thirteen")
        return Completion(text=f"{seed}:{index}")


def test_every_attempt_is_answered_once_with_its_seed_and_index() -> None:
    async def run() -> list[str]:
        request = Request(prompt=PROMPT, seeds=(7, 8, 9, 10), indices=(3, 2, 1, 0))
        answers = [answer async for answer in Counting().complete_many([request])]
        return sorted(answer.completion.text for answer in answers if answer.completion)

    assert asyncio.run(run()) == ["10:0", "7:3", "8:2", "9:1"]


def test_no_more_than_the_window_is_under_way() -> None:
    async def run() -> int:
        model = Counting()
        async for _ in model.complete_many([Request(prompt=PROMPT, seeds=tuple(range(12)))]):
            pass
        return model.most

    assert asyncio.run(run()) == 3


def test_a_slow_consumer_holds_the_requests_back() -> None:
    pulled: list[int] = []

    def requests() -> Iterator[Request]:
        for number in range(50):
            pulled.append(number)
            yield Request(prompt=PROMPT, seeds=(number,))

    async def run() -> int:
        answers = Counting().complete_many(requests())
        for _ in range(5):
            await anext(answers)
        await asyncio.sleep(0.01)
        pulled_by_then = len(pulled)
        await answers.aclose()
        return pulled_by_then

    assert asyncio.run(run()) <= 5 + 3


def test_a_model_that_waits_for_its_consumer_is_asked_again_for_half_a_window_at_once() -> None:
    class Roomy(Counting):
        window = 8

    async def run() -> list[int]:
        pulled, asked = 0, []

        def requests() -> Iterator[Request]:
            nonlocal pulled
            for number in range(40):
                pulled += 1
                yield Request(prompt=PROMPT, seeds=(number,))

        async for _ in Roomy().complete_many(requests()):
            asked.append(pulled)
            for _ in range(3):
                await asyncio.sleep(0)  # everything under way is answered
        return asked

    asked = asyncio.run(run())
    more = [after - before for before, after in pairwise([0, *asked]) if after > before]
    assert len(asked) == sum(more) == 40
    assert min(more) >= 4


def test_a_failed_attempt_does_not_lose_the_others() -> None:
    positions: list[int] = []

    async def run() -> None:
        async for position, _ in Counting().complete(PROMPT, seeds=[1, 2, 3], indices=[0, 13, 1]):
            positions.append(position)

    with pytest.raises(ModelError, match="Thirteen"):
        asyncio.run(run())
    assert sorted(positions) == [0, 2]


def test_a_defect_of_the_model_s_own_is_raised_not_waited_for() -> None:
    class Defective(Counting):
        async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
            raise ZeroDivisionError

    async def run() -> None:
        async for _ in Defective().complete_many([Request(prompt=PROMPT, seeds=(1,))]):
            pass

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())


def test_shares_of_wall_time_sum_to_the_wall_time() -> None:
    async def run() -> tuple[float, float]:
        class Slow(Counting):
            async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
                await asyncio.sleep(0.01 * (1 + index % 3))
                return Completion(text="")

        loop = asyncio.get_running_loop()
        start, total = loop.time(), 0.0
        async for answer in Slow().complete_many([Request(prompt=PROMPT, seeds=tuple(range(30)))]):
            assert answer.completion
            total += answer.completion.seconds or 0.0
        return total, loop.time() - start

    total, wall = asyncio.run(run())
    assert total == pytest.approx(wall, rel=0.2)
