"""Open the model that a spec names, and close it again whatever happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from reroll.errors import UsageError
from reroll.model.model import Model
from reroll.model.settings import Settings
from reroll.model.spec import KINDS, ModelSpec
from reroll.records import Sampling

DEFAULTS = Settings()
"""Settings of a caller that has no wishes."""


@asynccontextmanager
async def open_model(
    spec: ModelSpec, *, sampling: Sampling | None = None, settings: Settings = DEFAULTS, **options: Any
) -> AsyncIterator[Model]:
    """Load, start or reach a checkpoint, and let go of it at the end.

    Args:
        spec: what `parse_spec` returned.
        sampling: how completions are drawn; None for temperature 1 without top-p and top-k.
        settings: what the caller may set beside the spec.
        options: single fields of the settings, by name.

    Raises:
        ModelError: the checkpoint cannot be loaded, started or reached.
        MissingDependency: the packages of its kind are not installed.
    """
    settings = replace(settings, **options)
    sampling = sampling or Sampling()
    if spec.kind == "samples":
        from reroll.model.samples import open_samples

        with open_samples(spec, sampling=sampling) as model:
            yield model
    elif spec.kind == "hf":
        from reroll.model.hf import open_transformers

        async with open_transformers(spec, sampling=sampling, settings=settings) as model:
            yield model
    elif spec.kind == "openai":
        from reroll.model.openai import open_openai

        async with open_openai(spec, sampling=sampling, settings=settings) as model:
            yield model
    elif spec.kind == "vllm":
        from reroll.model.vllm import open_vllm

        async with open_vllm(spec, sampling=sampling, settings=settings) as model:
            yield model
    else:
        raise UsageError(f"Model kind {spec.kind!r} is unknown; known are {', '.join(KINDS)}")
