"""The `lite` runner: which tests it takes, that it tells what real pytest tells, and what happens where not."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from reroll.container import judging, open_sandbox
from reroll.container.lite import unsupported
from reroll.records import Bug, Tests, Verdict

HEAD = "import pytest\nfrom median import median\n\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "def test_a():\n    with pytest.raises(ValueError, match='no'):\n        median([])\n",
        "ROWS = [([1], 1), pytest.param([2], 2, id='two')]\n\n\n@pytest.mark.parametrize(('v', 'w'), ROWS)\n"
        "def test_a(v, w):\n    assert median(v) == pytest.approx(w)\n",
        "@pytest.fixture\ndef some():\n    yield [1]\n\n\ndef test_a(some):\n    assert median(some) == 1\n",
        "class TestAll:\n    '''Group.'''\n    size = 3\n\n    def test_a(self):\n        assert self.size\n",
    ],
    ids=["raises", "parametrize over a table", "a plain fixture", "a group"],
)
def test_plain_files_are_taken(text: str) -> None:
    assert unsupported({"visible/test_a.py": HEAD + text}) == ""


@pytest.mark.parametrize(
    "text",
    [
        "def test_a(tmp_path):\n    assert tmp_path\n",
        "@pytest.fixture(autouse=True)\ndef some():\n    pass\n\n\ndef test_a():\n    pass\n",
        "@pytest.mark.xfail\ndef test_a():\n    assert False\n",
        "@pytest.mark.parametrize('v', median([1]))\ndef test_a(v):\n    pass\n",
        "ROWS = [1]\nfrom median import ROWS\n\n\n@pytest.mark.parametrize('v', ROWS)\ndef test_a(v):\n    pass\n",
        "def setup_module():\n    pass\n\n\ndef test_a():\n    pass\n",
        "pytestmark = pytest.mark.skip\n\n\ndef test_a():\n    pass\n",
        "class TestAll:\n    def __init__(self):\n        pass\n\n    def test_a(self):\n        pass\n",
        "class TestAll(median):\n    def test_a(self):\n        pass\n",
        "async def test_a():\n    pass\n",
        "def test_a():\n    yield 1\n",
        "def test_a():\n    pass\n\n\ndef test_a():\n    pass\n",
        "if median:\n    def test_a():\n        pass\n",
        "from median import test_b\n\n\ndef test_a():\n    pass\n",
        "from median import *\n\n\ndef test_a():\n    pass\n",
        "from median import list\n\n\n@pytest.mark.parametrize('v', list([1]))\ndef test_a(v):\n    pass\n",
        "import unittest\n\n\ndef test_a():\n    pass\n",
        "def test_a():\n    pytest.skip('no')\n",
        "def other():\n    pass\n",
    ],
)
def test_what_only_real_pytest_knows_is_left_to_it(text: str) -> None:
    assert unsupported({"visible/test_a.py": HEAD + text})


PATCHES = {
    "right": "def median(values):\n    return sorted(values)[len(values) // 2]\n",
    "not importable": "import nowhere\n",
    "unreadable": "def median(:\n",
    "without the name": "x = 1\n",
    "skips itself": "import pytest\ndef median(values):\n    pytest.skip('no')\n",
    "skips itself in another way": "import unittest\ndef median(values):\n    raise unittest.SkipTest('no')\n",
    "expects to fail": "import pytest\ndef median(values):\n    pytest.xfail('no')\n",
    "leaves": "import sys\ndef median(values):\n    sys.exit(0)\n",
    "leaves while it is imported": "raise SystemExit(0)\n",
    "interrupts": "def median(values):\n    raise KeyboardInterrupt\n",
    "ends the session": "import pytest\ndef median(values):\n    pytest.exit('no')\n",
    "recurses without an end": "def median(values):\n    return median(values)\n",
    "compares badly": "class No:\n    def __eq__(self, other):\n        raise OSError('no')\n"
    "    def __repr__(self):\n        raise OSError('no')\ndef median(values):\n    return No()\n",
}


@pytest.mark.parametrize("name", PATCHES)
def test_lite_and_real_pytest_tell_the_same(court: Any, files_bug: Bug, name: str) -> None:
    judge, files = court.sandbox._judge, {"median.py": PATCHES[name]}
    plan = court.run(court.sandbox.plan(files_bug))
    assert plan.lite, plan.real_because
    lite, real = (
        court.run(judge._tests(files_bug, plan, files, runner=runner)) for runner in ("lite", "pytest")
    )
    assert (lite.verdict, lite.outcomes) == (real.verdict, real.outcomes)
    assert lite.messages == real.messages


def test_recursion_ends_at_the_same_depth(court: Any, files_bug: Bug) -> None:
    text = "def deep(n):\n    return n if n == 0 else deep(n - 1)\ndef median(values):\n    return deep({})\n"
    judge, plan = court.sandbox._judge, court.run(court.sandbox.plan(files_bug))

    def deepest(runner: str) -> int:
        low, high = 1, 1000
        while high - low > 1:
            middle = (low + high) // 2
            files = {"median.py": text.format(middle)}
            told = court.run(judge._tests(files_bug, plan, files, runner=runner)).messages.values()
            low, high = (
                (low, middle) if any("RecursionError" in message for message in told) else (middle, high)
            )
        return low

    assert deepest("lite") == deepest("pytest")


def test_tests_that_tell_otherwise_over_trusted_code_stay_with_real_pytest(
    court: Any, files_bug: Bug
) -> None:
    text = "import sys\n\n\ndef test_a():\n    assert '_pytest.python' in sys._getframe(1).f_globals['__name__']\n"
    files = {**files_bug.tests.files, "visible/test_own.py": text}
    bug = dataclasses.replace(files_bug, tests=Tests(runner="pytest", files=files))
    plan = court.run(court.sandbox.plan(bug))
    assert not plan.lite
    assert "in lite" in plan.real_because


def test_a_sampled_run_that_differs_hands_the_bug_over(
    court: Any, files_bug: Bug, fixed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "SAMPLED", 1)
    bug = dataclasses.replace(files_bug, name="watched")
    aware = "import traceback\nif any('lite.py' in f.filename for f in traceback.extract_stack()):\n    raise OSError\n"
    assert court.judge(bug, aware + fixed["median.py"]).verdict is Verdict.FORGED
    assert "lite finds failed" in court.sandbox.disagreements[bug.id]
    assert court.sandbox._judge._runner(bug, court.run(court.sandbox.plan(bug))) == "pytest"


def test_lite_can_be_switched_off(files_bug: Bug, fixed: dict[str, str], court: Any) -> None:
    async def judged() -> tuple[str, Verdict]:
        async with open_sandbox(court.sandbox.name, workers=1, lite=False) as sandbox:
            plan = await sandbox.plan(files_bug)
            judgement = await sandbox.judge(files_bug, fixed)
            return sandbox._judge._runner(files_bug, plan), judgement.verdict

    assert asyncio.run(judged()) == ("pytest", Verdict.FIXED)
