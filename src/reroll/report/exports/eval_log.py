"""A run as logs that `inspect view` and `inspect_ai.log.read_eval_log` open: one log a checkpoint.

A bug is a sample and an attempt one of its epochs; an attempt is scored C or I, its verdict and
strategies are the score's metadata. Attempts that the harness lost are left out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.records import Completion, Tally

if TYPE_CHECKING:
    import pandas as pd

Completions = Callable[[str, str, int, int], Completion | None]
"""Looks a completion up by bug, checkpoint, index and turn."""
LOG_VERSION = 2
"""Version of the log format that is written."""
STOP_REASONS = {"stop": "stop", "length": "max_tokens", "context": "model_length"}
"""Finish reason to the format's word; any other is `unknown`."""


def write_eval_logs(
    tallies: Mapping[str, Sequence[Tally]],
    folder: Path,
    *,
    attempts_of: Callable[[str], pd.DataFrame],
    task: str,
    created: str,
    told: Callable[[str], str] | None = None,
    completion: Completions | None = None,
    specification: Mapping[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Write one log a checkpoint below `folder` and return the paths.

    One bug is read at a time, and its samples go to the logs of all checkpoints, so that memory is that of
    one bug. The names of the files are those that `inspect view` looks for.

    Args:
        tallies: checkpoint to the tallies of its bugs.
        folder: where the logs go, as CREATED_TASK_CHECKPOINT_ID.json.
        attempts_of: bug id to its rows of the attempts frame, of all checkpoints.
        task: name of the task, usually the run's.
        created: when the run was made, as an ISO 8601 time with its zone.
        told: bug id to what the agent was told.
        completion: looks a completion up by bug, checkpoint, index and turn.
        specification: what defines the run, as JSON values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counted = {name: [tally for tally in found if tally.attempts] for name, found in tallies.items()}
    paths = {
        name: folder / f"{created.replace(':', '-')}_{_word(task)}_{_word(name)}_{_identity(task, name)}.json"
        for name in counted
    }
    with ExitStack() as stack:
        files = {}
        for name, path in paths.items():
            files[name] = stack.enter_context(path.open("w", encoding="utf-8"))
            header = _header(counted[name], name, task=task, created=created, specification=specification)
            files[name].write(json.dumps(header, ensure_ascii=False)[:-1] + ', "samples": [')
        begun: set[str] = set()
        for bug in dict.fromkeys(tally.bug for found in counted.values() for tally in found):
            text = told(bug) if told is not None else ""
            for name, sample in _samples(attempts_of(bug), text, completion=completion):
                files[name].write((",\n" if name in begun else "\n") + json.dumps(sample, ensure_ascii=False))
                begun.add(name)
        for file in files.values():
            file.write("\n]}\n")
    return tuple(paths.values())


def _word(name: str) -> str:
    """Return a name as one part of a file name, whose parts are joined by underscores."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name)[:60]


def _identity(task: str, checkpoint: str) -> str:
    return hashlib.sha256(f"{task}\0{checkpoint}".encode()).hexdigest()[:22]


def _header(
    tallies: Sequence[Tally],
    checkpoint: str,
    *,
    task: str,
    created: str,
    specification: Mapping[str, Any] | None,
) -> dict[str, Any]:
    bugs = [tally.bug for tally in tallies]
    total = sum(tally.attempts for tally in tallies)
    accuracy = sum(tally.correct / tally.attempts for tally in tallies) / max(1, len(tallies))
    identity = _identity(task, checkpoint)
    metrics = {"accuracy": {"name": "accuracy", "value": accuracy, "params": {}}}
    return {
        "version": LOG_VERSION,
        "status": "success",
        "eval": {
            "eval_id": identity,
            "run_id": identity,
            "task_id": identity,
            "created": created,
            "task": task,
            "dataset": {"name": task, "samples": len(bugs), "sample_ids": bugs, "shuffled": False},
            "model": checkpoint,
            "config": {"epochs": max((tally.attempts for tally in tallies), default=0)},
            "metadata": {"reroll": dict(specification or {})},
        },
        "plan": {"name": "reroll", "steps": []},
        "results": {
            "total_samples": total,
            "completed_samples": total,
            "scores": [{"name": "fixed", "scorer": "fixed", "params": {}, "metrics": metrics}],
        },
        "stats": {"started_at": created, "completed_at": created, "model_usage": {}},
    }


def _samples(
    rows: pd.DataFrame, told: str, *, completion: Completions | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (checkpoint, sample) of one bug; of a chain, its last turn."""
    counted = rows[rows["counted"]].drop_duplicates(["checkpoint", "index"], keep="last")
    plain = counted.astype(object).where(counted.notna(), None)
    epochs: Counter[str] = Counter()
    for row in plain.to_dict("records"):
        name = str(row["checkpoint"])
        epochs[name] += 1
        place = (str(row["bug"]), name, int(row["index"]), int(row["turn"]))
        found = completion(*place) if completion is not None else None
        yield name, _sample(row, told, found, checkpoint=name, epoch=epochs[name])


def _sample(
    row: Mapping[Any, Any], told: str, completion: Completion | None, *, checkpoint: str, epoch: int
) -> dict[str, Any]:
    answer = completion.text if completion is not None else ""
    stop = STOP_REASONS.get(str(row["finish_reason"]), "unknown")
    names = ("verdict", "reason", "fine", "coarse", "label", "patch", "seed", "index", "turn")
    choice = {"message": {"role": "assistant", "content": answer}, "stop_reason": stop}
    return {
        "id": row["bug"],
        "epoch": epoch,
        "input": told,
        "target": "",
        "messages": [{"role": "user", "content": told}, choice["message"]],
        "output": {"model": checkpoint, "choices": [choice]},
        "scores": {
            "fixed": {
                "value": "C" if row["correct"] else "I",
                "answer": row["label"],
                "explanation": f"{row['verdict']}" + (f": {row['reason']}" if row["reason"] else ""),
                "metadata": {name: row[name] for name in names if row.get(name) is not None},
            }
        },
        "metadata": {"slice": row["slice"]},
    }
