"""Attempts made elsewhere, looked up as a model."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import pytest

from reroll.errors import ModelError, UsageError
from reroll.model import Model, open_model, parse_spec
from reroll.records import Completion, Prompt


def write(path: Path, *rows: dict[str, object]) -> str:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return str(path)


def answers(spec: str, bug: str, count: int) -> list[Completion]:
    async def run() -> list[Completion]:
        async with open_model(parse_spec(spec)) as model:
            seeds = range(count)
            found = {p: c async for p, c in model.complete(Prompt(bug=bug), seeds=seeds)}
            return [found[position] for position in sorted(found)]

    return asyncio.run(run())


def opened(spec: str) -> Model:
    async def run() -> Model:
        async with open_model(parse_spec(spec)) as model:
            return model

    return asyncio.run(run())


def test_attempts_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = write(
        tmp_path / "s.jsonl", {"bug": "s/a", "completion": "one"}, {"bug": "s/a", "completion": "two"}
    )
    assert [c.text for c in answers(f"x=samples:{file}", "s/a", 2)] == ["one", "two"]


def test_what_is_known_of_an_attempt_is_kept(tmp_path: Path) -> None:
    row = {
        "bug": "s/a",
        "text": "t",
        "finish_reason": "length",
        "token_ids": [3, 4],
        "logprobs": [-1.0, -2.0],
    }
    (completion,) = answers(f"x=samples:{write(tmp_path / 's.jsonl', row)}", "s/a", 1)
    assert (completion.finish_reason, completion.token_ids, completion.completion_tokens) == (
        "length",
        (3, 4),
        2,
    )


@pytest.mark.parametrize("bug", ["humaneval/HumanEval_7", "humaneval/7", "humaneval/humaneval-7"])
def test_humaneval_tasks_are_found_however_the_bug_is_written(tmp_path: Path, bug: str) -> None:
    file = write(tmp_path / "s.jsonl.gz", {"task_id": "HumanEval/7", "completion": "    return 1\n"})
    assert [c.text for c in answers(f"x=samples:{file}", bug, 1)] == ["    return 1\n"]


def test_the_number_of_attempts_is_known_beforehand(tmp_path: Path) -> None:
    model = opened(f"x=samples:{write(tmp_path / 's.jsonl', {'bug': 's/a', 'completion': ''})}")
    assert (model.available("s/a"), model.available("s/b")) == (1, 0)


def test_an_attempt_too_many_is_an_error_that_counts(tmp_path: Path) -> None:
    file = write(tmp_path / "s.jsonl", {"bug": "s/a", "completion": ""})
    with pytest.raises(ModelError, match=r"1 attempts for bug 's/a', none with index 1"):
        answers(f"x=samples:{file}", "s/a", 2)


def test_the_rows_of_the_named_checkpoint_are_taken(tmp_path: Path) -> None:
    rows = [{"bug": "s/a", "completion": name, "checkpoint": name} for name in ("base", "sd")]
    file = write(tmp_path / "s.jsonl", *rows)
    assert [c.text for c in answers(f"sd=samples:{file}", "s/a", 1)] == ["sd"]
    with pytest.raises(UsageError, match="base, sd"):
        opened(f"other=samples:{file}")


@pytest.mark.parametrize(
    ("line", "message"), [("{", "line 1 is not JSON"), ('{"bug": "a"}', "line 1 has none of")]
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "s.jsonl").write_text(line)
    with pytest.raises(ModelError, match=message):
        opened(f"x=samples:{tmp_path}/s.jsonl")
