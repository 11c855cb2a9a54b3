"""Verdicts as a function of what the sandbox saw; no container runs here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reroll.container.job import Result, parse_frames
from reroll.container.plan import Plan
from reroll.container.reports import outcomes
from reroll.container.verdict import exception_names, judge_cases, judge_pytest
from reroll.records import Bug, Verdict

RIGHT: list[dict[str, Any]] = [
    {"start": 0}, {"index": 0, "value": 2, "seconds": 0.1},
    {"index": 1, "value": {"f": (1.5).hex()}, "seconds": 0.1},
    {"index": 2, "raised": {"base": "ValueError", "own": [], "text": ""}, "seconds": 0.1},
    {"done": True},
]  # fmt: skip
PLAN = Plan(ids=("visible/a", "hidden/b"), known=frozenset({"visible/a", "hidden/b"}))
TOLD: list[dict[str, Any]] = [
    {"test": "visible/a", "outcome": "passed"},
    {"test": "hidden/b", "outcome": "passed"},
    {"test": "hidden/c", "outcome": "failed", "when": "call", "raised": {"failed": True}},
    {"done": True},
]
CANARIES = {"hidden/c": "fails"}


def result(frames: list[dict[str, Any]], **options: Any) -> Result:
    seen: dict[str, Any] = {
        "exit_code": 0, "timed_out": False, "wall_seconds": 0.1, "cpu_seconds": 0.1, "peak_memory_bytes": 1,
        "malformed": False, "output": "",
    }  # fmt: skip
    return Result(frames=tuple(frames), **{**seen, **options})


def test_all_right_values_are_a_fix(cases_bug: Bug) -> None:
    assert judge_cases(cases_bug, result(RIGHT)).verdict is Verdict.FIXED


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"exit_code": 1}, Verdict.CRASHED),
        ({"exit_code": -11}, Verdict.CRASHED),
        ({"timed_out": True}, Verdict.TIMED_OUT),
        ({"out_of_memory": True}, Verdict.OUT_OF_MEMORY),
        ({"malformed": True}, Verdict.FORGED),
    ],
)
def test_the_supervisor_overrules_what_the_process_told(
    cases_bug: Bug, change: dict[str, Any], verdict: Verdict
) -> None:
    assert judge_cases(cases_bug, replace(result(RIGHT), **change)).verdict is verdict


def test_a_missing_end_or_test_is_no_fix(cases_bug: Bug) -> None:
    assert judge_cases(cases_bug, result(RIGHT[:-1])).verdict is Verdict.CRASHED
    assert judge_cases(cases_bug, result([*RIGHT[:3], RIGHT[-1]])).verdict is Verdict.CRASHED


@pytest.mark.parametrize(
    "extra", [{"index": 0, "value": 2}, {"index": 7, "value": 2}, {"hello": 1}, {"index": "0"}]
)
def test_frames_out_of_turn_are_forged(cases_bug: Bug, extra: dict[str, Any]) -> None:
    assert judge_cases(cases_bug, result([*RIGHT[:-1], extra, RIGHT[-1]])).verdict is Verdict.FORGED


def test_frames_without_the_token_are_not_frames() -> None:
    frames, malformed = parse_frames(b'{"done": true, "token": "a"}\n{"done": true}\nhalf a li', token="a")
    assert list(frames) == [{"done": True}]
    assert malformed
    assert parse_frames(b'{"x": 1, "token": "a"}\n{"cut off', token="a")[1] is False


def test_an_exception_answers_to_its_builtin_bases_and_its_own_names() -> None:
    assert {"KeyError", "LookupError", "Missing"} <= exception_names({"base": "KeyError", "own": ["Missing"]})
    assert "TypeError" not in exception_names({"base": "Exception", "own": ["TypeError"]})
    assert exception_names({"base": "print", "own": "x"}) == set()
    assert exception_names("KeyError") == set()


def test_pytest_needs_every_test_and_every_canary(files_bug: Bug) -> None:
    assert judge_pytest(files_bug, PLAN, CANARIES, result(TOLD)).verdict is Verdict.FIXED
    assert judge_pytest(files_bug, PLAN, CANARIES, result(TOLD[1:])).verdict is Verdict.CRASHED
    assert judge_pytest(files_bug, PLAN, CANARIES, result([*TOLD[:2], TOLD[-1]])).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "frames",
    [
        [*TOLD[:2], {"test": "hidden/c", "outcome": "passed"}, TOLD[-1]],
        [TOLD[0], *TOLD],
        [{"audit": "sys._getframe"}, *TOLD],
    ],
    ids=["a canary that must fail passes", "a test told twice", "frames of the caller read"],
)
def test_signs_of_tampering_make_a_pass_forged(files_bug: Bug, frames: list[dict[str, Any]]) -> None:
    judgement = judge_pytest(files_bug, PLAN, CANARIES, result(frames))
    assert judgement.verdict is Verdict.FORGED
    assert judgement.evidence


def test_what_trusted_code_does_is_no_sign_of_tampering(files_bug: Bug) -> None:
    plan = replace(PLAN, habits=frozenset({"sys._getframe"}))
    frames = [{"audit": "sys._getframe"}, *TOLD]
    assert judge_pytest(files_bug, plan, CANARIES, result(frames)).verdict is Verdict.FIXED


def test_skipped_and_unknown_tests_are_no_fix(files_bug: Bug) -> None:
    skipped = [{"test": "visible/a", "outcome": "skipped"}, *TOLD[1:]]
    assert judge_pytest(files_bug, PLAN, CANARIES, result(skipped)).verdict is Verdict.CRASHED
    unknown = [{"test": "hidden/x", "outcome": "passed"}, *TOLD]
    assert judge_pytest(files_bug, PLAN, CANARIES, result(unknown)).verdict is Verdict.FAILED


def test_junit_and_tap_reports_are_read() -> None:
    junit = (
        '<testsuites><testsuite name="s"><testcase classname="hidden.Calc" name="adds"/>'
        '<testcase classname="visible.Calc" name="divides"><failure message="no">at 3</failure></testcase>'
        "</testsuite></testsuites>"
    )
    assert outcomes(junit) == {
        "hidden/Calc::adds": ("passed", ""),
        "visible/Calc::divides": ("failed", "no\nat 3"),
    }
    assert outcomes("1..3\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP\n")["hidden/b"][0] == "failed"


@pytest.mark.parametrize(
    "text", ["", "<a", "<!DOCTYPE x [<!ENTITY a 'b'>]><testsuite/>", "<testsuite>" * 5000, "hello"]
)
def test_reports_that_are_none_hold_no_tests(text: str) -> None:
    assert outcomes(text) == {}


def test_junit_of_nested_suites_is_whole_and_a_test_told_twice_must_pass_twice() -> None:
    case = '<testcase classname="hidden.A" name="{}">{}</testcase>'
    inner = f"<testsuite>{case.format('y', '')}{case.format('x', '<error/>')}</testsuite>"
    report = (
        f"<testsuites><testsuite>{case.format('x', '')}{inner}{case.format('z', '')}</testsuite></testsuites>"
    )
    found = {name: outcome for name, (outcome, _) in outcomes(report).items()}
    assert found == {"hidden/A::x": "error:Exception", "hidden/A::y": "passed", "hidden/A::z": "passed"}


@pytest.mark.parametrize(
    "text",
    [
        "1..3\nok 1 - a\nok 2 - b\n",
        "ok 1 - a\nBail out! The database is gone\n",
        "1..1\nok 1 - a\nok 2 - b\n",
        '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l "l">]><testsuite><testcase name="&l;"/></testsuite>',
        "<testsuite><testcase name='a'/>",
    ],
    ids=["fewer than planned", "bailed out", "more than planned", "entities", "cut off"],
)
def test_reports_that_are_not_whole_hold_no_tests(text: str) -> None:
    assert outcomes(text) == {}


def test_a_report_does_not_choose_its_encoding() -> None:
    report = '<?xml version="1.0" encoding="utf-16"?><testsuite><testcase name="a"/></testsuite>'
    assert outcomes(report) == {"hidden/a": ("passed", "")}


@pytest.mark.parametrize("seconds", [10**4000, float("nan"), float("inf"), -1, "1", None, True])
def test_times_that_cannot_be_are_none(files_bug: Bug, seconds: Any) -> None:
    frames = [{**frame, "seconds": seconds} if "test" in frame else frame for frame in TOLD]
    judgement = judge_pytest(files_bug, PLAN, CANARIES, result(frames))
    assert judgement.verdict is Verdict.FIXED
    assert all(0 <= took <= 1 for took in judgement.seconds.values())


def test_evidence_is_bounded(files_bug: Bug) -> None:
    name = "x" * 100_000
    frames = [{"test": name, "outcome": "passed"}, {"test": name, "outcome": "passed"}, *TOLD]
    assert max(map(len, judge_pytest(files_bug, PLAN, CANARIES, result(frames)).evidence)) < 1000
