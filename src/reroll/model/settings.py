"""How models are opened: everything that a caller may set beside the spec, with its default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reroll.model.spec import ModelSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of every kind of model; none of them changes what an attempt with a given seed says."""

    progress: Callable[[str], None] | None = None
    """Told in words what is being waited for: loading, starting a server, restarting it."""
    logs: Path | None = None
    """Folder for a server's log; None for a temporary one that stays when the server fails."""
    concurrency: int = 256
    """Most requests to a server at one time; adapts downward when the server is busy."""
    timeout_seconds: float = 600.0
    """Longest wait for one answer of a server."""
    retries: int = 6
    """Tries of one request before the attempt is given up."""
    batch: int = 512
    """Most attempts in one batch of an in-process model."""
    device: str | None = None
    """Device of an in-process model, such as `cpu` or `cuda:0`; None for the first GPU, else the CPU."""
    dtype: str | None = None
    """Number format of the weights; None for float32 in process on a CPU, else the checkpoint's own."""
    vllm: str | None = None
    """The vllm executable; None for REROLL_VLLM, else the one on the path."""
    vllm_args: tuple[str, ...] = ()
    """Arguments that are passed on to vLLM."""
    vllm_engine: str = "auto"
    """`serve` for a server, `offline` for none between, `auto` for none where that works."""
    fleet: tuple[ModelSpec, ...] = ()
    """Every model of the run, in order: adapters and their base then share one vLLM server."""
    start_seconds: float = 900.0
    """Longest wait for a server of our own to come up."""

    def tell(self, text: str) -> None:
        """Pass on a line of progress."""
        if self.progress is not None:
            self.progress(text)
