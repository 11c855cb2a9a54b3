"""What a causal language model is given, and what it remembers: padded tokens, and keys and values.

Drawing and scoring both read a prompt once and share what the model remembers of it among all completions.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import DynamicLayer

GROWTH_TOKENS = 64
"""Tokens of room that a full cache gains at a time."""


class GrowingLayer(DynamicLayer):  # type: ignore[no-untyped-call]  # transformers' caches are untyped
    """Keys and values with room to grow: appending a token does not copy what is there."""

    _key_room: torch.Tensor
    _value_room: torch.Tensor
    _length: int

    def __init__(self, keys: torch.Tensor, values: torch.Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self.lazy_initialization(keys, values)
        self._hold(keys, values)

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append tokens and return all keys and values: [rows, heads, tokens, width]."""
        length, end = self._length, self._length + key_states.shape[-2]
        if end > self._key_room.shape[-2]:
            self._key_room, self._value_room = (
                torch.cat(
                    [room, room.new_empty(*room.shape[:2], end - length + GROWTH_TOKENS, room.shape[-1])], -2
                )
                for room in (self._key_room, self._value_room)
            )
        self._key_room[:, :, length:end] = key_states
        self._value_room[:, :, length:end] = value_states
        self._length = end
        self.keys, self.values = self._key_room[:, :, :end], self._value_room[:, :, :end]
        return self.keys, self.values

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keep the rows with these indices."""
        self._hold(self._key_room[indices, :, : self._length], self._value_room[indices, :, : self._length])

    def _hold(self, keys: torch.Tensor, values: torch.Tensor) -> None:
        self.keys, self._key_room = keys, keys
        self.values, self._value_room = values, values
        self._length = keys.shape[-2]


def left_padded(
    sequences: Sequence[Sequence[int]], *, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return tokens int64[rows, longest], padded with 0 on the left, and their mask of ones and zeros."""
    longest = max(map(len, sequences))
    tokens = torch.tensor([[0] * (longest - len(ids)) + list(ids) for ids in sequences])
    mask = torch.tensor([[0] * (longest - len(ids)) + [1] * len(ids) for ids in sequences])
    return tokens.to(device), mask.to(device)


def positions(mask: torch.Tensor) -> torch.Tensor:
    """Return the position of each token in its own sequence, from a left-padded mask."""
    return (mask.cumsum(-1) - 1).clamp_(min=0)


def forward(model: Any, tokens: torch.Tensor, mask: torch.Tensor | None, *, keep: int, **inputs: Any) -> Any:
    """Run the model and return its output with the logits of the last `keep` positions."""
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        inputs["logits_to_keep"] = keep
    return model(input_ids=tokens, attention_mask=mask, **inputs)
