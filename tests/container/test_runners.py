"""What each runner tells of honest patches, on both backends."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from reroll.errors import SuiteError
from reroll.records import Bug, Limits, Tests, Verdict


def test_cases_of_the_source_fail_with_readable_messages(court: Any, cases_bug: Bug) -> None:
    judgement = court.judge(cases_bug, cases_bug.source["median.py"])
    assert judgement.verdict is Verdict.FAILED
    assert dict(judgement.outcomes) == {
        "visible/odd": "passed",
        "visible/even": "failed",
        "hidden/empty": "error:IndexError",
    }
    assert judgement.messages["visible/even"] == "median([1, 2]) returned 2, expected 1.5"
    assert "median.py" in judgement.messages["hidden/empty"]


def test_cases_of_a_fix_pass_with_times_and_resources(
    court: Any, cases_bug: Bug, fixed: dict[str, str]
) -> None:
    judgement = court.judge(cases_bug, fixed["median.py"])
    assert judgement.verdict is Verdict.FIXED
    assert judgement.visible_passed
    assert set(judgement.seconds) == set(judgement.outcomes)
    assert judgement.cpu_seconds > 0
    assert judgement.peak_memory_bytes > 1 << 20


def test_probes_are_fingerprints_and_chance_is_marked(
    court: Any, cases_bug: Bug, fixed: dict[str, str]
) -> None:
    probes = court.judge(cases_bug, fixed["median.py"]).probes
    assert probes["median([1, 1, 1, 4])"] == "f:0x1.0000000000000p+0"
    assert probes["median([])"] == "raises ValueError"
    assert set(probes) == set(cases_bug.probes)
    assert not court.judge(cases_bug, fixed["median.py"], probes=False).probes


def test_pytest_files_give_ids_below_the_tests_folder(court: Any, files_bug: Bug) -> None:
    judgement = court.judge(files_bug, files_bug.source["median.py"])
    assert judgement.verdict is Verdict.FAILED
    assert dict(judgement.outcomes) == {
        "visible/test_median.py::test_median[values0-2]": "passed",
        "visible/test_median.py::test_median[values1-1.5]": "failed",
        "hidden/test_edges.py::test_empty": "error:IndexError",
        "hidden/test_edges.py::TestOrder::test_unsorted": "passed",
    }
    assert "assert 2 == 1.5" in judgement.messages["visible/test_median.py::test_median[values1-1.5]"]


def test_pytest_files_of_a_fix_pass(court: Any, files_bug: Bug, fixed: dict[str, str]) -> None:
    assert court.judge(files_bug, fixed["median.py"]).verdict is Verdict.FIXED


def test_a_module_that_does_not_parse_is_an_error_of_every_test(
    court: Any, files_bug: Bug, cases_bug: Bug
) -> None:
    for bug in (files_bug, cases_bug):
        judgement = court.judge(bug, "def median(:\n")
        assert judgement.verdict is Verdict.FAILED
        assert set(judgement.outcomes.values()) == {"error:SyntaxError"}


def test_tests_with_hooks_and_unittest_classes_run_in_the_full_session(court: Any, files_bug: Bug) -> None:
    files = {
        "conftest.py": "def pytest_configure(config):\n    config.addinivalue_line('markers', 'own: of this bug')\n",
        "visible/test_a.py": "import pytest\nfrom median import median\n@pytest.mark.own\ndef test_a(caplog):\n    assert median([1]) == 1\n",
        "hidden/test_b.py": "import unittest\nfrom median import median\nclass TestB(unittest.TestCase):\n"
        "    def test_b(self):\n        self.assertEqual(median([1, 2]), 1.5)\n",
    }
    bug = dataclasses.replace(files_bug, tests=Tests(runner="pytest", files=files))
    judgement = court.judge(bug, bug.source["median.py"])
    assert dict(judgement.outcomes) == {
        "visible/test_a.py::test_a": "passed",
        "hidden/test_b.py::TestB::test_b": "failed",
    }


def test_a_command_tells_its_tests_in_tap(court: Any) -> None:
    script = "if [ \"$(sh answer.sh)\" = 4 ]; then echo 'ok 1 - four'; else echo 'not ok 1 - four'; fi\n"
    bug = Bug(
        suite="t",
        name="shell",
        report="",
        source={"answer.sh": "echo 3\n"},
        editable=("answer.sh",),
        language="shell",
        tests=Tests(
            runner="command", command=("sh", "{tests}/hidden/run.sh"), files={"hidden/run.sh": script}
        ),
    )
    assert dict(court.judge(bug, "echo 3\n").outcomes) == {"hidden/four": "failed"}
    assert court.judge(bug, "echo 4\n").verdict is Verdict.FIXED


def test_a_case_that_does_not_end_leaves_the_outcomes_before_it(court: Any, cases_bug: Bug) -> None:
    text = "def median(values):\n    while len(values) == 2:\n        pass\n    return 2\n"
    bug = dataclasses.replace(cases_bug, limits=Limits(seconds=0.5))
    judgement = court.judge(bug, text)
    assert judgement.verdict is Verdict.TIMED_OUT
    assert dict(judgement.outcomes) == {
        "visible/odd": "passed",
        "visible/even": "timed_out",
        "hidden/empty": "missing",
    }


def test_memory_beyond_the_limit_is_told_as_such(court: Any, cases_bug: Bug) -> None:
    text = "def median(values):\n    return bytearray(1 << 30)\n"
    bug = dataclasses.replace(cases_bug, limits=Limits(memory_bytes=128 << 20))
    assert court.judge(bug, text).verdict is Verdict.OUT_OF_MEMORY


def test_the_end_of_the_process_is_a_crash(court: Any, cases_bug: Bug) -> None:
    judgement = court.judge(cases_bug, "import os\nos._exit(0)\n")
    assert judgement.verdict is Verdict.CRASHED
    assert judgement.evidence == ("The test process ended early, with exit code 0",)


def test_output_is_kept_within_its_bound(court: Any, cases_bug: Bug) -> None:
    bug = dataclasses.replace(cases_bug, limits=Limits(output_bytes=100))
    judgement = court.judge(bug, "print('hello ' * 1000)\ndef median(values):\n    return 2\n")
    assert judgement.output == ("hello " * 17)[:100]


def test_a_project_may_use_names_of_the_library_and_of_the_sandbox(court: Any, cases_bug: Bug) -> None:
    source = {
        "median.py": "from sandbox import two\nfrom queue import three\n",
        "sandbox.py": "two = 2\n",
        "queue.py": "three = 3\n",
    }
    bug = dataclasses.replace(cases_bug, source=source, fixes={}, probes=())
    text = source["median.py"] + "def median(values):\n    return two * three\n"
    assert court.judge(bug, text).messages["visible/odd"] == "median([1, 2, 3]) returned 6, expected 2"


def test_judging_side_by_side_gives_each_its_own_result(court: Any, cases_bug: Bug) -> None:
    async def many() -> list[str]:
        texts = [f"def median(values):\n    return {number}\n" for number in range(40)]
        judged = await asyncio.gather(
            *(court.sandbox.judge(cases_bug, {"median.py": text}, probes=False) for text in texts)
        )
        return [judgement.messages["visible/even"] for judgement in judged]

    assert court.run(many()) == [f"median([1, 2]) returned {n}, expected 1.5" for n in range(40)]


def test_tests_that_cannot_be_collected_are_the_suites_fault(court: Any, files_bug: Bug) -> None:
    bug = dataclasses.replace(
        files_bug, tests=Tests(runner="pytest", files={"visible/test_a.py": "import nowhere\n"})
    )
    with pytest.raises(SuiteError, match="no test can be collected"):
        court.judge(bug, bug.source["median.py"])
