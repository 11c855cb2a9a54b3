"""Exports: what other programs read back is what the run holds."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reroll.errors import MissingDependency, UsageError
from reroll.records import Completion
from reroll.report.exports.eval_log import write_eval_logs
from reroll.report.exports.files import arena_rows, write_arena, write_frames, write_picture
from reroll.report.exports.summary import markdown
from reroll.report.exports.trackers import TRACKERS, log_comparisons, scalars

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("kind", "read"), [("parquet", pd.read_parquet), ("csv", pd.read_csv)])
def test_frames_come_back(run: Any, tmp_path: Path, kind: str, read: Callable[[Path], pd.DataFrame]) -> None:
    (path,) = write_frames({"attempts": run.attempts}, tmp_path, kind=kind)
    back = read(path)
    assert list(back.columns) == list(run.attempts.columns)
    assert back["correct"].sum() == run.attempts["correct"].sum()


def test_another_format_is_refused(run: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'xlsx'.*parquet, csv"):
        write_frames({"attempts": run.attempts}, tmp_path, kind="xlsx")


def test_arena_rows_hold_counts_that_agree(run: Any) -> None:
    rows = list(arena_rows(run.tallies, benchmark="made"))
    assert len(rows) == len(run.bugs) * len(run.tallies)
    assert all(row["pass1"] == row["correct"] / row["count"] for row in rows)


def test_arena_rows_are_json_lines(run: Any, tmp_path: Path) -> None:
    path = write_arena(run.tallies, tmp_path / "new" / "arena.jsonl", benchmark="made")
    first = json.loads(path.read_text().splitlines()[0])
    assert set(first) == {"benchmark_id", "model", "example_id", "pass1", "count", "correct"}


def test_the_picture_is_drawn_in_both_formats(run: Any, tmp_path: Path) -> None:
    view = run.view()
    assert write_picture(view, tmp_path / "a.svg", scheme="dark").read_text().startswith("<svg ")
    assert write_picture(view, tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match=r"ends in \.svg or \.png"):
        write_picture(view, tmp_path / "a.jpg")


def test_the_picture_can_show_some_slices(run: Any, tmp_path: Path) -> None:
    text = write_picture(run.view(), tmp_path / "a.svg", slices=["ood"]).read_text()
    assert "ood · 12 bugs" in text
    assert "id · 12 bugs" not in text
    with pytest.raises(UsageError, match="No slice 'far'"):
        write_picture(run.view(), tmp_path / "a.svg", slices=["far"])


@pytest.fixture(scope="module")
def logs(run: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return write_eval_logs(
        run.tallies,
        tmp_path_factory.mktemp("logs"),
        attempts_of=lambda bug: run.attempts[run.attempts["bug"] == bug],
        task="made-up",
        created="2030-01-01T00:00:00+00:00",
        told=lambda bug: run.bugs[bug].report,
        specification={"seed": 0},
    )


def test_there_is_one_log_a_checkpoint(run: Any, logs: tuple[Path, ...]) -> None:
    assert [json.loads(path.read_text())["eval"]["model"] for path in logs] == list(run.tallies)


def test_a_log_has_an_epoch_for_every_counted_attempt(run: Any, logs: tuple[Path, ...]) -> None:
    log = json.loads(logs[0].read_text())
    counted = run.attempts[(run.attempts["checkpoint"] == "base") & run.attempts["counted"]]
    assert len(log["samples"]) == len(counted) == log["results"]["total_samples"]
    marks = [sample["scores"]["fixed"]["value"] for sample in log["samples"]]
    assert marks.count("C") == counted["correct"].sum()


def test_a_log_holds_what_the_model_answered(run: Any, tmp_path: Path) -> None:
    def completion(bug: str, checkpoint: str, index: int, turn: int) -> Completion:
        return Completion(text=f"{bug} {checkpoint} {index} {turn}", finish_reason="length")

    tallies = {"base": [tally for tally in run.tallies["base"] if tally.bug == "made/median-001"]}
    frame = run.attempts[run.attempts["checkpoint"] == "base"]
    (path,) = write_eval_logs(
        tallies,
        tmp_path,
        attempts_of=lambda bug: frame[frame["bug"] == bug],
        task="t",
        created="2030-01-01T00:00:00Z",
        completion=completion,
    )
    output = json.loads(path.read_text())["samples"][0]["output"]
    assert output["choices"][0]["message"]["content"] == "made/median-001 base 0 0"
    assert output["choices"][0]["stop_reason"] == "stop"


def test_a_log_reads_one_bug_at_a_time(run: Any, tmp_path: Path) -> None:
    asked = []

    def attempts_of(bug: str) -> pd.DataFrame:
        asked.append(bug)
        return run.attempts[run.attempts["bug"] == bug]

    write_eval_logs(run.tallies, tmp_path, attempts_of=attempts_of, task="t", created="2030-01-01T00:00:00Z")
    assert asked == list(run.bugs)


INSPECT = """
import json, sys
from inspect_ai.log import list_eval_logs, read_eval_log
found = [read_eval_log(info) for info in list_eval_logs(sys.argv[1], descending=False)]
print(json.dumps({
    log.eval.model: [log.status, log.results.scores[0].metrics["accuracy"].value,
                     sum(sample.scores["fixed"].value == "C" for sample in log.samples), len(log.samples)]
    for log in found
}))
"""


@pytest.mark.inspect
def test_inspect_finds_and_reads_the_logs(
    run: Any, logs: tuple[Path, ...], require: Callable[[str, str], None]
) -> None:
    """Its package pins what others need newer, so it lives in an environment of its own: make setup-inspect."""
    python = Path(os.environ.get("REROLL_INSPECT_PYTHON") or ROOT / ".venv-inspect" / "bin" / "python")
    require("inspect", "" if python.is_file() else "no .venv-inspect: make setup-inspect")
    done = subprocess.run(
        [python, "-c", INSPECT, logs[0].parent], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.keys() == run.tallies.keys()
    for name, (status, accuracy, correct, samples) in found.items():
        own = run.tallies[name]
        assert (status, correct) == ("success", sum(tally.correct for tally in own))
        assert samples == sum(tally.attempts for tally in own)
        assert accuracy == pytest.approx(sum(t.correct / t.attempts for t in own) / len(own))


def test_the_summary_says_the_answer_and_names_what_was_lost(run: Any) -> None:
    text = markdown(run.comparisons, name="made | up", report="https://example.org/r")
    assert r"### reroll: made \| up" in text
    for comparison in run.comparisons:
        assert comparison.verdict in text
    assert "Bugs lost: `made/" in text
    assert "[Full report](https://example.org/r)" in text


def test_scalars_leave_out_what_is_undefined(run: Any) -> None:
    found = scalars(run.comparisons)
    assert all(isinstance(value, float) and isfinite(value) for value in found.values())
    metric = run.comparisons[0].metrics["pass@1"]
    assert found["all/sd/pass_at_1/delta"] == metric.delta


def test_an_unknown_tracker_is_refused(run: Any) -> None:
    with pytest.raises(UsageError, match="wandb, mlflow, trackio"):
        log_comparisons(run.comparisons, tracker="paper", project="p", run="r")


def test_a_tracker_that_refuses_is_quoted_in_one_line(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refuses:
        def set_experiment(self, name: str) -> None:
            raise RuntimeError("The store is gone\nand here is a long story")

    monkeypatch.setitem(sys.modules, "mlflow", Refuses())
    with pytest.raises(UsageError, match=r"^mlflow did not take the figures: The store is gone$"):
        log_comparisons(run.comparisons, tracker="mlflow", project="p", run="r")


@pytest.mark.parametrize("tracker", TRACKERS)
def test_a_missing_tracker_says_what_to_install(run: Any, tracker: str) -> None:
    from importlib.util import find_spec

    if find_spec(tracker):
        pytest.skip(f"{tracker} is installed")
    with pytest.raises(MissingDependency, match=r"pip install 'reroll\[trackers\]'"):
        log_comparisons(run.comparisons, tracker=tracker, project="p", run="r")
