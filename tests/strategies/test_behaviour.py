"""Behaviour keys, and the probes that make them say more than the tests do."""

from __future__ import annotations

import ast
from typing import Any

from reroll.records import Bug, Case, Judgement, Tests, Verdict
from reroll.strategies import behaviour_key, probes, unstable_probes

SOURCE = "def first(xs: list[int], default: int = 0) -> int:\n    return xs[0]\n\n\ndef _private(x):\n    return x\n"


def judgement(outcomes: Any = None, **answers: Any) -> Any:
    return Judgement(verdict=Verdict.FIXED, outcomes=outcomes or {"visible/a": "passed"}, probes=answers)


def bug(**options: Any) -> Any:
    tests = Tests(
        runner="cases",
        visible=(Case(name="a", value="first([1, 2])", expected="1"),),
        hidden=(Case(name="b", value="first([5])", expected="5"),),
        modules=("first",),
    )
    return Bug(
        suite="s",
        name="b",
        report="",
        source={"first.py": SOURCE},
        editable=("first.py",),
        tests=tests,
        **options,
    )


def test_error_types_part_behaviours() -> None:
    a, b = judgement({"visible/a": "error:KeyError"}), judgement({"visible/a": "error:ValueError"})
    assert behaviour_key(a) != behaviour_key(b)


def test_probes_part_patches_that_pass_every_test() -> None:
    assert behaviour_key(judgement(p="1")) != behaviour_key(judgement(p="2"))


def test_the_order_of_outcomes_does_not_matter() -> None:
    a = judgement({"visible/a": "passed", "hidden/b": "failed"})
    b = judgement({"hidden/b": "failed", "visible/a": "passed"})
    assert behaviour_key(a) == behaviour_key(b)


def test_nondeterministic_answers_stay_out_of_the_key() -> None:
    assert behaviour_key(judgement(p="nondet", q="1")) == behaviour_key(judgement(q="1"))


def test_a_probe_that_one_patch_answers_at_random_is_left_out_for_all() -> None:
    found = [judgement(p="nondet", q="1"), judgement(p="3", q="1")]
    unstable = unstable_probes(found)
    assert unstable == {"p"}
    assert len({behaviour_key(one, unstable=unstable) for one in found}) == 1


def test_probes_are_calls_of_public_functions_that_no_case_makes() -> None:
    found = probes(bug())
    asked = {"first([1, 2])", "first([5])"}
    assert found
    assert not asked & set(found)
    assert all(ast.parse(probe, mode="eval") and probe.startswith("first(") for probe in found)


def test_probes_reach_the_boundaries() -> None:
    assert "first([])" in probes(bug(), most=100)


def test_probes_are_always_the_same() -> None:
    assert probes(bug()) == probes(bug())


def test_probes_are_bounded_and_the_bugs_own_come_first() -> None:
    found = probes(bug(probes=("first([9], 9)",)), most=5)
    assert found[0] == "first([9], 9)"
    assert len(found) == 5


def test_probes_of_pytest_files_start_from_their_calls() -> None:
    tests = Tests(
        runner="pytest",
        files={
            "hidden/test_a.py": "from first import first\n\ndef test_a():\n    assert first([3, 4]) == 3\n"
        },
    )
    made = Bug(
        suite="s", name="b", report="", source={"first.py": SOURCE}, editable=("first.py",), tests=tests
    )
    assert "first([3, 4])" in probes(made, most=100)


def test_probes_of_other_languages_are_the_bugs_own() -> None:
    assert probes(bug(language="javascript", probes=("f(1)",))) == ("f(1)",)
