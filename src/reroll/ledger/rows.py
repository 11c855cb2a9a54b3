"""Records as rows of the ledger, and back."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Sequence
from typing import Any

from reroll.records import Completion, Judgement, Verdict


def completion_values(completion: Completion) -> tuple[Any, ...]:
    """Return the columns `text` … `generation_seconds` of the table `attempt`."""
    return (
        storable(completion.text),
        storable(completion.reasoning),
        completion.finish_reason,
        completion.prompt_tokens,
        completion.completion_tokens,
        pack("i", completion.token_ids),
        pack("d", completion.logprobs),
        completion.seconds,
    )


def judgement_values(judgement: Judgement) -> tuple[Any, ...]:
    """Return the columns of the table `judgement` after its key."""
    return (
        judgement.verdict.value,
        int(judgement.visible_passed),
        _json(dict(judgement.outcomes)),
        _json(dict(judgement.messages)),
        _json(dict(judgement.seconds)),
        _json(dict(judgement.probes)),
        storable(judgement.output),
        _json(list(judgement.evidence)),
        judgement.wall_seconds,
        judgement.cpu_seconds,
        judgement.peak_memory_bytes,
    )


def judgement(columns: Sequence[Any]) -> Judgement:
    """Return the record of the columns that `judgement_values` made."""
    verdict, _, outcomes, messages, seconds, probes, output, evidence, wall, cpu, memory = columns
    return Judgement(
        verdict=Verdict(verdict),
        outcomes=json.loads(outcomes),
        messages=json.loads(messages),
        seconds=json.loads(seconds),
        probes=json.loads(probes),
        output=output,
        evidence=tuple(json.loads(evidence)),
        wall_seconds=wall,
        cpu_seconds=cpu,
        peak_memory_bytes=memory,
    )


def pack(typecode: str, numbers: Sequence[float] | None) -> bytes | None:
    """Return numbers as little-endian bytes."""
    if numbers is None:
        return None
    packed = array(typecode, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(typecode: str, packed: bytes | None) -> tuple[Any, ...] | None:
    """Return the numbers that `pack` packed."""
    if packed is None:
        return None
    numbers: array[Any] = array(typecode)
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return tuple(numbers)


def storable(text: str) -> str:
    """Return text that UTF-8 can hold: a lone surrogate, which a model can say, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _json(value: Any) -> str:
    return storable(json.dumps(value, ensure_ascii=False))
