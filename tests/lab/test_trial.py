"""The quick verdict inside the process."""

from __future__ import annotations

from reroll.lab import trial
from reroll.records import Case

CASES = (Case(name="1", value="f(2)", expected="4"), Case(name="2", value="f(3)", expected="9"))


def test_a_source_passes_only_with_every_case() -> None:
    assert trial.passes("def f(n):\n    return n * n\n", CASES)
    assert not trial.passes("def f(n):\n    return n + n\n", CASES)


def test_what_a_patch_raises_is_an_outcome() -> None:
    assert not trial.passes("def f(n):\n    return 1 / 0\n", CASES)
    assert not trial.passes("def f(n:\n", CASES)


def test_an_endless_loop_ends_at_the_deadline() -> None:
    assert not trial.passes("def f(n):\n    while True: pass\n", CASES)


def test_the_system_is_out_of_reach() -> None:
    assert not trial.passes("import os\ndef f(n):\n    return n * n\n", CASES)
    assert trial.value("def f(n):\n    return open(n)\n", "f('x')") == "NameError"
