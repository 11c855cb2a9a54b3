"""What a claimed pass must survive: tests and patch in two processes, or a fresh interpreter."""

from __future__ import annotations

import dataclasses
import difflib
import json
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reroll.records import Bug, Case, Tests, Verdict

sys.path.append(str(Path(__file__).parents[2]))
from sandbox.wire import pack, unpack

SOURCE = "def mean(values):\n    return sum(values) / (len(values) + 1)\n"
FIX = "def mean(values):\n    return sum(values) / len(values)\n"


@pytest.fixture
def close_bug() -> Bug:
    fix = "".join(
        difflib.unified_diff(SOURCE.splitlines(True), FIX.splitlines(True), "a/mean.py", "b/mean.py")
    )
    near = Case(name="near", value="abs(mean([1, 2, 3]) - 2) < 1e-6", expected="True")
    return Bug(
        suite="t",
        name="mean",
        report="",
        source={"mean.py": SOURCE},
        editable=("mean.py",),
        fixes={"divide": fix},
        tests=Tests(runner="cases", modules=("mean",), visible=(near,)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "class Any:\n    __sub__ = __abs__ = lambda self, *rest: self\n    __lt__ = lambda self, other: True\n"
        "def mean(values):\n    return Any()\n",
        "import builtins\nbuiltins.abs = lambda value: 0\ndef mean(values):\n    return 7\n",
        "class Any(float):\n    __sub__ = lambda self, other: 0.0\ndef mean(values):\n    return Any(7)\n",
    ],
    ids=["an object that is less than all", "another abs", "a float that subtracts to zero"],
)
def test_cases_that_compare_for_themselves_are_not_fooled(court: Any, close_bug: Bug, text: str) -> None:
    assert court.judge(close_bug, text).verdict is Verdict.FORGED
    assert court.judge(close_bug, FIX).verdict is Verdict.FIXED


OBJECTS = {
    "visible/test_stack.py": "import pytest\nfrom stack import Stack, Empty\n\n\ndef test_order():\n    s = Stack()\n"
    "    s.push(1)\n    s.push([2])\n    assert len(s) == 2\n    assert s.pop() == [2]\n    assert s.pop() == 1\n\n\n"
    "def test_empty():\n    with pytest.raises(Empty):\n        Stack().pop()\n",
    "hidden/test_items.py": "from stack import Stack, drain\n\n\ndef test_drain():\n    items = [1, 2]\n"
    "    assert list(drain(items)) == [2, 1]\n    assert items == []\n\n\ndef test_items():\n    s = Stack()\n"
    "    s.push('a')\n    assert s.items == ['a']\n",
}
STACK = """\
class Empty(LookupError):
    pass


class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        if not self.items:
            raise Empty("nothing left")
        return self.items.pop()

    def __len__(self):
        return len(self.items)


def drain(items):
    taken = items[::-1]
    items.clear()
    return iter(taken)
"""


def test_objects_exceptions_iterators_and_changed_arguments_cross_between_processes(court: Any) -> None:
    bug = Bug(
        suite="t",
        name="stack",
        report="",
        source={
            "stack.py": STACK.replace(
                '        if not self.items:\n            raise Empty("nothing left")\n', ""
            )
        },
        editable=("stack.py",),
        tests=Tests(runner="pytest", files=OBJECTS),
    )
    fix = "".join(
        difflib.unified_diff(
            bug.source["stack.py"].splitlines(True), STACK.splitlines(True), "a/stack.py", "b/stack.py"
        )
    )
    bug = dataclasses.replace(bug, fixes={"check": fix})
    assert court.judge(bug, STACK).verdict is Verdict.FIXED
    plan = court.run(court.sandbox.plan(bug))
    assert plan.split
    assert court.judge(bug, bug.source["stack.py"]).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "value",
    [
        date(2024, 2, 29),
        datetime(2024, 2, 29, 23, 59, 59, 7),
        time(4, 5, 6),
        timedelta(days=-3, microseconds=1),
        Decimal("1.10"),
        Fraction(-1, 3),
        {"a": [(1, 2.5), {3}], b"b": frozenset({None, True})},
    ],
)
def test_plain_values_cross_between_processes_by_value(value: Any) -> None:
    told = pack(value, lambda _: pytest.fail("it crossed as a handle"))
    back = unpack(json.loads(json.dumps(told)), lambda _: None)
    assert (back, type(back)) == (value, type(value))


VECTOR = """\
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    __hash__ = None


def turned(vector):
    return Vector(-vector.y, vector.x)
"""


def test_an_equality_that_a_patch_makes_lie_is_found_by_changed_tests(court: Any) -> None:
    test = "from vector import Vector, turned\n\n\ndef test_turned():\n    assert turned(Vector(3, 4)) == Vector(-4, 3)\n"
    source = VECTOR.replace("Vector(-vector.y", "Vector(vector.y")
    fix = difflib.unified_diff(source.splitlines(True), VECTOR.splitlines(True), "a/vector.py", "b/vector.py")
    bug = Bug(
        suite="t", name="vector", report="", source={"vector.py": source}, editable=("vector.py",),
        fixes={"sign": "".join(fix)}, tests=Tests(runner="pytest", files={"hidden/test_vector.py": test}),
    )  # fmt: skip
    assert court.judge(bug, VECTOR).verdict is Verdict.FIXED
    lying = source.replace("return (self.x, self.y) == (other.x, other.y)", "return True")
    assert court.judge(bug, lying).verdict is Verdict.FORGED


PRIMES = "PRIMES = [2, 3, 4, 7]\nLIMIT = 11\n\n\ndef largest():\n    return PRIMES[-1]\n"
LYING = """\
class Any:
    __contains__ = __lt__ = lambda self, other: True
    __sub__ = __abs__ = lambda self, *other: self
    __len__ = lambda self: 4


PRIMES, LIMIT = Any(), Any()


def largest():
    return 7
"""


def test_attributes_that_agree_with_everything_are_asked_for_nothing(court: Any) -> None:
    test = (
        "import primes\n\n\ndef test_primes():\n    assert 5 in primes.PRIMES\n    assert abs(primes.LIMIT - 11) < 0.1\n"
        "    assert primes.largest() == 7\n"
    )
    right = PRIMES.replace("3, 4", "3, 5")
    fix = difflib.unified_diff(PRIMES.splitlines(True), right.splitlines(True), "a/primes.py", "b/primes.py")
    bug = Bug(
        suite="t", name="primes", report="", source={"primes.py": PRIMES}, editable=("primes.py",),
        fixes={"five": "".join(fix)}, tests=Tests(runner="pytest", files={"hidden/test_primes.py": test}),
    )  # fmt: skip
    assert court.judge(bug, right).verdict is Verdict.FIXED
    assert court.judge(bug, LYING).verdict is Verdict.FORGED
