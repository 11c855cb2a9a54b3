"""Fixtures of the lab: shipped checkpoints, and what is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from reroll import assets

SHIPPED = [
    f"{task}/{arm}"
    for task in ("forge", "paths")
    for arm in ("base", "self-distilled", "grpo-kl", "rejection")
]


@pytest.fixture
def torch_and_transformers(require: Callable[[str, str], None]) -> None:
    missing = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
    require("hf", f"{missing[0]} is not installed" if missing else "")


@pytest.fixture
def trl(require: Callable[[str, str], None]) -> None:
    require("lab", "" if importlib.util.find_spec("trl") else "trl is not installed")


@pytest.fixture(params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> Path:
    return assets.folder("checkpoints") / str(request.param)
