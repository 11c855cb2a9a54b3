"""The bug that every attack is aimed at, and one worker of each backend that stays for all of them."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from reroll.container import Sandbox, open_sandbox
from reroll.container.probe import works
from reroll.records import Bug, Case, Judgement, Limits, Tests

SOURCE = "def answer(n):\n    return n\n"
FIX = "def answer(n):\n    return n * 2 + 1\n"
VISIBLE = "from target import answer\n\n\ndef test_one():\n    assert answer(1) == 3\n"
HIDDEN = """\
import pytest
from target import answer


def test_ten():
    assert answer(10) == 21


@pytest.mark.parametrize(("given", "wanted"), [(0, 1), (-4, -7), (6, 13)])
def test_more(given, wanted):
    assert answer(given) == wanted


def test_text():
    with pytest.raises(TypeError):
        answer("x")
"""
COMMAND = """\
import os, sys
sys.path.insert(0, os.getcwd())
from target import answer

CASES = [("visible/one", 1, 3), ("hidden/ten", 10, 21), ("hidden/zero", 0, 1), ("hidden/six", 6, 13)]
print(f"1..{len(CASES) + 1}")
results = []
for name, given, wanted in CASES:
    results.append((name, answer(given) == wanted))
try:
    results.append(("hidden/text", answer("x") is None))
except TypeError:
    results.append(("hidden/text", True))
for number, (name, good) in enumerate(results, 1):
    print("ok" if good else "not ok", number, "-", name)
sys.exit(not all(good for _, good in results))
"""
LIMITS = Limits(seconds=0.8, memory_bytes=256 << 20)


def _tests(runner: str) -> Tests:
    if runner != "cases":
        # A module that pytest treats in its own way keeps the `lite` runner out.
        hidden = HIDDEN if runner == "lite" else f"import warnings\n{HIDDEN}"
        return Tests(
            runner="pytest", files={"visible/test_target.py": VISIBLE, "hidden/test_more.py": hidden}
        )
    if runner == "command":
        return Tests(
            runner="command", files={"hidden/run.py": COMMAND}, command=("python3", "{tests}/hidden/run.py")
        )
    hidden = [Case(name=f"of {n}", value=f"answer({n})", expected=str(2 * n + 1)) for n in (10, 0, -4, 6)]
    return Tests(
        runner="cases",
        modules=("target",),
        visible=(Case(name="one", value="answer(1)", expected="3"),),
        hidden=(*hidden, Case(name="text", value="answer('x')", raises="TypeError")),
    )


@dataclass(frozen=True)
class Range:
    """One worker of one backend, with the bug in the form of one runner."""

    sandbox: Sandbox
    bug: Bug
    loop: asyncio.Runner

    def attempt(self, text: str) -> Judgement:
        """Judge one patched `target.py`."""
        return self.loop.run(self.sandbox.judge(self.bug, {"target.py": text}))


@pytest.fixture(scope="session", params=["bubblewrap", "docker"])
def backend(
    request: pytest.FixtureRequest, require: Callable[[str, str], None]
) -> Iterator[tuple[Sandbox, asyncio.Runner]]:
    require(request.param, works(request.param))
    with asyncio.Runner() as loop:
        sandbox = open_sandbox(request.param, workers=1)
        yield sandbox, loop
        loop.run(sandbox.close())


@pytest.fixture(scope="session", params=["cases", "lite", "pytest", "command"])
def field(request: pytest.FixtureRequest, backend: tuple[Sandbox, asyncio.Runner]) -> Range:
    return _range(request.param, *backend)


@pytest.fixture(scope="session")
def strict(require: Callable[[str, str], None]) -> Iterator[dict[str, Range]]:
    """Ranges of a sandbox that makes namespaces for every attempt, by runner."""
    require("bubblewrap", works("bubblewrap"))
    with asyncio.Runner() as loop:
        sandbox = open_sandbox("bubblewrap", workers=1, isolation="attempt")
        yield {runner: _range(runner, sandbox, loop) for runner in ("cases", "pytest", "command")}
        loop.run(sandbox.close())


def _range(runner: str, sandbox: Sandbox, loop: asyncio.Runner) -> Range:
    fix = "".join(
        difflib.unified_diff(SOURCE.splitlines(True), FIX.splitlines(True), "a/target.py", "b/target.py")
    )
    bug = Bug(
        suite="isolation",
        name=runner,
        report="",
        source={"target.py": SOURCE},
        editable=("target.py",),
        tests=_tests(runner),
        fixes={"double": fix},
        limits=LIMITS,
    )
    return Range(sandbox, bug, loop)


@pytest.fixture(scope="session")
def fix() -> str:
    return FIX
