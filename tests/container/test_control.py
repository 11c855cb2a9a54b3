"""Changed tests that no right program passes, and cases that are the patch's own word."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from reroll.container.control import TRIED, changes
from reroll.container.hearsay import is_hearsay, judges_itself, library_imports, own_builtins
from reroll.records import Bug, Case, Tests, Verdict

SOURCE = "import math as m\nfrom statistics import fmean\nfrom .near import far\n\n\ndef sum(values):\n    return 0\n"


def bug_with(*cases: Case, source: str = SOURCE) -> Bug:
    tests = Tests(runner="cases", modules=("mean",), visible=cases)
    return Bug(suite="t", name="m", report="", source={"mean.py": source}, editable=("mean.py",), tests=tests)


def test_a_change_touches_one_literal_of_one_hidden_file(files_bug: Bug) -> None:
    before = files_bug.tests.files
    found = list(changes(files_bug))
    assert 0 < len(found) <= TRIED
    for change in found:
        different = [path for path, text in change.bug.tests.files.items() if before[path] != text]
        assert len(different) == 1
        assert change.words.startswith(different[0])
    assert found[0].words.startswith("hidden/")


def test_a_call_that_equals_a_literal_makes_a_certain_change() -> None:
    text = "def test_a():\n    x = 3\n    assert f(x) == 5\n    assert f(x) == y + 1\n"
    tests = Tests(runner="pytest", files={"hidden/test_a.py": text})
    bug = Bug(suite="t", name="t", report="", source={}, editable=(), tests=tests)
    certain = [change for change in changes(bug) if change.certain]
    assert [change.words.partition(" became")[0] for change in certain] == ["hidden/test_a.py:3: 5"]


@pytest.mark.parametrize(
    ("value", "expected", "hearsay"),
    [
        ("mean([1])", "True", False),
        ("mean.mean([1])", "True", False),
        ("mean([1]) == 2", "True", True),
        ("bool(mean([1]) == 2)", "True", True),
        ("all(mean([x]) == x for x in (1, 2))", "True", True),
        ("isinstance(mean([1]), float)", "True", True),
        ("m.isclose(mean([1]), 2)", "True", True),
        ("fmean([mean([1])])", "1", True),
        ("[mean([x]) == x for x in (1, 2)]", "[True, True]", True),
        ("[mean([x]) for x in (1, 2)]", "[7, 8]", False),
        ("sorted(mean([1]))", "[1, 2, 30]", False),
    ],
)
def test_cases_that_compare_for_themselves_are_known(value: str, expected: str, hearsay: bool) -> None:
    bug = bug_with(Case(name="c", value=value, expected=expected))
    assert judges_itself(bug) is hearsay


def test_a_setup_makes_a_yes_hearsay_and_an_expected_exception_never_is() -> None:
    bug = bug_with()
    assert is_hearsay(bug, Case(name="c", setup="x = mean([1])", value="check(x)", expected="True"))
    assert not is_hearsay(bug, Case(name="c", value="mean([]) == 1", raises="ValueError"))


def test_names_of_the_library_and_own_builtins_come_from_the_source() -> None:
    bug = bug_with()
    assert library_imports(bug) == "import math as m\nfrom statistics import fmean"
    assert own_builtins(bug) == ("sum",)


SHADOWS = (
    "class Any(float):\n    __eq__ = __lt__ = __le__ = lambda self, other: True\n"
    "    __sub__ = __rsub__ = __abs__ = lambda self, *rest: self\n    __hash__ = None\n"
    "def mean(values):\n    return Any(2)\n",
    "def abs(v): return 0\ndef bool(v): return True\ndef all(v): return True\ndef isinstance(a, b): return True\n"
    "class math:\n    isclose = staticmethod(lambda *a, **k: True)\ndef mean(values):\n    return 7\n",
    "import re, sys\ndef mean(values):\n    frame = sys._getframe(1)\n    while frame:\n"
    "        text = frame.f_locals.get('value')\n        if type(text) is str:\n"
    "            found = re.search(r'(?:-|==|!=|,) (\\d+)', text)\n"
    "            return float(found.group(1)) if found else values[0]\n        frame = frame.f_back\n",
)
FORMS = (
    "abs(mean([1, 2, 3]) - 2) < 1e-6",
    "bool(mean([1, 2, 3]) == 2)",
    "math.isclose(mean([1, 2, 3]), 2)",
    "all(mean([x, x]) == x for x in (1, 2, 3))",
)


def test_names_and_objects_of_a_patch_decide_no_case(court: Any) -> None:
    wrong = "import math\ndef mean(values):\n    return sum(values) / (len(values) + 1)\n"
    right = wrong.replace("(len(values) + 1)", "len(values)")
    diff = "--- a/mean.py\n+++ b/mean.py\n@@ -3 +3 @@\n-    return sum(values) / (len(values) + 1)\n+    return sum(values) / len(values)\n"
    for form in FORMS:
        bug = bug_with(Case(name="c", value=form, expected="True"), source=wrong)
        bug = dataclasses.replace(bug, fixes={"divide": diff})
        assert court.judge(bug, right).verdict is Verdict.FIXED
        assert all(court.judge(bug, text).verdict is not Verdict.FIXED for text in SHADOWS), form
