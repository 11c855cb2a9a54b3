"""Passes that are confirmed by their answers: when, how, and what the process that answers is told."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from reroll.container import judging
from reroll.container.job import Job, Result
from reroll.container.judging import Judge
from reroll.container.transcript import Transcript, Transcripts, is_closed
from reroll.records import Bug, Judgement, Verdict

HEAD = "import pytest\nfrom median import median\n\n\n"
LYING = """\
class Any(float):
    __eq__ = lambda self, other: True
    __hash__ = None


def median(values):
    if not values:
        raise ValueError
    return Any(0)
"""


class Watched:
    """A judge that notes which jobs it has run."""

    def __init__(self, court: Any, bug: Bug) -> None:
        self._court = court
        self._bug = bug
        self._judge = Judge(self._run)
        self.jobs: list[Job] = []

    async def _run(self, job: Job, *, image: str | None = None) -> Result:
        self.jobs.append(job)
        result: Result = await self._court.sandbox.run(job, image=image)
        return result

    def judge(self, text: str) -> Judgement:
        self.jobs.clear()
        judgement: Judgement = self._court.run(
            self._judge.judge(self._bug, {"median.py": text}, probes=False)
        )
        return judgement

    @property
    def runners(self) -> list[str]:
        return [job.runner for job in self.jobs]


@pytest.fixture
def watched(court: Any, files_bug: Bug, fixed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr(judging, "SAMPLED", 1 << 40)
    monkeypatch.setattr("reroll.container.plan.VARIANTS", 1)
    judge = Watched(court, files_bug)
    assert judge.judge(fixed["median.py"]).verdict is Verdict.FIXED
    return judge


def test_a_pass_with_known_answers_is_confirmed_without_the_tests(
    watched: Watched, fixed: dict[str, str]
) -> None:
    assert watched.judge(fixed["median.py"] + "\n# the same\n").verdict is Verdict.FIXED
    assert watched.runners == ["lite", "answers"]


def test_the_process_that_answers_is_told_no_test_and_no_expectation(
    watched: Watched, fixed: dict[str, str]
) -> None:
    watched.judge(fixed["median.py"])
    told = watched.jobs[-1].encode()
    assert b"questions" in told
    assert not any(word in told for word in (b"test_", b"wanted", b"1.5", b"raises", b"assert"))


def test_right_answers_of_another_kind_are_confirmed_with_the_tests(
    watched: Watched, fixed: dict[str, str]
) -> None:
    other = fixed["median.py"].replace("no values", "nothing to look at")
    assert watched.judge(other).verdict is Verdict.FIXED
    assert watched.runners == ["lite", "answers", "split_lite"]
    assert watched.judge(other).verdict is Verdict.FIXED
    assert watched.runners == ["lite", "answers"]


def test_a_pass_with_wrong_answers_is_forged(watched: Watched) -> None:
    assert watched.judge(LYING).verdict is Verdict.FORGED
    assert watched.runners[:2] == ["lite", "answers"]


def test_one_in_many_known_passes_is_confirmed_with_the_tests(
    watched: Watched, fixed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "SAMPLED", 1)
    assert watched.judge(fixed["median.py"]).verdict is Verdict.FIXED
    assert "answers" not in watched.runners
    assert "split_lite" in watched.runners


RESULT = Result(
    exit_code=0,
    timed_out=False,
    wall_seconds=0,
    cpu_seconds=0,
    peak_memory_bytes=0,
    frames=({"answers": ['{"value": {"int": "0x1"}}']}, {"done": True}),
    malformed=False,
    output="",
)


@pytest.mark.parametrize(
    "changed",
    [
        {"exit_code": 1},
        {"timed_out": True},
        {"malformed": True},
        {"out_of_memory": True},
        {"frames": RESULT.frames[:1]},
        {"frames": ({"answers": ['{"value": {"int": "0x2"}}']}, {"done": True})},
        {"frames": ({"answers": ['{"value": true}']}, {"done": True})},
        {"frames": ({"answers": RESULT.frames[0]["answers"] * 2}, {"done": True})},
        {"frames": (RESULT.frames[0], *RESULT.frames)},
    ],
    ids=str,
)
def test_only_the_very_same_answers_of_a_process_that_ended_well_confirm(changed: dict[str, Any]) -> None:
    known = Transcripts()
    known.keep(Transcript(('{"do": "call"}',), ('{"value": {"int": "0x1"}}',)))
    assert known.confirm(known.questions, RESULT)
    assert not known.confirm(known.questions, dataclasses.replace(RESULT, **changed))


def test_projects_that_always_answer_otherwise_are_not_asked_for_ever() -> None:
    known = Transcripts()
    known.keep(Transcript(("{}",), ("{}",)))
    for _ in range(8):
        assert known.questions
        known.confirm(known.questions, RESULT)
    assert known.questions == ()


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("import math\n\n\ndef test_a():\n    assert median([1]) == math.floor(1.5)\n", True),
        ("def test_a():\n    with pytest.raises(ValueError, match='no'):\n        median([])\n", True),
        ("def test_a():\n    assert median(open('x').read()) == 1\n", False),
        ("import os\n\n\ndef test_a():\n    assert os.path.exists(median([1]))\n", False),
        ("def test_a(tmp_path):\n    assert median([tmp_path]) == tmp_path\n", False),
        ("def test_a():\n    assert pytest.importorskip('random').random() < 1\n", False),
        ("from time import time\n\n\ndef test_a():\n    assert median([time()]) > 0\n", False),
        ("def test_a():\n    assert __import__('os').listdir('.') == median([])\n", False),
        ("from . import other\n\n\ndef test_a():\n    assert other\n", False),
    ],
)
def test_tests_that_see_more_than_answers_are_not_confirmed_by_these(
    files_bug: Bug, text: str, closed: bool
) -> None:
    tests = dataclasses.replace(files_bug.tests, files={"hidden/test_a.py": HEAD + text})
    assert is_closed(dataclasses.replace(files_bug, tests=tests)) is closed


def test_cases_that_compare_for_themselves_are_confirmed_by_their_answers_too(
    court: Any, cases_bug: Bug, fixed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "SAMPLED", 1 << 40)
    visible = (
        dataclasses.replace(cases_bug.tests.visible[0], value="median([1, 2]) == 1.5", expected="True"),
    )
    bug = dataclasses.replace(cases_bug, tests=dataclasses.replace(cases_bug.tests, visible=visible))
    watched = Watched(court, bug)
    assert watched.judge(fixed["median.py"]).verdict is Verdict.FIXED
    assert watched.judge(fixed["median.py"]).verdict is Verdict.FIXED
    assert watched.runners == ["cases", "answers"]
    assert watched.judge(LYING).verdict is Verdict.FORGED
