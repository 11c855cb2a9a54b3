"""Which checkpoints run side by side: those that the user gives devices of their own.

`vllm:PATH?devices=0` and `vllm:PATH?devices=1` are two lanes; `hf:PATH?device=cuda:0` is in the first of
them, because no device holds two engines at once. Checkpoints of one lane run one after the other, in their
order, and so do all that name no device. One sandbox and one ledger serve every lane.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reroll.model import ModelSpec

Checkpoint = tuple[str, "ModelSpec | None"]
FIRST = "0"
"""Device of a checkpoint of ours that names none."""


def lanes(checkpoints: Sequence[Checkpoint]) -> list[list[Checkpoint]]:
    """Part checkpoints into lanes that share no device, in the order in which each lane begins."""
    found: list[tuple[set[str], list[int]]] = []
    for number, (_, spec) in enumerate(checkpoints):
        devices = _devices(spec)
        sharing = [lane for lane in found if lane[0] & devices]
        members = sorted(member for _, lane in sharing for member in lane)
        joined = devices.union(*(taken for taken, _ in sharing)), [*members, number]
        found = [lane for lane in found if lane not in sharing] + [joined]
    return [[checkpoints[member] for member in lane] for _, lane in sorted(found, key=lambda lane: lane[1])]


def _devices(spec: ModelSpec | None) -> set[str]:
    """Return the devices that a checkpoint takes: by number; "" stands for those that name none."""
    options = spec.options if spec is not None else {}
    named = options.get("devices") or options.get("device")
    if named:
        return {part.strip().removeprefix("cuda:").replace("cuda", "0") for part in named.split(",")}
    return {"", FIRST} if spec is not None and spec.kind in ("hf", "vllm") else {""}


async def side_by_side(
    checkpoints: Sequence[Checkpoint], run: Callable[[str, ModelSpec | None], Awaitable[None]]
) -> None:
    """Run every checkpoint: lanes at the same time, the checkpoints of a lane in turn.

    Raises:
        ExceptionGroup: what ended a lane; the others are cancelled, and resumed by the same command.
    """

    async def one(lane: Sequence[Checkpoint]) -> None:
        for name, spec in lane:
            await run(name, spec)

    async with asyncio.TaskGroup() as group:
        for lane in lanes(checkpoints):
            group.create_task(one(lane))


def known_digests(checkpoints: Sequence[Checkpoint]) -> dict[str, tuple[str, str]]:
    """Return spec and digest by name, where no checkpoint must be loaded to know them.

    Lanes open their models in any order; a run lists its checkpoints as they were given, the base first.
    """
    from reroll.model.checkpoint import spec_digest

    return {
        name: (str(spec), spec_digest(spec))
        for name, spec in checkpoints
        if spec is not None and spec.kind in ("hf", "vllm") and Path(spec.target).is_dir()
    }
