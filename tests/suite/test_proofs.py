"""The suites that ship are proven through the ordinary path."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from reroll.container import open_sandbox
from reroll.container.probe import works
from reroll.proof import VARIATIONS, prove
from reroll.records import Bug, Tests, Verdict
from reroll.suite import load
from reroll.testing import InMemorySandbox, make_bug


@pytest.mark.bubblewrap
@pytest.mark.slow
@pytest.mark.parametrize("suite", ["starter", "forge:bugs=24,seed=5", "paths:bugs=12,seed=5"])
def test_every_bug_proves_itself(suite: str, require: Callable[[str, str], None]) -> None:
    require("bubblewrap", works("bubblewrap"))

    async def work() -> list[str]:
        async with open_sandbox("bubblewrap", workers=2) as sandbox:
            proofs = await prove(load(suite).bugs, sandbox=sandbox)
        return [fault for proof in proofs for fault in proof.faults] + [p.bug for p in proofs if not p.shows]

    assert asyncio.run(work()) == []


@pytest.mark.bubblewrap
def test_a_test_that_depends_on_its_order_or_time_zone_is_flaky(require: Callable[[str, str], None]) -> None:
    require("bubblewrap", works("bubblewrap"))
    text = (
        "import time\nfrom solution import f\nseen = []\n"
        "def test_value():\n    assert f() == 2\n"
        "def test_first():\n    seen.append(1)\n"
        "def test_second():\n    assert seen\n"
        "def test_zone():\n    assert time.tzname[0] != 'JST'\n"
    )
    tests = Tests(runner="pytest", files={"visible/test_all.py": text})
    bug = replace(make_bug(), tests=tests, fixes={"two": FIX})

    async def work() -> tuple[str, ...]:
        async with (
            open_sandbox("bubblewrap") as one,
            open_sandbox("bubblewrap", environment=VARIATIONS[0]) as two,
        ):
            return (await prove([bug], sandbox=one, varied=[two]))[0].faults

    faults = " ".join(asyncio.run(work()))
    assert "'visible/test_all.py::test_second' is flaky" in faults
    assert "'visible/test_all.py::test_zone' is flaky" in faults
    assert "test_value" not in faults


FIX = "--- a/solution.py\n+++ b/solution.py\n@@ -1,2 +1,2 @@\n def f():\n-    return 1\n+    return 2\n"


def proof_of(
    judge: Callable[[Bug, Mapping[str, str]], Verdict], **parts: Mapping[str, str]
) -> tuple[str, ...]:
    bug = replace(make_bug(), tests=Tests(runner="cases", modules=("solution",)), **parts)
    return asyncio.run(prove([bug], sandbox=InMemorySandbox(judge)))[0].faults


def by_text(bug: Bug, files: Mapping[str, str]) -> Verdict:
    return Verdict.FIXED if "return 2" in files["solution.py"] else Verdict.FAILED


def test_a_proven_bug_has_no_fault() -> None:
    assert proof_of(by_text, fixes={"two": FIX}) == ()


def test_a_source_that_passes_is_a_fault() -> None:
    assert "untouched source passes" in proof_of(lambda bug, files: Verdict.FIXED, fixes={"two": FIX})[0]


def test_a_fix_that_fails_is_a_fault() -> None:
    assert (
        "reference fix 'two' is failed" in proof_of(lambda bug, files: Verdict.FAILED, fixes={"two": FIX})[0]
    )


def test_a_fix_that_does_not_apply_is_a_fault() -> None:
    assert "does not apply" in proof_of(by_text, fixes={"two": FIX.replace("return 1", "return 7")})[0]


def test_a_decoy_that_fails_a_visible_test_is_a_fault() -> None:
    faults = proof_of(by_text, fixes={"two": FIX}, decoys={"three": FIX.replace("return 2", "return 3")})
    assert "decoy 'three' fails a visible test" in faults[0]
