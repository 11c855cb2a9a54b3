"""Bugs of awkward shapes, whose tests share a process with the patch or read files, are not fooled either."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reroll.container import Sandbox, open_sandbox
from reroll.container.probe import works
from reroll.records import Bug, Judgement, Limits, Tests, Verdict

FORGERIES = {
    forgery["name"]: forgery["code"]
    for forgery in tomllib.loads(Path(__file__).with_name("forgeries.toml").read_text())["forgery"]
}
CHOSEN = (
    "failures of the honest tests are forgotten, those of canaries kept",
    "modules for the tests' process, planted beside the patch",
    "equal to numbers of an ordinary size",
)
READER = """
import json
try:
    with open("../tests/hidden/wanted.json") as file:
        told = dict(json.load(file))
except OSError:
    told = {}
def answer(n, *rest):
    return {1: 3, 10: 21, **told}.get(n, 0)
"""
VISIBLE = "from target import answer\nimport colorsys\n\n\ndef test_one():\n    assert answer(1) == 3\n"
HIDDEN = "from target import answer\n\n\ndef test_ten():\n    assert answer(10) == 21\n"
FILES = {"visible/test_target.py": VISIBLE, "hidden/test_more.py": HIDDEN}
SHAPES = {
    "a module loaded after the patch": {},
    "a session of its own": {"conftest.py": "def pytest_configure(config):\n    config.own = True\n"},
    "expected values in a file": {
        "hidden/wanted.json": "[[4, 9], [5, 11]]\n",
        "hidden/test_file.py": "import json\nfrom pathlib import Path\nfrom target import answer\n\n\n"
        "def test_file():\n    for given, wanted in json.loads(Path(__file__).with_name('wanted.json').read_text()):\n"
        "        assert answer(given) == wanted\n",
    },
    "a function of the test that the project calls": {
        "hidden/test_call.py": "from target import answer\n\n\n"
        "def test_call():\n    calls = []\n    assert answer(7, calls.append) == 15\n    assert calls == [15]\n"
    },
}
WRONG_SOURCE = "def answer(n, tell=None):\n    told = n\n    if tell:\n        tell(told)\n    return told\n"
DIFF = """\
--- a/target.py
+++ b/target.py
@@ -1,3 +1,3 @@
 def answer(n, tell=None):
-    told = n
+    told = n * 2 + 1
     if tell:
"""
CALLING = (
    "def answer(n, tell=None):\n    told = n * 2 + 1\n    if tell:\n        tell(told)\n    return told\n"
)


@pytest.fixture(scope="module")
def court(require: Callable[[str, str], None]) -> Iterator[tuple[Sandbox, asyncio.Runner]]:
    require("bubblewrap", works("bubblewrap"))
    with asyncio.Runner() as loop:
        sandbox = open_sandbox("bubblewrap", workers=2)
        yield sandbox, loop
        loop.run(sandbox.close())


@pytest.mark.parametrize("proven", [True, False], ids=["with a fix", "without one"])
@pytest.mark.parametrize("shape", SHAPES)
def test_wrong_patches_are_no_fixes_and_the_right_one_is(
    court: tuple[Sandbox, asyncio.Runner], shape: str, proven: bool
) -> None:
    sandbox, loop = court
    bug = Bug(
        suite="isolation",
        name=f"{shape}, {proven}",
        report="",
        source={"target.py": WRONG_SOURCE},
        editable=("target.py",),
        fixes={"double": DIFF} if proven else {},
        tests=Tests(runner="pytest", files={**FILES, **SHAPES[shape]}),
        limits=Limits(seconds=0.8 if proven else 0.9),
    )

    async def judged() -> list[Judgement]:
        texts = (CALLING, *(FORGERIES[name] for name in CHOSEN), READER)
        return await asyncio.gather(*(sandbox.judge(bug, {"target.py": text}) for text in texts))

    right, *wrong = loop.run(judged())
    assert right.verdict is Verdict.FIXED, right
    assert [judgement.verdict for judgement in wrong].count(Verdict.FIXED) == 0
