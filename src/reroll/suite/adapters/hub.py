"""Rows of a data set on the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reroll.errors import SuiteError


def rows(identifier: str, *, split: str, config: str | None = None) -> Iterable[Mapping[str, Any]]:
    """Load one split of a data set of the hub.

    Raises:
        SuiteError: The hub cannot be reached or has no such data set; `--data FILE` reads a local copy.
    """
    import datasets

    try:
        loaded: Iterable[Mapping[str, Any]] = datasets.load_dataset(identifier, config, split=split)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SuiteError(
            f"Data set {identifier!r} cannot be loaded ({reason}); --data FILE reads a local copy"
        ) from error
    return loaded
