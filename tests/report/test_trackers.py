"""What is logged to a tracker is what the tracker gives back, offline and with the tracker's own package."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reroll.report.exports.trackers import TRACKERS, scalars
from reroll.report.words import verdict_words

ROOT = Path(__file__).parents[2]

SCRIPT = '''
import json, pickle, sys
from pathlib import Path
from reroll.report.exports.trackers import log_comparisons

tracker, folder = sys.argv[1], Path(sys.argv[2])
comparisons = pickle.loads((folder / "comparisons.pickle").read_bytes())
report = folder / "report"
log_comparisons(
    comparisons, tracker=tracker, project="reroll-test", run="made-up", specification={"seed": 3}, report=report
)


def records(data):
    """Yield the records of a W&B run file: a LevelDB log of 32 KiB blocks, behind seven bytes of its own."""
    at, held = 7, b""
    while at + 7 <= len(data):
        room = 32768 - at % 32768
        if room < 7:
            at += room
            continue
        length, kind = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        held += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # a whole record, or the last piece of one
            yield held
            held = b""


def read_wandb():
    from wandb.proto import wandb_internal_pb2 as proto

    figures, settings = {}, {}
    (path,) = folder.rglob("*.wandb")
    for held in records(path.read_bytes()):
        record = proto.Record.FromString(held)
        for item in record.history.item:
            figures["/".join(item.nested_key) or item.key] = json.loads(item.value_json)
        for item in (*record.run.config.update, *record.config.update):
            settings["/".join(item.nested_key) or item.key] = json.loads(item.value_json)
    return figures, settings


def read_mlflow():
    import mlflow

    (run,) = mlflow.search_runs(experiment_names=["reroll-test"], output_format="list")
    assert (folder / "mlruns" / run.info.experiment_id / run.info.run_id / "artifacts/report/index.html").is_file()
    return run.data.metrics, run.data.params


def read_trackio():
    from trackio.sqlite_storage import SQLiteStorage

    (row,) = SQLiteStorage.get_logs("reroll-test", "made-up")
    return row, SQLiteStorage.get_run_config("reroll-test", "made-up")


found = {"wandb": read_wandb, "mlflow": read_mlflow, "trackio": read_trackio}[tracker]()
(folder / "found.json").write_text(json.dumps(found, default=str))
'''


@pytest.mark.trackers
@pytest.mark.parametrize("tracker", TRACKERS)
def test_a_tracker_gives_back_what_was_logged(
    run: Any, tmp_path: Path, require: Callable[[str, str], None], tracker: str
) -> None:
    python = Path(os.environ.get("REROLL_TRACKERS_PYTHON") or ROOT / ".venv-trackers" / "bin" / "python")
    require("trackers", "" if python.is_file() else "no .venv-trackers: make setup-trackers")
    (tmp_path / "comparisons.pickle").write_bytes(pickle.dumps(run.comparisons))
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").write_text("<p>Retries still pay")
    offline = {
        "WANDB_MODE": "offline",
        "WANDB_SILENT": "true",
        "MLFLOW_TRACKING_URI": f"file:{tmp_path / 'mlruns'}",
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "TRACKIO_DIR": str(tmp_path),
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT / "src"),
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [python, "-c", SCRIPT, tracker, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        cwd=tmp_path,
        env=offline,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures, settings = json.loads((tmp_path / "found.json").read_text())
    logged = scalars(run.comparisons)
    assert {name: figures[name] for name in logged} == pytest.approx(logged, abs=1e-12)
    assert str(settings["seed"]) == "3"
    for comparison in run.comparisons:
        assert settings[f"{comparison.slice}/{comparison.after}/verdict"] == verdict_words(comparison)
