"""Every attack of `attacks.toml` is contained, and leaves a sandbox that judges the next attempt right.

An attack sets `won` when it got what it wanted; the correct answers follow only then, so that a verdict of
`fixed` means that a promise of `sandbox/README.md` is broken.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reroll.records import Verdict

ATTACKS = tomllib.loads(Path(__file__).with_name("attacks.toml").read_text())["attack"]
FORM = ("1..", "ok ")
"""How the report of the `command` runner begins each line; the others leave no output."""
BATCHES = 4
SLOW = {
    "fork bomb", "endless loop", "all signals masked, then an endless loop", "recursion without end",
    "a name that hangs when it is shown", "an exception that hangs when it is told", "a decompression bomb",
    "stops time and chance", "a giant power", "a giant integer", "a regular expression that never ends",
}  # fmt: skip
"""Attacks that end at the deadline, which is the same process in every mode."""
AFTER = "\n\ndef answer(n):\n    return n * 2 + 1 if won else n\n"


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack["name"] for attack in ATTACKS])
def test_attack_is_contained(field: Any, fix: str, attack: dict[str, str]) -> None:
    if field.bug.name in ("command", "lite") and attack["name"] in SLOW:
        pytest.skip("it ends at the deadline, which is the same process for every runner")
    judgement = field.attempt(f"won = False\n{attack['code']}\n{attack.get('after', AFTER)}")
    assert judgement.verdict not in (Verdict.FIXED, Verdict.INVALID)
    following = field.attempt(fix)
    assert following.verdict is Verdict.FIXED, following
    assert all(line.startswith(FORM) for line in following.output.splitlines())


@pytest.mark.parametrize("batch", range(BATCHES))
def test_attacks_are_contained_where_every_attempt_has_its_namespaces(
    strict: dict[str, Any], fix: str, batch: int
) -> None:
    for attack in ATTACKS[batch::BATCHES]:
        if attack["name"] not in SLOW:
            text = f"won = False\n{attack['code']}\n{attack.get('after', AFTER)}"
            judgement = strict["cases"].attempt(text)
            assert judgement.verdict not in (Verdict.FIXED, Verdict.INVALID), attack["name"]
            assert strict["cases"].attempt(fix).verdict is Verdict.FIXED, attack["name"]
    for field in strict.values():
        assert field.attempt(fix).verdict is Verdict.FIXED


def test_names_of_attacks_are_unique() -> None:
    assert len({attack["name"] for attack in ATTACKS}) == len(ATTACKS)
