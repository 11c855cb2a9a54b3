"""Checkpoints on devices of their own run side by side, the others one after the other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from reroll.harness.lanes import Checkpoint, known_digests, lanes, side_by_side
from reroll.model import ModelSpec, parse_spec


def given(checkpoint: Path, **specs: str) -> list[Checkpoint]:
    return [(name, parse_spec(f"{name}={kind}:{checkpoint}{rest}")) for name, kind, rest in split(specs)]


def split(specs: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(name, *text.partition(":")[::2]) for name, text in specs.items()]  # type: ignore[misc]


def trace(checkpoints: list[Checkpoint], *, lost: str = "") -> list[str]:
    """Return when each checkpoint began and ended; `lost` fails when it has begun."""
    told: list[str] = []

    async def run(name: str, spec: ModelSpec | None) -> None:
        told.append(f"{name} begins")
        await asyncio.sleep(0)
        if name == lost:
            raise RuntimeError(name)
        await asyncio.sleep(0)
        told.append(f"{name} ends")

    asyncio.run(side_by_side(checkpoints, run))
    return told


def test_checkpoints_that_name_no_device_take_turns(checkpoint: Path) -> None:
    assert trace(given(checkpoint, a="vllm:", b="hf:")) == ["a begins", "a ends", "b begins", "b ends"]


def test_checkpoints_on_other_devices_run_at_the_same_time(checkpoint: Path) -> None:
    told = trace(given(checkpoint, a="vllm:?devices=0", b="vllm:?devices=1"))
    assert told[:2] == ["a begins", "b begins"]


def test_checkpoints_on_one_device_take_turns_beside_another(checkpoint: Path) -> None:
    checkpoints = given(checkpoint, a="vllm:?devices=0", b="vllm:?devices=1", c="vllm:?devices=0")
    assert [[name for name, _ in lane] for lane in lanes(checkpoints)] == [["a", "c"], ["b"]]
    told = trace(checkpoints)
    assert told.index("c begins") > told.index("a ends")
    assert told.index("b begins") < told.index("a ends")


@pytest.mark.parametrize(
    "specs",
    [
        {"a": "vllm:?devices=0,1", "b": "vllm:?devices=1"},
        {"a": "vllm:?devices=0", "b": "hf:?device=cuda:0"},
        {"a": "hf:?device=cuda", "b": "vllm:?devices=0"},
        {"a": "vllm:", "b": "vllm:?devices=0"},
    ],
    ids=["overlap", "other-kind", "first", "unnamed"],
)
def test_no_device_holds_two_checkpoints_at_once(checkpoint: Path, specs: dict[str, str]) -> None:
    assert len(lanes(given(checkpoint, **specs))) == 1


def test_a_checkpoint_on_two_lanes_devices_makes_them_one(checkpoint: Path) -> None:
    checkpoints = given(
        checkpoint,
        a="vllm:?devices=0",
        b="vllm:?devices=1",
        c="hf:?device=cpu",
        d="vllm:?devices=0,1",
    )
    assert [[name for name, _ in lane] for lane in lanes(checkpoints)] == [["a", "b", "d"], ["c"]]


def test_what_ends_one_lane_ends_the_run(checkpoint: Path) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        trace(given(checkpoint, a="vllm:?devices=0", b="vllm:?devices=1"), lost="b")
    assert str(caught.value.exceptions[0]) == "b"


def test_digests_are_known_beforehand_where_the_weights_are_here(checkpoint: Path) -> None:
    checkpoints = given(checkpoint, a="vllm:?devices=0")
    checkpoints.append(("x", parse_spec("x=openai:m@http://127.0.0.1:1/v1")))
    found = known_digests(checkpoints)
    assert list(found) == ["a"]
    assert found["a"][1].startswith("sha256:")
