"""The link to an engine, against a scripted one: every way that an engine fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from reroll.errors import ContextError, ModelError
from reroll.model import Request
from reroll.model.vllm.link import Link
from reroll.model.vllm.offline import Offline
from reroll.records import Prompt, Sampling

PROMPT = Prompt(bug="s/b", text="def f():")
GREETING = b'{"version": "1", "context": 64, "sequences": 3}\n'
Reply = Callable[[dict[str, Any]], bytes | None]
"""What the engine writes when it is asked; None ends the connection."""


def fine(question: dict[str, Any]) -> bytes:
    answer = {"id": question["id"], "text": f"seed {question['seed']}", "finish_reason": "stop"}
    return line(**answer, prompt_tokens=3, token_ids=[7, 1], logprobs=[-0.5, -0.25])


def line(**value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


class Scripted:
    """One reply a life: it is ended and lives again, as an engine is."""

    def __init__(self, lives: list[Reply]) -> None:
        self.lives = lives
        self.ended = 0
        self.asked: list[dict[str, Any]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reply = self.lives[min(self.ended, len(self.lives) - 1)]
        writer.write(GREETING)
        while text := await reader.readline():
            self.asked.append(json.loads(text))
            if "drop" in self.asked[-1]:
                continue
            said = reply(self.asked[-1])
            if said is None:
                break
            writer.write(said)
        writer.close()


def against(
    lives: list[Reply],
    work: Callable[[Offline], Awaitable[Any]],
    place: Path,
    *,
    timeout_seconds: float = 30.0,
    sampling: Sampling | None = None,
) -> tuple[Any, Scripted]:
    """Run some work with a model on a scripted engine that has so many lives."""
    script = Scripted(lives)

    async def run() -> Any:
        server = await asyncio.start_unix_server(script.serve, place)
        link = Link(place, timeout_seconds=timeout_seconds)
        restarts = set()

        async def end() -> None:
            script.ended += 1
            if script.ended >= len(lives):
                link.lose(ModelError("vllm died again after a restart"))
            else:
                restarts.add(asyncio.create_task(link.connect()))  # as the watch of a process does

        link.end = end
        assert await link.connect()
        try:
            return await work(
                Offline(
                    "x", adapter=False, digest="d", link=link, sampling=sampling or Sampling(max_tokens=9)
                )
            )
        finally:
            await link.close()
            server.close()

    return asyncio.run(run()), script


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "engine"


async def many(model: Offline) -> dict[int, str]:
    request = Request(prompt=PROMPT, seeds=tuple(range(8)))
    found = [answer async for answer in model.complete_many([request])]
    return {a.seed: a.completion.text if a.completion else str(a.error) for a in found}


FINE = {seed: f"seed {seed}" for seed in range(8)}


def test_a_question_holds_the_seed_and_the_whole_sampling(place: Path) -> None:
    sampling = Sampling(temperature=0.5, top_p=0.9, top_k=20, max_tokens=9, stop=("\n",))

    async def one(model: Offline) -> Any:
        return await model.draw(PROMPT, seed=7, index=0)

    completion, engine = against([fine], one, place, sampling=sampling)
    expected = {"text": "def f():", "lora": "", "seed": 7, "temperature": 0.5, "top_p": 0.9, "top_k": 20}
    assert engine.asked[0] == {"id": 0, "max_tokens": 9, "stop": ["\n"], **expected}
    assert (completion.token_ids, completion.logprobs) == ((7, 1), (-0.5, -0.25))


@pytest.mark.parametrize(
    "trouble",
    [
        lambda question: None,
        lambda question: b"<html>\n",
        lambda question: line(id="none", text=""),
        lambda question: fine(question)[:9] if question["seed"] == 3 else fine(question),
        lambda question: fine(question) if question["seed"] < 2 else None,
    ],
    ids=["gone", "garbage", "no-answer", "half-an-answer", "gone-in-between"],
)
def test_an_engine_that_fails_once_loses_and_doubles_nothing(place: Path, trouble: Reply) -> None:
    answers, engine = against([trouble, fine], many, place, timeout_seconds=1.0)
    assert answers == FINE
    assert engine.ended == 1


def test_an_engine_that_is_silent_is_ended_and_asked_again(place: Path) -> None:
    answers, engine = against([lambda question: b"", fine], many, place, timeout_seconds=1.0)
    assert (answers, engine.ended) == (FINE, 1)


def test_an_engine_that_says_that_it_lives_is_waited_for(place: Path) -> None:
    async def work(model: Offline) -> Any:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await model.draw(PROMPT, seed=1, index=0)

    _, engine = against([lambda question: line(alive=True)], work, place, timeout_seconds=30)
    assert (engine.ended, engine.asked[-1]) == (0, {"drop": 0})


def test_an_engine_that_fails_for_good_is_reported_with_every_attempt(place: Path) -> None:
    answers, _ = against([lambda question: None, lambda question: None], many, place)
    assert set(answers.values()) == {"vllm died again after a restart"}
    assert len(answers) == 8


def test_a_prompt_that_does_not_fit_is_an_outcome_of_an_attempt_and_an_error_of_a_score(place: Path) -> None:
    async def both(model: Offline) -> Any:
        with pytest.raises(ContextError, match="do not fit 64"):
            await model.score([(PROMPT, (1, 2))])
        return await model.draw(PROMPT, seed=1, index=0)

    refusal: Reply = lambda q: line(id=q["id"], refused="70 tokens do not fit 64", kind="context")  # noqa: E731
    completion, _ = against([refusal], both, place)
    assert (completion.finish_reason, completion.text) == ("context", "")


def test_a_checkpoint_without_a_template_says_which_agent_to_choose(place: Path) -> None:
    async def chat(model: Offline) -> Any:
        return await model.draw(Prompt(bug="s/b", messages=(("user", "Mend it."),)), seed=1, index=0)

    refusal: Reply = lambda q: line(id=q["id"], refused="there is no chat template", kind="request")  # noqa: E731
    with pytest.raises(ModelError, match="chat = false"):
        against([refusal], chat, place)


def test_more_attempts_are_under_way_than_the_engine_draws_at_once(place: Path) -> None:
    async def window(model: Offline) -> int:
        return model.window

    assert against([fine], window, place)[0] > 3
