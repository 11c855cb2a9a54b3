"""Load the checkpoint of an `hf:` spec, with its adapter, and let go of it at the end."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from reroll.errors import MissingDependency, ModelError, UsageError
from reroll.model.checkpoint import need_tokenizer, spec_digest
from reroll.model.hf.model import Transformers
from reroll.model.settings import Settings
from reroll.model.spec import ModelSpec
from reroll.records import Sampling


@asynccontextmanager
async def open_transformers(
    spec: ModelSpec, *, sampling: Sampling, settings: Settings
) -> AsyncIterator[Transformers]:
    """Load the checkpoint of an `hf:` spec.

    Raises:
        MissingDependency: torch, transformers or peft is not installed.
        UsageError: an option of the spec has no such value.
        ModelError: the checkpoint cannot be loaded.
    """
    settings.tell(f"Loading {spec.target}" + (f" with adapter {spec.adapter}" if spec.adapter else ""))
    batch = spec.options.get("batch", str(settings.batch))
    if not batch.isdecimal() or int(batch) == 0:
        raise UsageError(f"Option batch={batch!r} of model {spec.name!r} must be a number of attempts")
    need_tokenizer(spec)
    model, tokenizer = await asyncio.to_thread(_load, spec, settings)
    revision = getattr(model.config, "_commit_hash", None) or ""
    digest = await asyncio.to_thread(spec_digest, spec, revision)
    opened = Transformers(
        spec, sampling=sampling, model=model, tokenizer=tokenizer, digest=digest, batch=int(batch)
    )
    del model  # `close` drops the last hold on it
    try:
        yield opened
    finally:
        await opened.close()
        _give_back()


def _give_back() -> None:
    """Return what torch keeps of a GPU's memory: the next checkpoint may be another process's."""
    import torch

    if torch.cuda.is_available():
        gc.collect()
        torch.cuda.empty_cache()


def _load(spec: ModelSpec, settings: Settings) -> tuple[Any, Any]:
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise MissingDependency("transformers", extra="hf") from error
    device = spec.options.get("device") or settings.device
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    dtype = spec.options.get("dtype") or settings.dtype or ("float32" if device == "cpu" else "auto")
    if dtype != "auto" and not isinstance(getattr(torch, dtype, None), torch.dtype):
        raise UsageError(f"Number format {dtype!r} of model {spec.name!r} is none of torch's")
    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(spec.target)
            model: Any = AutoModelForCausalLM.from_pretrained(spec.target, dtype=dtype)
            if spec.adapter:
                model = _adapted(model, spec.adapter)
            return model.eval().to(device), tokenizer
    # torch asserts where it was built without the device.
    except (OSError, ValueError, RuntimeError, KeyError, AssertionError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"Checkpoint {spec.target!r} of model {spec.name!r} does not load: {first}"
        ) from error


def _adapted(model: Any, adapter: str) -> Any:
    """Return the model with a LoRA adapter folded into its weights."""
    try:
        from peft import PeftModel
    except ImportError as error:
        raise MissingDependency("peft", extra="hf") from error
    return PeftModel.from_pretrained(model, adapter).merge_and_unload()  # plain modules again


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the warnings and bars of loading off the terminal: reroll reports its own progress."""
    from transformers.utils import logging as untyped

    logging: Any = untyped
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
