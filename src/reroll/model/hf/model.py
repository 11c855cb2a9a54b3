"""A checkpoint in this process, through transformers: for machines without a server, CPU or GPU.

Attempts that are asked for at the same time are drawn in one batch, whoever asked: requests wait in a list,
and one worker thread at a time takes as many of them as fit. `generation.py` draws the tokens; this module
turns prompts into tokens and tokens into completions.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reroll.errors import ContextError, ModelError
from reroll.model.model import Model, Scored
from reroll.model.reasoning import part
from reroll.model.spec import ModelSpec
from reroll.model.vllm.engine import continuation
from reroll.records import Completion, Prompt, Sampling

CACHE_BYTES = 2 * 2**30
"""Most memory for the keys and values of one batch on a CPU; on a GPU it is half of what is free."""
SCORE_FLOATS = 32 * 2**20
"""Most logits that scoring computes at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An attempt that waits for its batch."""

    prompt: tuple[int, ...]
    seed: int
    future: asyncio.Future[Completion]


class Transformers(Model):
    """A checkpoint that transformers runs in this process."""

    def __init__(
        self, spec: ModelSpec, *, sampling: Sampling, model: Any, tokenizer: Any, digest: str, batch: int
    ) -> None:
        from reroll.model.hf.ends import ends_of

        self.name = spec.name
        self.digest = digest
        self.sampling = sampling
        self.model = model
        self.tokenizer = tokenizer
        self.batch = batch
        self.window = 2 * batch  # while one batch is drawn, the next one gathers
        text = model.config.get_text_config()
        self.context: int | None = getattr(text, "max_position_embeddings", None)
        self._ends = ends_of(model, tokenizer, sampling.stop)
        self._token_bytes = _token_bytes(model)
        self._cache_bytes = _cache_bytes(model)
        self._prompts: dict[Prompt, tuple[int, ...]] = {}
        self._pending: list[Pending] = []
        self._worker: asyncio.Task[None] | None = None
        self._stopped = threading.Event()
        self._in_use = asyncio.Lock()

    async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
        """Return one attempt, drawn in a batch with whatever else is asked for."""
        del index
        tokens = self.encode(prompt)
        if self.context is not None and len(tokens) >= self.context:
            return Completion(
                text="", finish_reason="context", prompt_tokens=len(tokens), completion_tokens=0
            )
        pending = Pending(prompt=tokens, seed=seed, future=asyncio.get_running_loop().create_future())
        self._pending.append(pending)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await pending.future

    async def score(self, items: Sequence[Scored]) -> list[tuple[float, ...]]:
        """Return the log-probability of every completion token of each item."""
        from reroll.model.hf.scoring import score

        pairs = []
        for prompt, completion in items:
            pair = self.encode(prompt), self._plain(completion) if isinstance(completion, str) else completion
            if self.context is not None and len(pair[0]) + len(pair[1]) > self.context:
                raise ContextError(
                    f"Model {self.name!r} holds {self.context} tokens; {len(pair[0])} of prompt and "
                    f"{len(pair[1])} of completion do not fit"
                )
            if not pair[0]:
                raise ModelError(f"Model {self.name!r} cannot score after an empty prompt")
            pairs.append(pair)
        async with self._in_use:
            return await asyncio.to_thread(score, self.model, pairs, budget=SCORE_FLOATS)

    def encode(self, prompt: Prompt | str) -> tuple[int, ...]:
        """Return the tokens of a prompt; a conversation goes through the checkpoint's own template.

        Raises:
            ModelError: a conversation, and the tokenizer has no template.
        """
        if isinstance(prompt, str):
            prompt = Prompt(bug="", text=prompt)
        if prompt not in self._prompts:
            if len(self._prompts) > 4096:
                self._prompts.clear()
            self._prompts[prompt] = self._encode(prompt)
        return self._prompts[prompt]

    async def close(self) -> None:
        """Give up what is under way, wait for the thread, and let go of the weights."""
        self._stopped.set()
        if self._worker is not None:
            await asyncio.gather(self._worker, return_exceptions=True)
        self.model = None

    def _encode(self, prompt: Prompt) -> tuple[int, ...]:
        if not prompt.messages:
            return tuple(self.tokenizer(prompt.text)["input_ids"])
        if not self.tokenizer.chat_template:
            raise ModelError(
                f"Checkpoint {self.name!r} has no chat template; choose an agent for base models, "
                "one with chat = false, such as 'infill'"
            )
        messages = [{"role": role, "content": text} for role, text in prompt.messages]
        return tuple(
            self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=True)[
                "input_ids"
            ]
        )

    def _plain(self, text: str) -> tuple[int, ...]:
        return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    async def _work(self) -> None:
        """Draw batch after batch until nothing waits."""
        await asyncio.sleep(0)  # whoever asks for many attempts has asked for all of them by then
        while self._pending:
            self._pending = [pending for pending in self._pending if not pending.future.done()]
            self._pending.sort(key=lambda pending: len(pending.prompt))
            count = self._fitting(self._pending)
            batch, self._pending = self._pending[:count], self._pending[count:]
            if not batch:
                continue
            try:
                async with self._in_use:
                    await asyncio.to_thread(self._generate, batch, asyncio.get_running_loop())
            except Exception as error:
                text = f"Model {self.name!r} failed while generating: {type(error).__name__}: {error}"
                for pending in batch:
                    if not pending.future.done():
                        pending.future.set_exception(ModelError(text))

    def _fitting(self, pending: Sequence[Pending]) -> int:
        """Return how many of the attempts, sorted by length, fit the batch and the memory."""
        fitting = 0
        for count, attempt in enumerate(pending[: self.batch], start=1):
            tokens = len(attempt.prompt) + self._room(attempt.prompt)
            if count > 1 and count * tokens * self._token_bytes > self._cache_bytes:
                break
            fitting = count
        return fitting

    def _generate(self, batch: Sequence[Pending], loop: asyncio.AbstractEventLoop) -> None:
        from reroll.model.hf.generation import Drawn, Row, generate

        prompts = list(dict.fromkeys(pending.prompt for pending in batch))
        places = {prompt: place for place, prompt in enumerate(prompts)}
        rows = [
            Row(prompt=places[pending.prompt], seed=pending.seed, max_tokens=self._room(pending.prompt))
            for pending in batch
        ]

        def deliver(number: int, drawn: Drawn) -> None:
            pending = batch[number]
            loop.call_soon_threadsafe(_settle, pending.future, self._completion(pending.prompt, drawn))

        generate(
            self.model,
            prompts,
            rows=rows,
            sampling=self.sampling,
            ends=self._ends,
            deliver=deliver,
            stopped=self._stopped,
        )

    def _room(self, prompt: Sequence[int]) -> int:
        most = self.sampling.max_tokens
        return most if self.context is None else min(most, self.context - len(prompt))

    def _completion(self, prompt: Sequence[int], drawn: Any) -> Completion:
        text = continuation(self.tokenizer, prompt, drawn.tokens)
        parted = part(_cut(text, self.sampling.stop))
        return Completion(
            text=parted.answer,
            reasoning=parted.reasoning,
            finish_reason=drawn.finish_reason,
            prompt_tokens=len(prompt),
            completion_tokens=len(drawn.tokens),
            token_ids=drawn.tokens,
            logprobs=drawn.logprobs,
        )


def _token_bytes(model: Any) -> int:
    """Return the bytes of keys and values per token of one sequence."""
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return int(2 * config.num_hidden_layers * heads * width * model.dtype.itemsize)


def _cache_bytes(model: Any) -> int:
    import torch

    if model.device.type == "cuda":
        return torch.cuda.mem_get_info(model.device)[0] // 2
    return CACHE_BYTES


def _settle(future: asyncio.Future[Completion], completion: Completion) -> None:
    if not future.done():
        future.set_result(completion)


def _cut(text: str, stop: Sequence[str]) -> str:
    """Return the text before the first stop string."""
    places = [place for string in stop if (place := text.find(string)) >= 0]
    return text[: min(places)] if places else text
