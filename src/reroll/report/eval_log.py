"""A run as logs that `inspect view` and `inspect_ai.log.read_eval_log` open: one log a checkpoint.

A bug is a sample and an attempt one of its epochs; an attempt is scored C or I, its verdict and
strategies are the score's metadata. Attempts that the harness lost are left out. Samples are written one
at a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.records import Completion
from reroll.report.site import page_name

if TYPE_CHECKING:
    import pandas as pd

Completions = Callable[[str, str, int, int], Completion | None]
"""Looks a completion up by bug, checkpoint, index and turn."""
LOG_VERSION = 2
"""Version of the log format that is written."""
STOP_REASONS = {"stop": "stop", "length": "max_tokens", "context": "model_length"}
"""Finish reason to the format's word; any other is `unknown`."""


def write_eval_logs(
    attempts: pd.DataFrame,
    folder: Path,
    *,
    task: str,
    created: str,
    told: Callable[[str], str] | None = None,
    completion: Completions | None = None,
    specification: Mapping[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Write one log a checkpoint below `folder` and return the paths.

    Args:
        attempts: the attempts frame.
        folder: where the logs go, as CHECKPOINT.json.
        task: name of the task, usually the run's.
        created: when the run was made, as an ISO 8601 time with its zone.
        told: bug id to what the agent was told.
        completion: looks a completion up by bug, checkpoint, index and turn.
        specification: what defines the run, as JSON values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for checkpoint, rows in attempts[attempts["counted"]].groupby("checkpoint", sort=False):
        name = str(checkpoint)
        path = folder / f"{page_name(name).removesuffix('.html')}.json"
        header = _header(rows, name, task=task, created=created, specification=specification or {})
        with path.open("w", encoding="utf-8") as file:
            file.write(json.dumps(header, ensure_ascii=False)[:-1] + ', "samples": [')
            for number, sample in enumerate(_samples(rows, name, told=told, completion=completion)):
                file.write((",\n" if number else "\n") + json.dumps(sample, ensure_ascii=False))
            file.write("\n]}\n")
        paths.append(path)
    return tuple(paths)


def _header(
    rows: pd.DataFrame, checkpoint: str, *, task: str, created: str, specification: Mapping[str, Any]
) -> dict[str, Any]:
    bugs = rows["bug"].drop_duplicates().tolist()
    accuracy = float(rows.groupby("bug")["correct"].mean().mean())
    identity = hashlib.sha256(f"{task}\0{checkpoint}\0{created}".encode()).hexdigest()[:22]
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
            "config": {"epochs": int(rows.groupby("bug").size().max())},
            "metadata": {"reroll": dict(specification)},
        },
        "plan": {"name": "reroll", "steps": []},
        "results": {
            "total_samples": len(rows),
            "completed_samples": len(rows),
            "scores": [{"name": "fixed", "scorer": "fixed", "params": {}, "metrics": metrics}],
        },
        "stats": {"started_at": created, "completed_at": created, "model_usage": {}},
    }


def _samples(
    rows: pd.DataFrame,
    checkpoint: str,
    *,
    told: Callable[[str], str] | None,
    completion: Completions | None,
) -> Iterator[dict[str, Any]]:
    for bug, group in rows.groupby("bug", sort=False):
        text = told(str(bug)) if told is not None else ""
        plain = group.astype(object).where(group.notna(), None)
        for epoch, row in enumerate(plain.to_dict("records"), start=1):
            place = (str(bug), checkpoint, int(row["index"]), int(row["turn"]))
            found = completion(*place) if completion is not None else None
            yield _sample(row, text, found, checkpoint=checkpoint, epoch=epoch)


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
