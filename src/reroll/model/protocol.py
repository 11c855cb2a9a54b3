"""The OpenAI protocol as data: what a request holds, what an answer means, which refusals are which.

Pure functions between records and JSON. Servers differ in the extras that they take: vLLM gives token ids
and the log-probabilities of a prompt, others refuse to hear of them. So a request is made at one of several
`Dialect`s, from all extras to none; the client steps down when a server refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from reroll.model.reasoning import part
from reroll.records import Completion, Prompt, Sampling

CONTEXT = re.compile(
    r"context[ _](length|window)|max_model_len|maximum context|too many tokens|prompt is too long", re.I
)
LIMITS = re.compile(
    r"context (?:length|window)[^\d]*(?P<context>\d+)\s*tokens"
    r".*?(?P<prompt>\d+)\s*(?:input tokens|in the messages|of text)",
    re.I | re.S,
)
LONGEST = re.compile(r"max_tokens.*cannot be greater than max_model_len=(?P<context>\d+)", re.I)


class Dialect(IntEnum):
    """How much a server is asked for beside text."""

    BARE = 0
    """Text alone."""
    LOGPROBS = 1
    """Log-probabilities of the tokens."""
    TOKENS = 2
    """Token ids too, and the sampling that vLLM knows beside the protocol's."""


class Garbled(Exception):
    """An answer that is no answer: the request is tried again."""


def request(
    model: str,
    prompt: Prompt,
    *,
    seed: int,
    sampling: Sampling,
    dialect: Dialect,
    length_key: str = "max_tokens",
) -> dict[str, Any]:
    """Return the body of a request for one attempt."""
    body: dict[str, Any] = {
        "model": model,
        "seed": seed % 2**63,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        length_key: sampling.max_tokens,
    }
    if sampling.top_k:
        body["top_k"] = sampling.top_k
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if prompt.messages:
        body["messages"] = [{"role": role, "content": text} for role, text in prompt.messages]
    else:
        body["prompt"] = prompt.text
    if dialect >= Dialect.LOGPROBS:
        # 0 further candidates: the chosen token's own log-probability is all that is kept.
        body |= {"logprobs": True, "top_logprobs": 0} if prompt.messages else {"logprobs": 0}
    if dialect >= Dialect.TOKENS:
        # vLLM fills what is not said from the checkpoint's generation_config.json: a run at temperature 1
        # would be cut to its top-k, and penalised for repetition, without a word.
        body |= {"return_token_ids": True, "top_k": sampling.top_k or -1, "min_p": 0.0}
        body["repetition_penalty"] = 1.0
    return body


def completion(answer: Any) -> Completion:
    """Return the record of a server's answer.

    Raises:
        Garbled: the answer is not one of the protocol.
    """
    try:
        choice = answer["choices"][0]
        message = choice.get("message")
        text = choice["text"] if message is None else message.get("content") or ""
        thought = (message or {}).get("reasoning_content") or (message or {}).get("reasoning") or ""
        usage = answer.get("usage") or {}
        ids = choice.get("token_ids")
        finish = choice.get("finish_reason") or "stop"
        logprobs = _logprobs(choice.get("logprobs"))
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise Garbled(f"the answer has no text: {type(error).__name__}: {error}") from error
    if not isinstance(text, str) or finish == "abort":
        raise Garbled("the answer was broken off" if finish == "abort" else "the answer's text is no text")
    parted = part(text)
    count = usage.get("completion_tokens")
    return Completion(
        text=parted.answer,
        reasoning=thought or parted.reasoning,
        finish_reason=str(finish),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=count if count is not None or ids is None else len(ids),
        token_ids=None if ids is None else tuple(ids),
        logprobs=logprobs,
    )


def overflow(text: str) -> bool:
    """Tell whether a refusal says that the prompt, or prompt and answer, do not fit the context."""
    return bool(CONTEXT.search(text))


def room(text: str) -> int | None:
    """Return how many tokens a refusal leaves for the answer, where it says; 0 or less for none."""
    if found := LIMITS.search(text):
        return int(found["context"]) - int(found["prompt"])
    if found := LONGEST.search(text):
        return int(found["context"]) - 1  # the answer alone is too long; the prompt may be too
    return None


def prompt_logprobs(answer: Any, ids: Sequence[int], *, count: int) -> tuple[float, ...]:
    """Return the log-probabilities of the last `count` prompt tokens, as vLLM reports them.

    Raises:
        Garbled: the answer has none, or they are of other tokens.
    """
    try:
        rows: Sequence[Mapping[str, Mapping[str, float]] | None] = answer["choices"][0]["prompt_logprobs"]
        if len(rows) != len(ids):
            raise Garbled(f"{len(rows)} prompt log-probabilities for {len(ids)} tokens")
        pairs = zip(rows[len(ids) - count :], ids[len(ids) - count :], strict=True)
        return tuple(float((row or {})[str(token)]["logprob"]) for row, token in pairs)
    except (KeyError, IndexError, TypeError) as error:
        raise Garbled("the answer has no prompt log-probabilities") from error


def tokens(answer: Any) -> tuple[int, ...]:
    """Return the tokens that vLLM's tokenizer endpoint tells.

    Raises:
        Garbled: it tells none.
    """
    try:
        return tuple(int(token) for token in answer["tokens"])
    except (KeyError, TypeError, ValueError) as error:
        raise Garbled("the answer has no tokens") from error


def _logprobs(value: Any) -> tuple[float, ...] | None:
    if not value:
        return None
    if "content" in value:
        return (
            None if value["content"] is None else tuple(float(token["logprob"]) for token in value["content"])
        )
    return tuple(float(number) for number in value.get("token_logprobs") or ()) or None
