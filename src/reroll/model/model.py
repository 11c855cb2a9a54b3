"""What every model can do: answer prompts seed by seed as answers complete, and score given tokens.

A kind of model says how one attempt is drawn (`draw`) and how tokens are scored (`score`); the order of
the work is the same for all and lives here. `complete_many` pulls its requests lazily, keeps `window`
attempts under way, and hands each answer out as it completes: a consumer that falls behind slows the
model down, and a model that falls behind never makes the consumer wait for a whole batch. A model that was
slowed down is asked again when there is room for half a window: one token for one attempt costs an engine
nearly what one for two hundred does, and asked attempt by attempt it would be busy all the time.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reroll.errors import ModelError
from reroll.records import Completion, Prompt, Sampling

Scored = tuple[Prompt | str, Sequence[int] | str]
"""A prompt, and the completion as token ids (preferred) or as text."""


class Barred(ModelError):
    """No attempt will be answered: the run ends, rather than lose one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Attempts that are asked for with one prompt."""

    prompt: Prompt
    """What the model is asked."""
    seeds: tuple[int, ...]
    """Seed of each attempt."""
    indices: tuple[int, ...] = ()
    """Index of each attempt within bug and checkpoint; empty for 0, 1, 2, …"""

    def index(self, position: int) -> int:
        """Return the index of the attempt at `position` of the seeds."""
        return self.indices[position] if self.indices else position


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One attempt of a request, completed or given up."""

    request: Request
    """The request, the very object that was handed in."""
    position: int
    """Position of the attempt in the request's seeds."""
    completion: Completion | None = None
    """What the model answered; None where it failed."""
    error: ModelError | None = None
    """Why there is no answer, after every retry; such an attempt is `invalid`."""

    @property
    def seed(self) -> int:
        """Seed of the attempt."""
        return self.request.seeds[self.position]

    @property
    def index(self) -> int:
        """Index of the attempt within bug and checkpoint."""
        return self.request.index(self.position)


class Shares:
    """A clock that parts wall time evenly among the attempts under way, so that their shares sum to it."""

    def __init__(self) -> None:
        self._under_way = 0
        self._reading = 0.0
        self._at = 0.0

    def enter(self) -> float:
        """Count one attempt more and return the reading."""
        reading = self.read()
        self._under_way += 1
        return reading

    def leave(self) -> None:
        """Count one attempt less."""
        self.read()
        self._under_way -= 1

    def read(self) -> float:
        """Return the seconds of wall time per attempt under way, so far."""
        now = time.perf_counter()
        if self._under_way:
            self._reading += (now - self._at) / self._under_way
        self._at = now
        return self._reading


class Model(ABC):
    """A checkpoint that is ready to answer."""

    name: str
    """Name of the checkpoint in the run."""
    digest: str
    """What identifies the weights, or the server's model and version."""
    sampling: Sampling
    """How completions are drawn."""
    window: int = 64
    """Attempts that are under way at one time."""
    _shares: Shares | None = None

    @abstractmethod
    async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
        """Return one attempt.

        Raises:
            ModelError: the attempt failed after every retry.
        """

    async def score(self, items: Sequence[Scored]) -> list[tuple[float, ...]]:
        """Return the log-probability (nats, temperature 1) of every completion token of each item.

        Raises:
            ModelError: this kind of model cannot score, or an item does not fit its context.
        """
        tasks = [asyncio.create_task(self.score_one(*item)) for item in items]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()

    async def score_one(self, prompt: Prompt | str, given: Sequence[int] | str) -> tuple[float, ...]:
        """Return the log-probabilities of one item, for models that score items one by one."""
        del prompt, given
        raise ModelError(f"Model {self.name!r} cannot score given tokens; hf: and vllm: models can")

    def available(self, bug: str) -> int | None:
        """Return how many attempts exist for a bug; None where the model can draw any number."""
        del bug
        return None

    async def complete(
        self, prompt: Prompt, *, seeds: Sequence[int], indices: Sequence[int] = ()
    ) -> AsyncIterator[tuple[int, Completion]]:
        """Yield (position in `seeds`, completion) as attempts complete.

        Raises:
            ModelError: an attempt failed after every retry; raised when the others have been yielded.
        """
        failure: ModelError | None = None
        request = Request(prompt=prompt, seeds=tuple(seeds), indices=tuple(indices))
        async for answer in self.complete_many([request]):
            if answer.completion is None:
                failure = failure or answer.error
            else:
                yield answer.position, answer.completion
        if failure is not None:
            raise failure

    async def complete_many(self, requests: Iterable[Request]) -> AsyncIterator[Answer]:
        """Yield the attempts of all requests as they complete.

        Args:
            requests: pulled lazily, as room for more attempts under way appears.

        Errors of single attempts travel in their answers. Leaving the loop early cancels what is under way.

        Raises:
            ModelError: no attempt will be answered.
        """
        waiting = _attempts(requests)
        answers: asyncio.Queue[Answer | Exception] = asyncio.Queue()
        tasks: set[asyncio.Task[None]] = set()
        under_way = 0
        try:
            while True:
                behind = answers.qsize() > self.window // 2
                while not behind and under_way < self.window and (attempt := next(waiting, None)):
                    task = asyncio.create_task(self._answer(*attempt, answers=answers))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                    under_way += 1
                if under_way == 0:
                    return
                answer = await answers.get()
                under_way -= 1
                if isinstance(answer, Exception):
                    raise answer
                yield answer
        finally:
            stopped = tuple(tasks)
            for task in stopped:
                task.cancel()
            await asyncio.gather(*stopped, return_exceptions=True)

    async def _answer(
        self, request: Request, position: int, *, answers: asyncio.Queue[Answer | Exception]
    ) -> None:
        """Draw one attempt; whatever comes of it goes into the queue, so that nothing waits for ever."""
        seed, index = request.seeds[position], request.index(position)
        shares = self._shares = self._shares or Shares()
        start, answer = shares.enter(), None
        try:
            completion = await self.draw(request.prompt, seed=seed, index=index)
            share = shares.read() - start if completion.seconds is None else completion.seconds
            completion = replace(completion, seconds=share)
            answer = Answer(request=request, position=position, completion=completion)
        except Barred as error:
            answers.put_nowait(error)
        except ModelError as error:
            answer = Answer(request=request, position=position, error=error)
        except Exception as error:
            answers.put_nowait(error)
        finally:
            shares.leave()
        if answer is not None:
            answers.put_nowait(answer)


def _attempts(requests: Iterable[Request]) -> Iterator[tuple[Request, int]]:
    return ((request, position) for request in requests for position in range(len(request.seeds)))
