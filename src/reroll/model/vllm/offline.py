"""A checkpoint on vLLM's engine without a server between: for models whose tokens cost less than a request.

Each attempt is one question to the engine, with its own seed, and one answer; see `engine.py` for what they
hold. More attempts are under way than the engine draws at one time, so that it never waits for the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reroll.errors import ContextError, ModelError
from reroll.model.model import Model
from reroll.model.reasoning import part
from reroll.model.vllm.link import Link
from reroll.records import Completion, Prompt, Sampling

WINDOWS = 2
"""Attempts under way, over those that the engine draws at one time."""


class Offline(Model):
    """A base or an adapter on an engine of our own."""

    def __init__(self, name: str, *, adapter: bool, digest: str, link: Link, sampling: Sampling) -> None:
        assert link.greeting is not None
        self.name = name
        self.digest = digest
        self.sampling = sampling
        self.context = link.greeting.context
        self.window = WINDOWS * link.greeting.sequences
        self._link = link
        self._lora = name if adapter else ""

    async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
        """Return one attempt; a prompt that does not fit is an outcome with the finish reason `context`."""
        del index
        sampling = self.sampling
        answer = await self._link.ask(
            **_asked(prompt),
            lora=self._lora,
            seed=seed % 2**63,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            max_tokens=sampling.max_tokens,
            stop=list(sampling.stop),
        )
        if answer.get("kind") == "context":
            return Completion(text="", finish_reason="context", completion_tokens=0)
        self._check(answer)
        parted = part(answer["text"])
        return Completion(
            text=parted.answer,
            reasoning=parted.reasoning,
            finish_reason=answer["finish_reason"],
            prompt_tokens=answer["prompt_tokens"],
            completion_tokens=len(answer["token_ids"]),
            token_ids=tuple(answer["token_ids"]),
            logprobs=None if answer["logprobs"] is None else tuple(answer["logprobs"]),
        )

    async def score_one(self, prompt: Prompt | str, given: Sequence[int] | str) -> tuple[float, ...]:
        """Return one item's log-probabilities; vLLM uses no cached prefix where a request asks for them."""
        given = given if isinstance(given, str) else list(given)
        answer = await self._link.ask(**_asked(prompt), lora=self._lora, given=given)
        if answer.get("kind") == "context":
            raise ContextError(f"Model {self.name!r}: {answer['refused']}")
        self._check(answer)
        return tuple(answer["logprobs"])

    def _check(self, answer: Mapping[str, Any]) -> None:
        if "refused" in answer:
            hint = " choose an agent with chat = false, such as 'infill'"
            why = f"{answer['refused']};{hint}" if "chat template" in answer["refused"] else answer["refused"]
            raise ModelError(f"vllm refuses model {self.name!r}: {why}")


def _asked(prompt: Prompt | str) -> dict[str, Any]:
    if isinstance(prompt, str):
        return {"text": prompt}
    if not prompt.messages:
        return {"text": prompt.text}
    return {"messages": [{"role": role, "content": text} for role, text in prompt.messages]}
