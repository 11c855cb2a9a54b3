"""What the tests of strategies share: signatures of snippets, labelled programs, and the starter suite."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reroll.records import Bug, Signature
from reroll.strategies import program_signature, sign
from reroll.strategies.canonical import outline
from reroll.strategies.rules import edit_form, program_form
from reroll.strategies.scope import renumber
from reroll.strategies.tree import Node
from reroll.suite import load

_HERE = Path(__file__).parent
_SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def edited() -> Callable[..., Signature]:
    """Sign a patch of one file, given before and after."""

    def signed(before: str, after: str, *, language: str = "python") -> Signature:
        return sign({"code": before}, {"code": after}, language=language)

    return signed


def _form(code: str, language: str, form: Callable[[Node], Node]) -> dict[str, Node]:
    found = outline(code, name=language)
    assert found.parsed, code
    return {path: renumber(form(found.unit(path).tree)) for path in found.texts}


@pytest.fixture(scope="session")
def as_edit() -> Callable[..., dict[str, Node]]:
    """Bring a program to edit form."""
    return lambda code, language="python": _form(code, language, edit_form)


@pytest.fixture(scope="session")
def as_program() -> Callable[..., dict[str, Node]]:
    """Bring a program to program form."""
    return lambda code, language="python": _form(code, language, program_form)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def own_programs() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Programs with strategy labels, and their pairs, written for this project."""
    return _rows(_HERE / "programs.jsonl"), _rows(_HERE / "pairs.jsonl")


def _key(row: dict[str, Any]) -> tuple[str, str]:
    language = row.get("language", "python")
    if "code" in row:
        signature = program_signature(row["code"], language=language)
    else:
        signature = sign({"code": row["source"]}, {"code": row["patched"]}, language=language)
    return signature.unit, signature.dominant


@pytest.fixture(scope="session")
def labelled() -> Callable[[str], list[dict[str, Any]]]:
    """Read a labelled set of this project by name, each row with its coarse strategy as `key`."""
    return lambda name: [row | {"key": _key(row)} for row in _rows(_HERE / "labelled" / f"{name}.jsonl")]


@pytest.fixture(scope="session")
def other_programs() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Programs with strategy labels by other people; skip where they are not beside the checkout."""
    if not (_SHARED / "strategies-dev.jsonl").is_file():
        pytest.skip("the labelled programs of other people are not beside this checkout")
    return _rows(_SHARED / "strategies-dev.jsonl"), _rows(_SHARED / "strategies-dev-pairs.jsonl")


@pytest.fixture(scope="session")
def other_functions() -> list[str]:
    """Functions by other people, one to a problem; skip where they are not beside the checkout."""
    path = _SHARED / "humanevalfix-python.jsonl"
    if not path.is_file():
        pytest.skip("the functions of other people are not beside this checkout")
    return [row["declaration"] + row["canonical_solution"] for row in _rows(path)]


@pytest.fixture(scope="session")
def starter() -> tuple[Bug, ...]:
    """Load the bugs of the starter suite that are written in Python."""
    return tuple(bug for bug in load("starter").bugs if bug.language == "python")
