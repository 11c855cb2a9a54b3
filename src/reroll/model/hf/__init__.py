"""A checkpoint in this process, through transformers: `hf:` specs.

`opening.py` loads it, `model.py` gathers attempts into batches, `generation.py` draws them from their seeds,
`ends.py` says what ends them, `cache.py` holds what prompts left, and `scoring.py` scores given tokens.
"""

from reroll.model.hf.opening import open_transformers

__all__ = ["open_transformers"]
