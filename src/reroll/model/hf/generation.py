"""Draw completions from a causal language model in this process, every attempt from its own seed.

Prompts are prefilled once and their keys and values expanded to all attempts. Each attempt's uniform
numbers are drawn beforehand from a generator of its own, and a token is chosen by inverting the cumulative
distribution in float64: so an attempt depends on its seed alone and not on what else is in the batch, up to
the rounding of the matrix products. Loading checkpoints, and turning texts into tokens and back, is left to
others; the modules that work on tensors are imported when a model is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from reroll.model.hf.cache import GrowingLayer, forward, left_padded, positions
from reroll.records import Sampling

COMPACT_BELOW = 0.75
"""Share of unfinished rows under which finished rows are dropped from the batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One attempt to draw."""

    prompt: int
    """Position of its prompt among the prompts of the batch."""
    seed: int
    """Seed of its random numbers."""
    max_tokens: int
    """Longest completion, in tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One attempt that was drawn."""

    tokens: tuple[int, ...]
    """Token ids, with the end token where the model gave one."""
    logprobs: tuple[float, ...]
    """Log-probability of each token, in nats, at temperature 1 and without top-p or top-k."""
    finish_reason: str
    """`stop` or `length`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What ends a completion, beside its length."""

    tokens: torch.Tensor
    """End tokens, as ids."""
    suspects: torch.Tensor | None = None
    """Vocabulary mask of the tokens that may complete a stop string; None without stop strings."""
    reached: Callable[[Sequence[int]], bool] = lambda _: False
    """Whether the text of these tokens holds a stop string."""


def uniform_numbers(seed: int, *, count: int) -> torch.Tensor:
    """Return the random numbers of one attempt: float64[count] in [0, 1), a function of the seed alone."""
    # Philox takes all 64 bits of the seed; torch's own generator would use the lower 32.
    philox = np.random.Philox(key=seed % 2**64)
    return torch.from_numpy(np.random.Generator(philox).random(count))


def pick(logits: torch.Tensor, uniforms: torch.Tensor, *, sampling: Sampling) -> torch.Tensor:
    """Choose a token a row by inverse transform: float32[rows, vocabulary], float64[rows] -> int64[rows]."""
    if sampling.temperature == 0:
        return logits.argmax(-1)
    scaled = logits / sampling.temperature
    if 0 < sampling.top_k < scaled.shape[-1]:
        least = scaled.topk(sampling.top_k, dim=-1).values[:, -1:]
        scaled = scaled.masked_fill(scaled < least, -torch.inf)
    mass = torch.softmax(scaled, dim=-1, dtype=torch.float64)
    if sampling.top_p < 1:
        ordered, order = mass.sort(dim=-1, descending=True, stable=True)
        outside = ordered.cumsum(-1) - ordered >= sampling.top_p
        mass = mass.scatter(-1, order, ordered.masked_fill(outside, 0.0))
    cumulative = mass.cumsum(-1)
    targets = uniforms[:, None] * cumulative[:, -1:]
    return torch.searchsorted(cumulative, targets, right=True).squeeze(-1).clamp_(max=logits.shape[-1] - 1)


@torch.inference_mode()
def generate(
    model: Any,
    prompts: Sequence[Sequence[int]],
    *,
    rows: Sequence[Row],
    sampling: Sampling,
    ends: Ends,
    deliver: Callable[[int, Drawn], None],
    stopped: threading.Event,
) -> None:
    """Draw every row and deliver it, by its position in `rows`, as soon as it is complete.

    Args:
        model: a causal language model of transformers.
        prompts: token ids of each prompt, not empty.
        rows: the attempts.
        sampling: temperature, top-p and top-k; lengths are the rows' own.
        ends: what ends a completion before its length.
        deliver: told the position of a row and what was drawn, in this thread.
        stopped: when set, unfinished rows are given up at the next token.
    """
    device = model.device
    tokens, mask = left_padded(prompts, device=device)
    padded = bool((mask == 0).any())
    cache = DynamicCache(config=model.config)
    output = forward(
        model,
        tokens,
        mask if padded else None,
        keep=1,
        position_ids=positions(mask),
        past_key_values=cache,
        use_cache=True,
    )
    owner = torch.tensor([row.prompt for row in rows], device=device)
    logits, mask = output.logits[:, -1].float()[owner], mask[owner]
    cache.batch_select_indices(owner)
    for number, layer in enumerate(cache.layers):
        if type(layer) is DynamicLayer and layer.keys is not None and layer.values is not None:
            cache.layers[number] = GrowingLayer(layer.keys, layer.values)

    limit = max(row.max_tokens for row in rows)
    limits = torch.tensor([row.max_tokens for row in rows], device=device)
    uniforms = torch.stack([uniform_numbers(row.seed, count=limit) for row in rows]).to(device)
    drawn = torch.zeros(len(rows), limit, dtype=torch.int64)
    logprobs = torch.zeros(len(rows), limit)
    alive = torch.arange(len(rows), device=device)  # the rows of the batch, by their position in `rows`
    unfinished = torch.ones(len(rows), dtype=torch.bool, device=device)
    lengths = mask.sum(-1)
    for step in range(limit):
        chosen = pick(logits, uniforms[alive, step], sampling=sampling)
        chances = logits.gather(-1, chosen[:, None]).squeeze(-1) - logits.logsumexp(-1)
        drawn[alive.cpu(), step], logprobs[alive.cpu(), step] = chosen.cpu(), chances.cpu()
        ended = torch.isin(chosen, ends.tokens)
        complete = ended | (limits[alive] <= step + 1)
        if ends.suspects is not None:
            for place in (ends.suspects[chosen] & unfinished & ~ended).nonzero().flatten().tolist():
                if ends.reached(drawn[alive[place], : step + 1].tolist()):
                    ended[place] = complete[place] = True
        for place in (complete & unfinished).nonzero().flatten().tolist():
            number = int(alive[place])
            deliver(
                number,
                Drawn(
                    tokens=tuple(drawn[number, : step + 1].tolist()),
                    logprobs=tuple(logprobs[number, : step + 1].tolist()),
                    finish_reason="stop" if bool(ended[place]) else "length",
                ),
            )
        unfinished &= ~complete
        left = int(unfinished.sum())
        if left == 0 or stopped.is_set():
            return
        if left < COMPACT_BELOW * len(unfinished):
            kept = unfinished.nonzero().flatten()
            alive, chosen, mask, lengths = alive[kept], chosen[kept], mask[kept], lengths[kept]
            unfinished = unfinished[kept]
            cache.batch_select_indices(kept)
        mask = torch.cat([mask, mask.new_ones(len(alive), 1)], dim=-1)
        output = model(
            input_ids=chosen[:, None],
            attention_mask=mask if padded else None,
            position_ids=(lengths + step)[:, None],
            past_key_values=cache,
            use_cache=True,
        )
        logits = output.logits[:, -1].float()
