"""A model on a server that speaks the OpenAI protocol: one request an attempt, with its own seed.

`protocol.py` says what a request holds and what an answer means, `exchange.py` asks until there is an
answer. This module decides what to ask when a server takes fewer extras, or fewer tokens, than it was asked
for, and scores given tokens where the server is a vLLM.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from reroll.errors import ContextError, ModelError
from reroll.model.exchange import Exchange, Refused
from reroll.model.model import Barred, Model
from reroll.model.protocol import Dialect, completion, overflow, prompt_logprobs, request, room, tokens
from reroll.model.settings import Settings
from reroll.model.spec import ModelSpec
from reroll.model.wire import connected
from reroll.records import Completion, Prompt, Sampling

KEY = "OPENAI_API_KEY"
"""Environment variable of the API key; its value is never recorded."""
NO_ENTRY = (401, 403)
"""Statuses of a server that wants another key."""
HOPELESS = (*NO_ENTRY, 404)
"""Statuses that every attempt would meet, where the first one does: no entry, or no such model."""
START_CONCURRENCY = 32
"""Requests that an unknown server gets at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a server says of a model."""

    digest: str
    """Name and version, as far as it tells."""
    context: int | None = None
    """Tokens of prompt and answer together, where it tells."""
    version: str = ""
    """Version of the server's program, where it tells."""


class Client(Model):
    """A model behind the OpenAI protocol."""

    def __init__(
        self,
        name: str,
        *,
        model: str,
        served: Served,
        exchange: Exchange,
        sampling: Sampling,
        concurrency: int,
    ) -> None:
        self.name = name
        self.digest = served.digest
        self.context = served.context
        self.sampling = sampling
        self.window = concurrency
        self._model = model
        self._exchange = exchange
        self._dialect = Dialect.TOKENS
        self._length_key = "max_tokens"

    async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
        """Return one attempt; a prompt that does not fit is an outcome with the finish reason `context`."""
        del index
        path = "/chat/completions" if prompt.messages else "/completions"
        sampling = self.sampling
        while True:
            asked, key = self._dialect, self._length_key
            body = request(self._model, prompt, seed=seed, sampling=sampling, dialect=asked, length_key=key)
            try:
                return await self._exchange.ask(path, body, read=completion)
            except Refused as refusal:
                if overflow(refusal.text):
                    left = room(refusal.text)
                    if left is None or not 0 < left < sampling.max_tokens:
                        return Completion(text="", finish_reason="context", completion_tokens=0)
                    sampling = replace(sampling, max_tokens=left)
                elif key == "max_tokens" and "max_completion_tokens" in refusal.text:
                    self._length_key = "max_completion_tokens"
                elif asked > Dialect.BARE and refusal.status in (400, 422):
                    self._dialect = min(self._dialect, Dialect(asked - 1))
                else:
                    raise self._refused(refusal) from refusal

    def _refused(self, refusal: Refused) -> ModelError:
        """Return what a refusal ends: the attempt, or the run where no attempt can fare better."""
        text = f"{self._exchange.place} refuses model {self._model!r}: {refusal}"
        if self._exchange.answered or refusal.status not in HOPELESS:
            return ModelError(text)
        return Barred(text + (f"; the key is read from {KEY}" if refusal.status in NO_ENTRY else ""))

    async def encode(self, prompt: Prompt | str, *, special: bool = True) -> tuple[int, ...]:
        """Return the tokens of a prompt, by vLLM's tokenizer endpoint.

        Raises:
            ModelError: the server has none.
        """
        body: dict[str, Any] = {"model": self._model, "add_special_tokens": special}
        if isinstance(prompt, str) or not prompt.messages:
            body["prompt"] = prompt if isinstance(prompt, str) else prompt.text
        else:  # the template writes the special tokens
            body["messages"] = [{"role": role, "content": text} for role, text in prompt.messages]
            body["add_special_tokens"] = False
        url = self._exchange.place.removesuffix("/v1") + "/tokenize"
        try:
            return await self._exchange.ask(url, body, read=tokens)
        except Refused as refusal:
            where = f"{self._exchange.place} does not tell tokens, so it cannot score"
            raise ModelError(f"{where}: {refusal}") from refusal

    async def score_one(self, prompt: Prompt | str, given: Sequence[int] | str) -> tuple[float, ...]:
        """Return one item's log-probabilities: vLLM's prompt log-probabilities.

        Every request carries a salt of its own, so that no cached prefix is used: with one, the numbers could
        depend on the order of the requests.
        """
        start = await self.encode(prompt)
        end = await self.encode(given, special=False) if isinstance(given, str) else tuple(given)
        ids = [*start, *end]
        if not start:
            raise ModelError(f"Model {self.name!r} cannot score after an empty prompt")
        if self.context is not None and len(ids) >= self.context:
            raise ContextError(
                f"Model {self.name!r} holds {self.context} tokens; {len(start)} of prompt, {len(end)} of "
                "completion and one of an answer do not fit"
            )
        body = {
            "model": self._model,
            "prompt": ids,
            "max_tokens": 1,
            "prompt_logprobs": 0,
            "cache_salt": uuid.uuid4().hex,
        }
        try:
            return await self._exchange.ask(
                "/completions", body, read=lambda answer: prompt_logprobs(answer, ids, count=len(end))
            )
        except Refused as refusal:
            raise ModelError(f"{self._exchange.place} does not score prompts: {refusal}") from refusal


@asynccontextmanager
async def open_openai(spec: ModelSpec, *, sampling: Sampling, settings: Settings) -> AsyncIterator[Client]:
    """Reach the server of an `openai:` spec.

    Raises:
        ModelError: the server does not answer, or has no such model; the text lists those that it has.
    """
    key = os.environ.get(KEY)
    async with connected(spec.url, key=key, timeout_seconds=settings.timeout_seconds) as wire:
        exchange = Exchange(wire, settings=settings, start=START_CONCURRENCY)
        served = await look_up(exchange, spec.target)
        yield Client(
            spec.name,
            model=spec.target,
            served=served,
            exchange=exchange,
            sampling=sampling,
            concurrency=settings.concurrency,
        )


async def look_up(exchange: Exchange, model: str) -> Served:
    """Ask a server for its models and its version; servers without a list are taken at their word."""
    listed = await exchange.look("/models")
    rows = listed.get("data") if isinstance(listed, dict) else None
    known = {str(row.get("id")): row for row in rows or () if isinstance(row, dict)}
    if known and model not in known:
        names = ", ".join(sorted(known)[:20])
        raise ModelError(f"Server {exchange.place} has no model {model!r}; it has {names}")
    row = known.get(model, {})
    said = await exchange.look(exchange.place.removesuffix("/v1") + "/version")
    version = said.get("version") if isinstance(said, dict) else None
    about = [f"root={row['root']}"] if row.get("root") not in (None, model) else []
    about += [f"version={version}"] if version else []
    context = row.get("max_model_len")
    return Served(
        digest=" ".join([f"server:{model}", *about]),
        context=context if isinstance(context, int) else None,
        version=str(version or ""),
    )
