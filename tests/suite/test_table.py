"""A bug survives the way through a table, whatever the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from reroll.errors import SuiteError
from reroll.suite import load, table


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_bugs_round_trip_through_a_table(tmp_path: Path, suffix: str) -> None:
    bugs = load("starter").bugs[:12]
    path = tmp_path / f"starter{suffix}"
    table.write(bugs, path)
    again = load(str(path)).bugs
    assert [bug.digest for bug in again] == [bug.digest for bug in bugs]
    assert [dict(bug.fixes) for bug in again] == [dict(bug.fixes) for bug in bugs]


def test_the_table_loads_as_a_data_set(tmp_path: Path) -> None:
    import datasets

    path = tmp_path / "starter.parquet"
    bugs = load("starter").bugs[:5]
    table.write(bugs, path)
    rows = datasets.load_dataset(
        "parquet", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert [table.from_row(row).id for row in rows] == [bug.id for bug in bugs]


def test_a_row_that_is_no_bug_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bugs.jsonl"
    path.write_text('{"name": "x"}\n', encoding="utf-8")
    with pytest.raises(SuiteError, match="row 1 is not a bug"):
        load(str(path))
