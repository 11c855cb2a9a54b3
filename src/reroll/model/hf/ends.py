"""What ends a completion of one checkpoint: its end tokens, and the stop strings of the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from reroll.model.hf.generation import Ends


def ends_of(model: Any, tokenizer: Any, stop: Sequence[str]) -> Any:
    """Return what ends a completion of this checkpoint."""
    ends = model.generation_config.eos_token_id
    if ends is None:
        ends = tokenizer.eos_token_id
    tokens = torch.tensor([] if ends is None else ends, dtype=torch.int64, device=model.device).reshape(-1)
    if not stop:
        return Ends(tokens=tokens)
    lasts = {string[-1] for string in stop if string}
    suspects = torch.zeros(int(model.config.get_text_config().vocab_size), dtype=torch.bool)
    for token in range(min(len(suspects), len(tokenizer))):
        # Decoding alone drops the blank that some tokenizers write as a mark before a word; and a piece
        # decodes to U+FFFD where it holds a part of a character, which may complete anything.
        piece = tokenizer.decode([token]) + tokenizer.convert_ids_to_tokens(token).replace("\u2581", " ")
        suspects[token] = "\ufffd" in piece or any(last in piece for last in lasts)

    def reached(ids: Sequence[int]) -> bool:
        text = tokenizer.decode(ids, skip_special_tokens=True)
        return any(string in text for string in stop)

    return Ends(tokens=tokens, suspects=suspects.to(model.device), reached=reached)
