"""What a repair brings: one means is one coarse strategy, wherever and however it is put."""

from __future__ import annotations

from typing import Any

import pytest

MEAN = "def mean(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t / len(xs)\n"
ADD = "def add(x, xs=[]):\n    xs.append(x)\n    return xs\n"

SAME = {
    "a guard in front and a branch of a rewrite": (
        MEAN,
        MEAN.replace("    t = 0", "    if not xs:\n        return 0\n    t = 0"),
        "def mean(xs):\n    n = len(xs)\n    if n > 0:\n        return sum(xs) / n\n    else:\n        return 0\n",
    ),
    "errors that are caught around one statement and around all": (
        MEAN,
        MEAN.replace("    return t / len(xs)", "    try:\n        return t / len(xs)\n"
                     "    except ZeroDivisionError:\n        return 0"),
        "def mean(xs):\n    try:\n        m = sum(xs) / len(xs)\n    except ZeroDivisionError:\n        m = 0\n    return m\n",
    ),
    "None and nothing": (
        ADD,
        ADD.replace("xs=[]", "xs=None").replace("    xs.append", "    if xs is None:\n        xs = []\n    xs.append"),
        ADD.replace("xs=[]", "xs=None").replace("    xs.append", "    if not xs:\n        xs = []\n    xs.append"),
    ),
}  # fmt: skip

APART = {
    "a guard and a caught error": (
        MEAN,
        MEAN.replace("    t = 0", "    if not xs:\n        return 0\n    t = 0"),
        MEAN.replace("    return t / len(xs)", "    try:\n        return t / len(xs)\n"
                     "    except ZeroDivisionError:\n        return 0"),
    ),
    "a question before the loop and in each round": (
        MEAN,
        MEAN.replace("    t = 0", "    if not xs:\n        return 0\n    t = 0"),
        MEAN.replace("        t += x", "        if not x:\n            continue\n        t += x + 1"),
    ),
    "a guard that gives a value and one that rejects": (
        MEAN,
        MEAN.replace("    t = 0", "    if not xs:\n        return 0\n    t = 0"),
        MEAN.replace("    t = 0", "    if not xs:\n        raise ValueError\n    t = 0"),
    ),
    "one function around a part and around the whole": (
        "def dist(a, b):\n    s = a - b\n    return s\n",
        "def dist(a, b):\n    s = abs(a - b)\n    return s\n",
        "def dist(a, b):\n    s = a - b\n    return abs(s)\n",
    ),
}  # fmt: skip


def coarse(signature: Any) -> Any:
    return signature.unit, signature.dominant


@pytest.mark.parametrize("name", SAME)
def test_one_means_is_one_repair(name: Any, edited: Any) -> None:
    source, first, second = SAME[name]
    assert coarse(edited(source, first)) == coarse(edited(source, second))
    assert edited(source, first).atoms != edited(source, second).atoms


@pytest.mark.parametrize("name", APART)
def test_two_means_are_two_repairs(name: Any, edited: Any) -> None:
    source, first, second = APART[name]
    assert coarse(edited(source, first)) != coarse(edited(source, second))


def test_what_other_functions_do_says_nothing_of_a_repair(edited: Any) -> None:
    other = "def best(xs):\n    return sorted(xs)[0]\n\n\n"
    after = "def mean(xs):\n    return sum(sorted(xs)) / len(xs)\n"
    alone = edited(MEAN, after)
    beside = edited(other + MEAN, other.replace("xs", "items") + after)
    assert coarse(alone) == coarse(beside)
