"""A suite's folder is read whole, and what is wrong with it is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reroll.errors import SuiteError, UsageError
from reroll.records import Case
from reroll.suite import load, names

BUG = """\
runner = "cases"
editable = ["median.py"]
modules = ["median"]
slice = "ood"
tags = ["boundary"]
[limits]
seconds = 2
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    files = {
        "suite.toml": 'name = "mine"\nversion = "3"\ndescription = "Mine"\n',
        "median/bug.toml": BUG,
        "median/report.md": "The median of nothing crashes.\n",
        "median/source/median.py": "def median(xs):\n    return sorted(xs)[len(xs) // 2]\n",
        "median/tests/visible/cases.jsonl": '{"name": "empty", "value": "median([])", "expected": "0"}\n',
        "median/tests/hidden/cases.jsonl": '{"name": "bad", "value": "median(1)", "raises": "TypeError"}\n',
        "median/fixes/guard.patch": "--- a/median.py\n+++ b/median.py\n@@ -1 +1,2 @@\n def median(xs):\n+    pass\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_every_part_of_a_bug_is_read(suite: Path) -> None:
    loaded = load(str(suite))
    bug = loaded.bugs[0]
    assert (loaded.name, loaded.version, bug.id, bug.slice, bug.limits.seconds) == (
        "mine",
        "3",
        "mine/median",
        "ood",
        2,
    )
    assert bug.tests.visible == (Case(name="empty", value="median([])", expected="0"),)
    assert bug.tests.hidden[0].raises == "TypeError"
    assert list(bug.fixes) == ["guard"]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("median/bug.toml", 'runner = "cases"', 'runner = "nose"', r"bug\.toml: runner = 'nose'"),
        ("median/bug.toml", "seconds = 2", "seconds = -2", r"limits\.seconds = -2"),
        ("median/bug.toml", "slice", "slyce", "slyce = 'ood'"),
        ("median/bug.toml", '["median.py"]', '["mean.py"]', "'mean.py' is not below"),
        ("median/bug.toml", "[limits]", "[limits", "is not TOML"),
        ("median/tests/visible/cases.jsonl", '"expected": "0"', '"expectd": "0"', "cases.jsonl:1"),
        ("median/tests/visible/cases.jsonl", ', "expected": "0"', "", "one of expected and raises"),
        ("median/tests/hidden/cases.jsonl", "{", "", "not JSON"),
    ],
)
def test_a_broken_file_is_named_with_key_and_value(
    suite: Path, file: str, old: str, new: str, message: str
) -> None:
    path = suite / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SuiteError, match=message) as caught:
        load(str(suite))
    assert "\n" not in str(caught.value).split(" is not TOML")[0]


def test_a_missing_report_is_named(suite: Path) -> None:
    (suite / "median" / "report.md").unlink()
    with pytest.raises(SuiteError, match=r"median/report\.md is missing"):
        load(str(suite))


def test_an_unknown_suite_lists_those_that_exist() -> None:
    with pytest.raises(UsageError, match="starter"):
        load("nonsense")
    assert {"starter", "humanevalfix", "humaneval"} <= set(names())


@pytest.mark.parametrize("wanted", ["forge:bogs=3", "starter:bugs=3", "forge:bugs"])
def test_options_that_a_suite_does_not_take_are_refused(wanted: str) -> None:
    with pytest.raises(UsageError, match="option"):
        load(wanted)


def test_a_generated_suite_takes_its_options() -> None:
    assert len(load("forge:bugs=4,seed=3").bugs) == 8
