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
AFTER = "\n\ndef answer(n):\n    return n * 2 + 1 if won else n\n"


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack["name"] for attack in ATTACKS])
def test_attack_is_contained(field: Any, fix: str, attack: dict[str, str]) -> None:
    judgement = field.attempt(f"won = False\n{attack['code']}\n{attack.get('after', AFTER)}")
    assert judgement.verdict not in (Verdict.FIXED, Verdict.INVALID)
    following = field.attempt(fix)
    assert following.verdict is Verdict.FIXED, following
    assert following.output == ""


def test_names_of_attacks_are_unique() -> None:
    assert len({attack["name"] for attack in ATTACKS}) == len(ATTACKS)
