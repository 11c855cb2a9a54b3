"""One job and one answer over a connection, and what comes between them."""

from __future__ import annotations

import asyncio
import json

import pytest

from reroll.container.job import Job, Result, exchange
from reroll.records import Limits

JOB = Job(runner="cases", files={}, limits=Limits())
STEPS = 12
"""Turns of the loop, more than there are between an answer and the end of an exchange."""


class Sent:
    """A writing end that keeps what is sent."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None:
        """Send nothing further."""


def answer() -> bytes:
    header = {"ready": True, "exit": 0, "timed_out": False, "wall": 0, "cpu": 0, "peak": 0, "clean": True}
    text = json.dumps({**header, "result": 0, "output": 0}).encode()
    return len(text).to_bytes(4, "big") + text


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_an_answer_ends_an_exchange() -> None:
    async def exchanged() -> Result:
        reader, writer = asyncio.StreamReader(), Sent()
        waiting = asyncio.ensure_future(exchange(reader, writer, JOB))
        await turns(STEPS)
        assert writer.data == JOB.encode()
        reader.feed_data(answer())
        return await waiting

    assert asyncio.run(exchanged()).exit_code == 0


@pytest.mark.parametrize("step", range(STEPS))
def test_a_cancellation_that_meets_the_answer_is_never_forgotten(step: int) -> None:
    async def met() -> tuple[bool, bool]:
        reader = asyncio.StreamReader()
        waiting = asyncio.ensure_future(exchange(reader, Sent(), JOB))
        await turns(STEPS)
        reader.feed_data(answer())
        await turns(step)
        heard = waiting.cancel()
        await asyncio.wait([waiting])
        return heard, waiting.cancelled()

    heard, cancelled = asyncio.run(met())
    assert cancelled is heard
