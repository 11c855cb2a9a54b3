"""A suite as a table: one row a bug, in JSON Lines, Parquet or a Hugging Face data set.

The columns are the fields of `Bug`; mappings are lists of {path, text} so that every row of a Parquet file
has one schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reroll.errors import SuiteError
from reroll.records import Bug, Case, Limits, Tests

_MAPPINGS = ("source", "fixes", "decoys")


def read(path: Path) -> Iterator[Bug]:
    """Read the bugs of a `.jsonl`, `.json` or `.parquet` file."""
    for number, row in enumerate(rows(path), 1):
        try:
            yield from_row(row, suite=path.stem)
        except (KeyError, TypeError, ValueError) as error:
            raise SuiteError(f"{path}: row {number} is not a bug: {error!r}") from error


def rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Read the raw rows of a local data file, in the schema of whoever wrote it."""
    if path.suffix in {".jsonl", ".json"}:
        yield from _json_lines(path)
    elif path.suffix == ".parquet":
        from pyarrow import parquet

        yield from parquet.read_table(path).to_pylist()
    else:
        raise SuiteError(f"{path} is neither .jsonl nor .parquet")


def _json_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except json.JSONDecodeError as error:
                        raise SuiteError(f"{path}:{number}: not JSON: {error}") from error
    except OSError as error:
        raise SuiteError(f"{path} cannot be read: {error.strerror}") from error


def write(bugs: Iterable[Bug], path: Path) -> None:
    """Write bugs to a `.jsonl` or `.parquet` file."""
    made = [to_row(bug) for bug in bugs]
    if path.suffix == ".parquet":
        import pyarrow
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist(made), path)
    else:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), encoding="utf-8")


def to_row(bug: Bug) -> dict[str, Any]:
    """Return a bug as a row of plain values."""
    row = asdict(bug)
    for key in _MAPPINGS:
        row[key] = _pairs(row[key])
    row["tests"]["files"] = _pairs(row["tests"]["files"])
    return row


def from_row(row: Mapping[str, Any], *, suite: str | None = None) -> Bug:
    """Return the bug of a row; `suite` names it where the row does not."""
    values = {key: value for key, value in row.items() if value is not None}
    tests = dict(values.pop("tests"))
    for key in _MAPPINGS:
        values[key] = _mapping(values.get(key, ()))
    for key in ("editable", "probes", "tags"):
        values[key] = tuple(values.get(key, ()))
    values.setdefault("suite", suite)
    return Bug(
        tests=Tests(
            runner=tests["runner"],
            files=_mapping(tests.get("files") or ()),
            visible=tuple(Case(**case) for case in tests.get("visible") or ()),
            hidden=tuple(Case(**case) for case in tests.get("hidden") or ()),
            modules=tuple(tests.get("modules") or ()),
            command=tuple(tests.get("command") or ()),
            report=tests.get("report") or "",
            ids=tuple(tests.get("ids") or ()),
        ),
        limits=Limits(**values.pop("limits", {})),
        **values,
    )


def _pairs(mapping: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"path": path, "text": text} for path, text in mapping.items()]


def _mapping(pairs: Iterable[Mapping[str, str]] | Mapping[str, str]) -> dict[str, str]:
    if isinstance(pairs, Mapping):
        return dict(pairs)
    return {pair["path"]: pair["text"] for pair in pairs}
