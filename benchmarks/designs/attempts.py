"""What every design judges: a small project, six patches of it, and ten tests in each runner's form."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping

from reroll.records import Bug, Case, Limits, Tests

PATCHES = {
    "right": "def clip(x, low, high):\n    return max(low, min(x, high))\n",
    "wrong": "def clip(x, low, high):\n    return max(low, x)\n",
    "broken": "import nowhere\n",
    "unread": "def clip(x, low, high:\n",
    "right again": "def clip(x, low, high):\n    y = min(x, high)\n    return y if y > low else low\n",
    "wrong again": "def clip(x, low, high):\n    return min(x, high)\n",
}
"""A third of them is right, and is confirmed; a third does not get as far as the tests."""
PLAIN = [(n, 0, 9, min(max(n, 0), 9)) for n in (-3, 0, 1, 4, 9, 10, 40)]
CALLS = [*PLAIN, (2.5, 0, 9, 2.5), (99, 0, 9, 9), (5, 0, 9, 5)]
"""The ten calls: x, low, high, and what `clip` must give."""
TEXT = (
    "import pytest\nfrom clip import clip\n\n"
    + "".join(
        f"def test_{i}():\n    assert clip({x}, {a}, {b}) == {w}\n\n" for i, (x, a, b, w) in enumerate(PLAIN)
    )
    + "@pytest.mark.parametrize('x,wanted', [(2.5, 2.5), (99, 9)])\ndef test_more(x, wanted):\n"
    "    assert clip(x, 0, 9) == wanted\n\n"
    + "class TestOne:\n    def test_inside(self):\n        assert clip(5, 0, 9) == 5\n"
)
NAMES = [f"hidden/test_clip.py::test_{i}" for i in range(len(PLAIN))] + [
    "hidden/test_clip.py::test_more[2.5-2.5]",
    "hidden/test_clip.py::test_more[99-9]",
    "hidden/test_clip.py::TestOne::test_inside",
]
Outcomes = Mapping[str, bool]
"""Whether each of `NAMES` passed."""
Test = Callable[[str], Awaitable[Outcomes]]
"""Tests one patched file."""


def bug(name: str, tests: Tests, *, limits: Limits | None = None) -> Bug:
    """Return the bug with tests in one form."""
    fix = difflib.unified_diff(
        PATCHES["wrong"].splitlines(True), PATCHES["right"].splitlines(True), "a/clip.py", "b/clip.py"
    )
    return Bug(
        suite="benchmark",
        name=name,
        report="",
        source={"clip.py": PATCHES["wrong"]},
        editable=("clip.py",),
        tests=tests,
        limits=limits or Limits(seconds=20),
        fixes={"min": "".join(fix)},
    )


def bugs(*, limits: Limits | None = None) -> dict[str, Bug]:
    """Return the bug in the form of each runner; `pytest` is the one that `lite` must not judge."""
    cases = tuple(
        Case(name=str(i), value=f"clip({x}, {a}, {b})", expected=str(w))
        for i, (x, a, b, w) in enumerate(CALLS)
    )
    texts = {"lite": TEXT, "pytest": f"import warnings\n{TEXT}"}
    found = {
        name: bug(name, Tests(runner="pytest", files={"hidden/test_clip.py": text}), limits=limits)
        for name, text in texts.items()
    }
    found["cases"] = bug("cases", Tests(runner="cases", modules=("clip",), hidden=cases), limits=limits)
    return found
