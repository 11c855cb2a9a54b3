"""From what a user typed to a suite: a built-in name, a path, or `name:option=value,…` for a generator."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reroll import assets
from reroll.errors import SuiteError, UsageError
from reroll.records import Bug
from reroll.suite import folder, table

ADAPTERS = {
    "humanevalfix": "reroll.suite.adapters.humanevalfix:bugs",
    "humaneval": "reroll.suite.adapters.humaneval:bugs",
}
"""Suites that live elsewhere: name to the function that reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A named, versioned set of bugs."""

    name: str
    """Name of the suite; the first part of each bug's id."""
    version: str
    """Version, as its author counts."""
    description: str
    """One sentence."""
    bugs: tuple[Bug, ...]
    """The bugs, in a fixed order."""

    def slices(self) -> dict[str, int]:
        """Return the number of bugs in each slice."""
        counts: dict[str, int] = {}
        for bug in self.bugs:
            counts[bug.slice] = counts.get(bug.slice, 0) + 1
        return counts


def names() -> tuple[str, ...]:
    """Return the names of the suites that ship, and of the adapters."""
    shipped = {path.parent.name for path in assets.folder("suites").glob("*/suite.toml")}
    return tuple(sorted(shipped | set(ADAPTERS)))


def load(wanted: str, *, data: Path | None = None) -> Suite:
    """Read a suite by built-in name or path.

    Args:
        wanted: `starter`, `path/to/suite`, `bugs.jsonl`, `bugs.parquet`, or with options for a generated
            suite, `forge:bugs=128,seed=7`.
        data: A local copy of the data of an adapter, in the schema of the hub.

    Raises:
        UsageError: No such suite, or options where none are taken.
        SuiteError: The suite cannot be read.
    """
    if Path(wanted).exists() and (Path(wanted).suffix or (Path(wanted) / "suite.toml").is_file()):
        name: str = wanted
        options: dict[str, Any] = {}
    else:
        name, options = _split(wanted)
    if name in ADAPTERS:
        return _from_function(ADAPTERS[name], name=name, options={**options, "data": data}, about={})
    if data is not None:
        raise UsageError(f"Suite {name!r} takes no --data; the suites that do are {', '.join(ADAPTERS)}")
    path = Path(name) if Path(name).exists() else assets.folder("suites") / name
    if path.is_file():
        return _whole(path.stem, "1", f"Bugs of {path.name}", table.read(path))
    if not (path / "suite.toml").is_file():
        raise UsageError(f"No suite {name!r}: there is {', '.join(names())}, or a folder with a suite.toml")
    return _from_folder(path, options)


def _split(wanted: str) -> tuple[str, dict[str, Any]]:
    name, _, tail = wanted.partition(":")
    options: dict[str, Any] = {}
    for part in filter(None, tail.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f"Suite option {part!r} in {wanted!r} is not KEY=VALUE")
        options[key.strip()] = _value(value.strip())
    return name, options


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return tuple(text.split("+")) if "+" in text else text


def _from_folder(path: Path, options: Mapping[str, Any]) -> Suite:
    about = folder.read_about(path)
    generator = about.generator
    if generator is None:
        if options:
            raise UsageError(f"Suite {about.name!r} takes no options, but {', '.join(options)} was given")
        return _whole(about.name, about.version, about.description, folder.read_bugs(path, suite=about.name))
    known = generator.options
    unknown = [key for key in options if key not in known]
    if unknown:
        raise UsageError(f"Suite {about.name!r} has no option {unknown[0]!r}: there is {', '.join(known)}")
    merged = {**known, **options}
    return _from_function(generator.function, name=about.name, options=merged, about=about.model_dump())


def _from_function(target: str, *, name: str, options: Mapping[str, Any], about: Mapping[str, Any]) -> Suite:
    module, _, function = target.partition(":")
    try:
        make = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise SuiteError(f"Suite {name!r} names the generator {target!r}: {error}") from error
    try:
        made: Iterable[Bug] = make(**options)
        bugs = [replace(bug, suite=name) for bug in made]
    except TypeError as error:
        raise UsageError(f"Suite {name!r} does not take these options: {error}") from error
    description = about.get("description") or (make.__doc__ or "").strip().splitlines()[0]
    return _whole(name, about.get("version", "1"), description, bugs)


def _whole(name: str, version: str, description: str, bugs: Iterable[Bug]) -> Suite:
    listed = tuple(_distinct(bugs, suite=name))
    if not listed:
        raise SuiteError(f"Suite {name!r} holds no bug")
    return Suite(name=name, version=version, description=description, bugs=listed)


def _distinct(bugs: Iterable[Bug], *, suite: str) -> Iterator[Bug]:
    seen: set[str] = set()
    for bug in bugs:
        if bug.name in seen:
            raise SuiteError(f"Suite {suite!r} holds two bugs named {bug.name!r}")
        seen.add(bug.name)
        yield bug
