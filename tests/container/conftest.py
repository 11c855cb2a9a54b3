"""A small bug in the form of each runner, and a sandbox of the embedded backend."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from reroll.container import Sandbox, open_sandbox
from reroll.container.probe import works
from reroll.records import Bug, Case, Judgement, Limits, Tests

SOURCE = "def median(values):\n    return sorted(values)[len(values) // 2]\n"
FIX = """\
def median(values):
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
"""
VISIBLE = """\
import pytest
from median import median


@pytest.mark.parametrize(("values", "wanted"), [([1, 2, 3], 2), ([1, 2], 1.5)])
def test_median(values, wanted):
    assert median(values) == wanted
"""
HIDDEN = """\
import pytest
from median import median


def test_empty(nothing):
    with pytest.raises(ValueError):
        median(nothing)


class TestOrder:
    def test_unsorted(self):
        assert median([9, 1, 5]) == 5
"""
CONFTEST = "import pytest\n\n\n@pytest.fixture\ndef nothing():\n    return []\n"
FILES = {"visible/test_median.py": VISIBLE, "hidden/test_edges.py": HIDDEN, "conftest.py": CONFTEST}


def bug_of(tests: Tests, **options: Any) -> Bug:
    fix = difflib.unified_diff(SOURCE.splitlines(True), FIX.splitlines(True), "a/median.py", "b/median.py")
    settings: dict[str, Any] = {"limits": Limits(seconds=3), "fixes": {"average": "".join(fix)}, **options}
    return Bug(
        suite="t",
        name="median",
        report="",
        source={"median.py": SOURCE},
        editable=("median.py",),
        tests=tests,
        **settings,
    )


@pytest.fixture
def cases_bug() -> Bug:
    return bug_of(
        Tests(
            runner="cases",
            modules=("median",),
            visible=(
                Case(name="odd", value="median([1, 2, 3])", expected="2"),
                Case(name="even", value="median([1, 2])", expected="1.5"),
            ),
            hidden=(Case(name="empty", value="median([])", raises="ValueError"),),
        ),
        probes=("median([1, 1, 1, 4])", "id(object())", "median([])"),
    )


@pytest.fixture
def files_bug() -> Bug:
    return bug_of(Tests(runner="pytest", files=FILES))


@pytest.fixture
def fixed() -> dict[str, str]:
    return {"median.py": FIX}


@dataclass(frozen=True)
class Court:
    """A sandbox and the loop in which it lives."""

    sandbox: Sandbox
    loop: asyncio.Runner

    def judge(self, bug: Bug, text: str, **options: Any) -> Judgement:
        return self.run(self.sandbox.judge(bug, {**bug.source, bug.editable[0]: text}, **options))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)


@pytest.fixture(scope="session", params=["bubblewrap", "docker"])
def court(request: pytest.FixtureRequest, require: Callable[[str, str], None]) -> Iterator[Court]:
    require(request.param, works(request.param))
    with asyncio.Runner() as loop:
        sandbox = open_sandbox(request.param, workers=2)
        yield Court(sandbox, loop)
        loop.run(sandbox.close())
