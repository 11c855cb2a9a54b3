"""An arm: how one checkpoint is made, in one TOML file that a person can read.

`like` takes over another arm's file and changes what follows it; `start` names the arm whose checkpoint is
trained further. Tables are passed on as they are: `[model]` to `LlamaConfig`, `[mixture]` to
`documents.Mixture`, `[trainer]` to the configuration class of the kind's trainer. What is below `[paths]`
holds for that task only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from reroll.errors import UsageError

FOLDER = Path(__file__).with_name("arms")
TASKS = ("forge", "paths")
KINDS = ("pretraining", "self-distillation", "policy-gradient", "rejection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """How one checkpoint is made."""

    name: str
    """Name of the file, and of the checkpoint's folder."""
    description: str
    """One sentence."""
    kind: str
    """One of `KINDS`."""
    start: str | None = None
    """Arm whose checkpoint is trained further; None for a base."""
    demonstration: str = "first"
    """For self-distillation: one of `demonstrations.CHOICES`."""
    problems: int = 0
    """Bugs that post-training practises on."""
    attempts: int = 0
    """For rejection: samples of each bug."""
    documents: int = 0
    """For a base: size of its corpus."""
    vocabulary: int = 0
    """For a base: size of its tokenizer."""
    model: Mapping[str, Any] = field(default_factory=dict)
    """For a base: its shape."""
    mixture: Mapping[str, float] = field(default_factory=dict)
    """For a base: what its corpus is made of."""
    trainer: Mapping[str, Any] = field(default_factory=dict)
    """Options of the trainer."""


def names() -> tuple[str, ...]:
    """Return the names of all arms, each after the one it starts from."""
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda name: (_depth(name), name)))


def load(name: str, *, task: str = "forge", smoke: bool = False) -> Arm:
    """Read an arm.

    Args:
        name: A file of `arms/`.
        task: A table of this name in the file changes what is above it.
        smoke: Whether to shrink it to a few seconds: every code path, no result.

    Raises:
        UsageError: There is no such arm, or it has an unknown key.
    """
    table = _merged(_table(name), _table(name).get(task, {}))
    for other in TASKS:
        table.pop(other, None)
    if smoke:
        table = _merged(table, _SMOKE[table["kind"]])
    try:
        return Arm(name=name, **table)
    except TypeError as error:
        raise UsageError(f"{FOLDER / name}.toml: {error}") from error


def chain(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the wanted arms and those they start from, in an order that can be trained."""
    needed: set[str] = set()
    for name in wanted:
        step: str | None = name
        while step is not None and step not in needed:
            needed.add(step)
            step = load(step).start
    return tuple(name for name in names() if name in needed)


def _depth(name: str) -> int:
    start = _table(name).get("start")
    return 0 if start is None else 1 + _depth(start)


@cache
def _table(name: str) -> dict[str, Any]:
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        raise UsageError(f"Unknown arm {name!r}: choose from {known}")
    table = tomllib.loads(path.read_text())
    like = table.pop("like", None)
    return _merged(_table(like), table) if like else table


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**below, **above}
    for key, value in above.items():
        if isinstance(value, Mapping):
            merged[key] = _merged(below.get(key, {}), value)
    return merged


_ROLLOUTS = {
    "max_steps": 2,
    "per_device_train_batch_size": 16,
    "num_generations": 4,
    "max_completion_length": 8,
}
_SMOKE: dict[str, dict[str, Any]] = {
    "pretraining": {
        "documents": 640,
        "model": {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2},
        "trainer": {"max_steps": 20, "per_device_train_batch_size": 32},
    },
    "self-distillation": {"problems": 16, "trainer": _ROLLOUTS},
    "policy-gradient": {"problems": 16, "trainer": _ROLLOUTS},
    "rejection": {"problems": 16, "attempts": 4, "trainer": {"num_train_epochs": 1}},
}
