"""A suite as a folder: `suite.toml`, and one folder a bug. docs/formats.md shows both."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reroll.errors import SuiteError
from reroll.records import Bug, Case, Limits, Tests


class Generator(BaseModel):
    """`[generator]` of suite.toml: the bugs are made, not kept."""

    model_config = ConfigDict(extra="forbid")

    function: str
    """`module:function` that yields bugs."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Keyword arguments and their defaults."""


class About(BaseModel):
    """suite.toml."""

    model_config = ConfigDict(extra="forbid")

    name: str
    version: str = "1"
    description: str = ""
    licence: str = ""
    generator: Generator | None = None


class LimitsTable(BaseModel):
    """`[limits]` of bug.toml."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(default=Limits().seconds, gt=0, le=3600)
    memory_bytes: int = Field(default=Limits().memory_bytes, gt=0)
    processes: int = Field(default=Limits().processes, gt=0)
    disk_bytes: int = Field(default=Limits().disk_bytes, gt=0)
    output_bytes: int = Field(default=Limits().output_bytes, gt=0)


class BugTable(BaseModel):
    """bug.toml."""

    model_config = ConfigDict(extra="forbid")

    editable: list[str] = Field(min_length=1)
    runner: Literal["cases", "pytest", "command"] = "pytest"
    language: str = "python"
    slice: str = "id"
    tags: list[str] = Field(default_factory=list)
    provenance: str = ""
    modules: list[str] = Field(default_factory=list)
    probes: list[str] = Field(default_factory=list)
    image: str | None = None
    command: list[str] = Field(default_factory=list)
    report: str = ""
    ids: list[str] = Field(default_factory=list)
    limits: LimitsTable = Field(default_factory=LimitsTable)


class CaseRow(BaseModel):
    """One line of cases.jsonl."""

    model_config = ConfigDict(extra="forbid")

    name: str
    value: str
    setup: str = ""
    expected: str | None = None
    raises: str | None = None
    tolerance: float | None = None


Table = TypeVar("Table", bound=BaseModel)


def read_about(path: Path) -> About:
    """Read the suite.toml of a suite's folder."""
    return _validated(About, _toml(path / "suite.toml"), where=path / "suite.toml")


def read_bugs(path: Path, *, suite: str) -> Iterator[Bug]:
    """Read the bugs below a suite's folder, in the order of their names."""
    for file in sorted(path.glob("*/bug.toml")):
        yield read_bug(file.parent, suite=suite)


def read_bug(path: Path, *, suite: str) -> Bug:
    """Read the folder of one bug.

    Raises:
        SuiteError: Something is missing or wrong; the text names file, key and value.
    """
    table = _validated(BugTable, _toml(path / "bug.toml"), where=path / "bug.toml")
    source = _texts(path / "source")
    if not source:
        raise SuiteError(f"{path}/source holds no file")
    missing = [name for name in table.editable if name not in source]
    if missing:
        raise SuiteError(f"{path}/bug.toml: editable = {missing[0]!r} is not below {path}/source")
    return Bug(
        suite=suite,
        name=path.name,
        report=_text(path / "report.md"),
        source=source,
        editable=tuple(table.editable),
        tests=_tests(path, table),
        language=table.language,
        fixes=_patches(path / "fixes"),
        decoys=_patches(path / "decoys"),
        probes=tuple(table.probes),
        slice=table.slice,
        tags=tuple(table.tags),
        provenance=table.provenance,
        image=table.image,
        limits=Limits(**table.limits.model_dump()),
    )


def _tests(path: Path, table: BugTable) -> Tests:
    if table.runner == "cases":
        visible = _cases(path / "tests" / "visible" / "cases.jsonl")
        hidden = _cases(path / "tests" / "hidden" / "cases.jsonl")
        if not table.modules:
            raise SuiteError(f"{path}/bug.toml: modules is needed by runner = 'cases'")
        return Tests(runner="cases", visible=visible, hidden=hidden, modules=tuple(table.modules))
    files = _texts(path / "tests")
    if not files:
        raise SuiteError(f"{path}/tests holds no file")
    if table.runner == "command" and not (table.command and table.report):
        raise SuiteError(f"{path}/bug.toml: command and report are needed by runner = 'command'")
    return Tests(
        runner=table.runner,
        files=files,
        command=tuple(table.command),
        report=table.report,
        ids=tuple(table.ids),
    )


def _cases(file: Path) -> tuple[Case, ...]:
    cases = []
    for number, line in enumerate(_text(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise SuiteError(f"{file}:{number}: not JSON: {error}") from error
        case = _validated(CaseRow, row, where=f"{file}:{number}")
        if (case.expected is None) == (case.raises is None):
            raise SuiteError(f"{file}:{number}: case {case.name!r} needs one of expected and raises")
        cases.append(Case(**case.model_dump()))
    return tuple(cases)


def _patches(path: Path) -> dict[str, str]:
    return {file.stem: _text(file) for file in sorted(path.glob("*.patch"))}


def _texts(path: Path) -> dict[str, str]:
    """Return the text files below a folder by relative path, without caches."""
    found = {}
    for file in sorted(path.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            found[file.relative_to(path).as_posix()] = _text(file)
    return found


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError as error:
        raise SuiteError(f"{file} is missing") from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{file} is not UTF-8 text: {error}") from error


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{file} is not TOML: {error}") from error


def _validated(table: type[Table], values: Any, *, where: object) -> Table:
    try:
        return table.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole"
        if first["type"] == "missing":
            raise SuiteError(f"{where}: {key} is missing") from error
        raise SuiteError(f"{where}: {key} = {first.get('input')!r}: {first['msg']}") from error
