"""A run that is killed goes on with the same command, and ends as if nothing had happened."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import reroll

pytestmark = [pytest.mark.hf, pytest.mark.bubblewrap, pytest.mark.slow]

TIMES = ["generation_seconds", "test_seconds"]
DEADLINE_SECONDS = 240


@pytest.fixture(autouse=True)
def services(require: Callable[[str, str], None]) -> None:
    from reroll.container.probe import works
    from reroll.model import bundled

    require("bubblewrap", works("bubblewrap"))
    require("hf", "" if "forge/base" in bundled() else "the checkpoint forge/base is not bundled")


def command(out: Path, *, bugs: int = 12) -> list[str]:
    # float64, so that a resumed batch of another shape cannot flip a rare token.
    model = "base=hf:forge/base?dtype=float64&batch=8"
    options = ["--agent", "lines", "-n", "12", "--sandbox", "bubblewrap", "--workers", "1", "--out", str(out)]
    return [sys.executable, "-m", "reroll", "run", f"forge:bugs={bugs}", "--model", model, *options]


def attempts_in(folder: Path) -> int:
    try:
        with sqlite3.connect(f"file:{folder / 'run.sqlite'}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM attempt").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def interrupt(
    started: list[str], folder: Path, *, after: int, by: signal.Signals
) -> tuple[subprocess.Popen[str], str]:
    """Send a signal once the ledger holds some attempts; return the process and what it said."""
    process = subprocess.Popen(
        started,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background has them, and their children, ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while attempts_in(folder) < after and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(by)
    return process, process.communicate(timeout=60)[1]


def test_kill_9_in_mid_run_loses_and_doubles_nothing(tmp_path: Path) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process, _ = interrupt(command(killed), killed, after=20, by=signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert 20 <= attempts_in(killed) < 288
    for folder in (killed, whole):
        subprocess.run(command(folder), check=True, capture_output=True, timeout=DEADLINE_SECONDS)
    resumed, straight = reroll.open(killed), reroll.open(whole)
    assert len(straight.attempts) == 288
    assert_frame_equal(resumed.attempts.drop(columns=TIMES), straight.attempts.drop(columns=TIMES))
    assert_frame_equal(resumed.strategies, straight.strategies)
    assert_frame_equal(resumed.outcomes, straight.outcomes)


def test_ctrl_c_keeps_what_was_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    process, said = interrupt(command(folder, bugs=60), folder, after=10, by=signal.SIGINT)
    assert process.returncode == 130
    assert "the same command goes on" in said
    assert "Traceback" not in said
    assert 10 <= attempts_in(folder) < 1440
