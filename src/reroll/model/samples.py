"""Attempts made elsewhere, as a model: each request is looked up in a file instead of being drawn.

One JSON object a line (`.jsonl` or `.jsonl.gz`). The bug is named by `bug` (or `task_id`), the answer is in
`completion`, `solution` or `text`; `index`, `checkpoint`, `reasoning`, `finish_reason`, `prompt_tokens`,
`completion_tokens`, `token_ids` and `logprobs` are kept where they are given. HumanEval and EvalPlus samples
have this form already: a task `HumanEval/7` is the bug whose id or name reads the same when case and
punctuation are ignored.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reroll.errors import ModelError, UsageError
from reroll.model.model import Model
from reroll.model.spec import ModelSpec
from reroll.records import Completion, Prompt, Sampling

BUG_KEYS = ("bug", "task_id")
TEXT_KEYS = ("completion", "solution", "text")


class Samples(Model):
    """The attempts of one checkpoint in a file."""

    window = 1024

    def __init__(self, spec: ModelSpec, *, sampling: Sampling) -> None:
        path = Path(spec.target)
        self.name = spec.name
        self.path = path
        self.sampling = sampling
        self.digest = "samples:" + hashlib.sha256(path.read_bytes()).hexdigest()
        rows = _of_checkpoint(list(_rows(path)), name=spec.name, path=path)
        self._attempts: dict[str, dict[int, Completion]] = {}
        self._aliases: dict[str, str] = {}
        for row in rows:
            bug = str(next(row[key] for key in BUG_KEYS if key in row))
            attempts = self._attempts.setdefault(bug, {})
            self._aliases.setdefault(_plain(bug), bug)
            attempts[int(row.get("index", len(attempts)))] = _completion(row)

    def bugs(self) -> Sequence[str]:
        """Return the bugs of the file, as it names them."""
        return tuple(self._attempts)

    def available(self, bug: str) -> int:
        """Return how many attempts the file holds for a bug."""
        return len(self._of(bug))

    async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
        """Return the attempt with this index; the seed is the elsewhere's business."""
        del seed
        attempts = self._of(prompt.bug)
        if index not in attempts:
            raise ModelError(
                f"{self.path} holds {len(attempts)} attempts for bug {prompt.bug!r}, none with index {index}"
            )
        return attempts[index]

    def _of(self, bug: str) -> Mapping[int, Completion]:
        for key in (bug, bug.partition("/")[2]):
            if found := self._attempts.get(key) or self._attempts.get(self._aliases.get(_plain(key), "")):
                return found
        return {}


@contextmanager
def open_samples(spec: ModelSpec, *, sampling: Sampling) -> Iterator[Samples]:
    """Read the file of a `samples:` spec.

    Raises:
        ModelError: a line is not an attempt; the text says which and why.
        UsageError: the file holds several checkpoints, none of the spec's name.
    """
    yield Samples(spec, sampling=sampling)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ModelError(f"{path} line {number} is not JSON: {error.msg}, {line[:60]!r}") from error
            for keys in (BUG_KEYS, TEXT_KEYS):
                if not isinstance(row, dict) or not any(key in row for key in keys):
                    raise ModelError(f"{path} line {number} has none of the keys {', '.join(keys)}")
            yield row


def _of_checkpoint(rows: list[dict[str, Any]], *, name: str, path: Path) -> list[dict[str, Any]]:
    """Return the rows of the named checkpoint, or all where the file holds one checkpoint."""
    names = sorted({str(row["checkpoint"]) for row in rows if row.get("checkpoint") is not None})
    if len(names) < 2 and name not in names:
        return rows
    if name not in names:
        raise UsageError(
            f"{path} holds the checkpoints {', '.join(names)}; name the model like one of them, not {name!r}"
        )
    return [row for row in rows if row.get("checkpoint") == name]


def _completion(row: Mapping[str, Any]) -> Completion:
    ids, logprobs = row.get("token_ids"), row.get("logprobs")
    count = row.get("completion_tokens")
    return Completion(
        text=str(next(row[key] for key in TEXT_KEYS if key in row)),
        reasoning=str(row.get("reasoning") or ""),
        finish_reason=str(row.get("finish_reason") or "stop"),
        prompt_tokens=row.get("prompt_tokens"),
        completion_tokens=count if count is not None or ids is None else len(ids),
        token_ids=None if ids is None else tuple(int(token) for token in ids),
        logprobs=None if logprobs is None else tuple(float(value) for value in logprobs),
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
