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
        ("sum(mean([x]) == x for x in range(5))", "5", True),
        ("[mean([x]) for x in range(4)].count(0)", "4", True),
        ("'yes' if mean([1]) == 2 else 'no'", "'yes'", True),
        ("str(mean([1]) == 2)", "'True'", True),
        ("mean([1]) - 2.0", "0.0", True),
        ("set(mean([1])) ^ {1, 2}", "set()", True),
        ("mean([1]).__eq__(2)", "True", True),
        ("mean([1]).startswith('a')", "True", True),
        ("same(mean([1]), 2)", "True", True),
        ("Mean().empty()", "True", False),
        ("mean(list(range(3)))", "1", False),
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
FORMS = {
    "abs(mean([1, 2, 3]) - 2) < 1e-6": "True",
    "bool(mean([1, 2, 3]) == 2)": "True",
    "math.isclose(mean([1, 2, 3]), 2)": "True",
    "all(mean([x, x]) == x for x in (1, 2, 3))": "True",
    "sum(mean([x, x]) == x for x in (1, 2, 3))": "3",
    "[mean([x, x]) - x for x in (1, 2, 3)].count(0)": "3",
    "[mean([2]), mean([4, 0])].count(2)": "2",
    "'yes' if mean([1, 2, 3]) == 2 else 'no'": "'yes'",
    "str(mean([1, 2, 3]) == 2)": "'True'",
    "mean([1, 2, 3]).__eq__(2)": "True",
}


def test_names_and_objects_of_a_patch_decide_no_case(court: Any) -> None:
    wrong = "import math\ndef mean(values):\n    return sum(values) / (len(values) + 1)\n"
    right = wrong.replace("(len(values) + 1)", "len(values)")
    diff = "--- a/mean.py\n+++ b/mean.py\n@@ -3 +3 @@\n-    return sum(values) / (len(values) + 1)\n+    return sum(values) / len(values)\n"
    for form, expected in FORMS.items():
        bug = bug_with(Case(name="c", value=form, expected=expected), source=wrong)
        bug = dataclasses.replace(bug, fixes={"divide": diff})
        assert court.judge(bug, right).verdict is Verdict.FIXED
        assert all(court.judge(bug, text).verdict is not Verdict.FIXED for text in SHADOWS), form


EITHER = """\
--- a/near.py
+++ b/near.py
@@ -1,4 +1,4 @@
 def near(value, values):
-    return min(values)
+    return min(values, key=lambda other: abs(other - value))


"""


def test_another_right_answer_that_a_loose_control_takes_is_not_forged(court: Any) -> None:
    source = "def near(value, values):\n    return min(values)\n\n\nclass Box:\n    pass\n"
    test = (
        "from near import Box, near\n\n\ndef test_near():\n    box = Box()\n    box.value = near(5, [4, 6, 9])\n"
        "    assert box.value in (4, 6)\n    assert near(9, [4, 6, 9]) == 9\n"
    )
    bug = Bug(
        suite="t", name="near", report="", source={"near.py": source}, editable=("near.py",),
        fixes={"nearest": EITHER}, tests=Tests(runner="pytest", files={"hidden/test_near.py": test}),
    )  # fmt: skip
    last = source.replace("min(values)", "min(reversed(values), key=lambda other: abs(other - value))")
    assert {change.loose for change in changes(bug)} == {True, False}
    for _ in range(3):
        assert court.judge(bug, last).verdict is Verdict.FIXED
