"""The log-probability of given completions under a causal language model, prompts read once each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache

from reroll.model.hf.cache import forward, left_padded, positions


@torch.inference_mode()
def score(
    model: Any, pairs: Sequence[tuple[Sequence[int], Sequence[int]]], *, budget: int
) -> list[tuple[float, ...]]:
    """Return the log-probability of every completion token, for (prompt, completion) pairs of token ids.

    Args:
        model: a causal language model of transformers.
        pairs: no prompt empty.
        budget: most logits that are computed at once, as a number of floats.
    """
    # Pairs of one prompt stand together, so that it is read once a batch.
    order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i][0]), tuple(pairs[i][0]), len(pairs[i][1])))
    scores: list[tuple[float, ...]] = [()] * len(pairs)
    vocabulary = int(model.config.get_text_config().vocab_size)
    start = 0
    while start < len(order):
        end, longest = start, 1
        while end < len(order):
            longest = max(longest, len(pairs[order[end]][1]))
            if end > start and (end + 1 - start) * longest * vocabulary > budget:
                break
            end += 1
        batch, start = order[start:end], end
        for number, logs in zip(batch, _score_batch(model, [pairs[i] for i in batch]), strict=True):
            scores[number] = logs
    return scores


def _score_batch(model: Any, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[tuple[float, ...]]:
    """Score pairs at once: prompts are read once each, and shared by their completions."""
    device = model.device
    prompts = list(dict.fromkeys(tuple(prompt) for prompt, _ in pairs))
    places = {prompt: place for place, prompt in enumerate(prompts)}
    owner = torch.tensor([places[tuple(prompt)] for prompt, _ in pairs], device=device)
    tokens, mask = left_padded(prompts, device=device)
    cache = DynamicCache(config=model.config)
    output = forward(
        model, tokens, mask, keep=1, position_ids=positions(mask), past_key_values=cache, use_cache=True
    )
    logits = output.logits[owner, -1:].float()
    longest = max(len(completion) for _, completion in pairs)
    if longest == 0:
        return [()] * len(pairs)
    given = torch.tensor([[*ids, *[0] * (longest - len(ids))] for _, ids in pairs], device=device)
    if longest > 1:
        cache.batch_select_indices(owner)
        mask = torch.cat([mask[owner], mask.new_ones(len(pairs), longest - 1)], dim=-1)
        output = model(
            input_ids=given[:, :-1],
            attention_mask=mask,  # what stands after a completion cannot be seen from within it
            position_ids=positions(mask)[:, 1 - longest :],
            past_key_values=cache,
            use_cache=True,
        )
        logits = torch.cat([logits, output.logits.float()], dim=1)
    chances = logits.log_softmax(-1).gather(-1, given[:, :, None]).squeeze(-1)
    return [tuple(row[: len(ids)].tolist()) for row, (_, ids) in zip(chances, pairs, strict=True)]
