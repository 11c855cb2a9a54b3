"""HumanEvalFix (`bigcode/humanevalpack`, Python): 164 functions with one fault each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reroll.records import Bug, Limits, Patch, Tests
from reroll.suite import table
from reroll.suite.adapters.assertions import cases

HUB_ID = "bigcode/humanevalpack"
FILE = "solution.py"
SECONDS = 3.0
"""Limit of one attempt; the reference solutions take milliseconds, and some faults loop for ever."""


def bugs(*, data: Path | None = None) -> Iterator[Bug]:
    """Repair one function each: `example_test` is visible, `test` is hidden, one test an assertion.

    Args:
        data: A local JSON Lines copy in the schema of the hub; None reads the hub.
    """
    for row in _rows(data):
        yield _bug(row)


def _rows(data: Path | None) -> Iterable[Mapping[str, Any]]:
    if data is not None:
        return table.rows(data)
    from reroll.suite.adapters.hub import rows

    return rows(HUB_ID, config="python", split="test")


def _bug(row: Mapping[str, Any]) -> Bug:
    entry_point = row["entry_point"]
    source = {FILE: row["declaration"] + row["buggy_solution"]}
    fixed = Patch(files={FILE: row["declaration"] + row["canonical_solution"]})
    return Bug(
        suite="humanevalfix",
        name=row["task_id"].replace("/", "-").lower(),
        report=f"{row['docstring'].strip()}\n\n`{entry_point}` fails: {row['failure_symptoms']}.\n",
        source=source,
        editable=(FILE,),
        tests=Tests(
            runner="cases",
            visible=cases(row["example_test"], entry_point=entry_point),
            hidden=cases(row["test"], entry_point=entry_point),
            modules=(FILE.removesuffix(".py"),),
        ),
        limits=Limits(seconds=SECONDS),
        fixes={"canonical": fixed.diff(source)},
        tags=tuple(tag.strip() for tag in row["bug_type"].split(",")),
        provenance=f"HumanEvalFix {row['task_id']} (bigcode-project/octopack, MIT)",
    )
