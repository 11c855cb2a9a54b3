"""The life of workers: replacement, retries, refusal and what is left afterwards."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from reroll.container import clean, open_sandbox, probe
from reroll.container.backend import Shape
from reroll.container.job import Job, Result
from reroll.container.owner import started
from reroll.container.pool import KINDS, Sandbox
from reroll.container.probe import works
from reroll.errors import SandboxError, SandboxMissing, UsageError
from reroll.records import Bug, Limits, Verdict


class Failing:
    """A backend whose workers lose the first jobs that they are given."""

    name = "failing"

    def __init__(self, losses: int) -> None:
        self.losses = losses
        self.made = self.stopped = 0

    def worker(self, shape: Shape) -> Failing:
        self.made += 1
        return self

    async def start(self) -> None:
        """Start nothing."""

    async def stop(self) -> None:
        self.stopped += 1

    def close(self) -> None:
        """Hold nothing."""

    async def run(self, job: Job) -> Result:
        if self.losses:
            self.losses -= 1
            raise SandboxError("The daemon is gone")
        return Result(
            exit_code=0,
            timed_out=False,
            wall_seconds=0,
            cpu_seconds=0,
            peak_memory_bytes=0,
            frames=(),
            malformed=False,
            output="",
        )


JOB = Job(runner="cases", files={}, limits=Limits())


def test_an_attempt_that_its_worker_lost_is_tried_on_others() -> None:
    backend = Failing(losses=2)
    result = asyncio.run(Sandbox(backend, 1).run(JOB))
    assert result.exit_code == 0
    assert (backend.made, backend.stopped) == (3, 2)


def test_a_sandbox_that_keeps_failing_is_an_error_and_no_judgement() -> None:
    with pytest.raises(SandboxError, match="daemon is gone"):
        asyncio.run(Sandbox(Failing(losses=99), 1).run(JOB))


def test_what_confirms_runs_in_no_sandbox_in_which_tests_and_patches_met() -> None:
    met = {runner for runner in ("pytest", "lite", "full", "fresh", "prepare", "command") if runner in KINDS}
    assert met == set()
    assert {KINDS[runner] for runner in ("split", "split_lite", "split_full")} == {"split"}
    assert {KINDS[runner] for runner in ("answers", "cases_split")} == {"apart"}

    async def kinds() -> int:
        backend = Failing(losses=0)
        sandbox = Sandbox(backend, 1)
        for runner in ("lite", "answers", "split", "cases", "lite", "answers", "split", "cases"):
            await sandbox.run(Job(runner=runner, files={}, limits=Limits()))
        return backend.made

    assert asyncio.run(kinds()) == len({"shared", *KINDS.values()})


def test_unknown_backends_and_no_workers_are_refused() -> None:
    with pytest.raises(UsageError, match="auto, docker, bubblewrap"):
        open_sandbox("chroot")
    with pytest.raises(UsageError, match="at least one worker"):
        open_sandbox("bubblewrap", workers=0)


def test_without_a_backend_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(SandboxMissing, match=r"No sandbox works.*install Docker"):
        open_sandbox("docker")


def test_a_daemon_behind_ssh_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://user@nowhere")
    monkeypatch.setitem(sys.modules, "paramiko", None)
    with pytest.raises(SandboxMissing, match=r"pip install 'reroll\[ssh\]'"):
        open_sandbox("docker")


def test_namespaces_per_attempt_are_those_of_bubblewrap() -> None:
    with pytest.raises(UsageError, match="needs bubblewrap"):
        open_sandbox("docker", isolation="attempt")
    with pytest.raises(UsageError, match="worker, attempt"):
        open_sandbox("bubblewrap", isolation="none")


def test_findings_name_both_backends_and_a_remedy() -> None:
    findings = {finding.name: finding for finding in probe()}
    assert set(findings) == {"docker", "bubblewrap"}
    assert all(finding.works or finding.remedy for finding in findings.values())


def test_a_cancelled_attempt_costs_its_worker_and_nothing_else(
    court: Any, cases_bug: Bug, fixed: dict[str, str]
) -> None:
    async def cancel() -> None:
        endless = court.sandbox.judge(cases_bug, {"median.py": "while True:\n    pass\n"})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(endless, 0.5)

    court.run(cancel())
    assert court.judge(cases_bug, fixed["median.py"]).verdict is Verdict.FIXED


def test_the_time_in_which_a_sandbox_stood_still_does_not_count(
    cases_bug: Bug, fixed: dict[str, str], require: Callable[[str, str], None]
) -> None:
    require("bubblewrap", works("bubblewrap"))
    bug = dataclasses.replace(cases_bug, limits=Limits(seconds=2))
    text = f"import time\ntime.sleep(1.2)\n{fixed['median.py']}"

    async def stopped() -> Verdict:
        async with open_sandbox("bubblewrap", workers=1) as sandbox:
            await sandbox.judge(bug, fixed, probes=False)
            family = psutil.Process().children(recursive=True)
            judging = asyncio.ensure_future(sandbox.judge(bug, {"median.py": text}, probes=False))
            while len(whole := psutil.Process().children(recursive=True)) == len(family):
                await asyncio.sleep(0)
            for process in whole:
                process.suspend()
            await asyncio.sleep(3.5)
            for process in whole:
                process.resume()
            return (await judging).verdict

    assert asyncio.run(stopped()) is Verdict.FIXED


OWNER = """\
import asyncio, sys
from reroll.container import open_sandbox
from reroll.records import Bug, Case, Tests
bug = Bug(suite="t", name="t", report="", source={"m.py": "x = 1"}, editable=("m.py",),
          tests=Tests(runner="cases", modules=("m",), hidden=(Case(name="x", value="x", expected="1"),)))
async def main():
    async with open_sandbox(sys.argv[1], workers=1) as sandbox:
        await sandbox.judge(bug, bug.source)
        print("ready", flush=True)
        await sandbox.judge(bug, {"m.py": "while True: pass"})
asyncio.run(main())
"""


@pytest.mark.parametrize("backend", ["bubblewrap", "docker"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_of_an_owner_that_was_ended(
    backend: str, number: int, require: Callable[[str, str], None]
) -> None:
    require(backend, works(backend))
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, backend], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == "ready\n"
    family = below(owner.pid)
    assert family
    owner.send_signal(number)
    owner.wait(timeout=60)
    clean()
    deadline = time.monotonic() + 30
    while (left := remains(owner.pid, family)) and time.monotonic() < deadline:
        time.sleep(0.1)
        clean()
    assert left == []


def below(owner: int) -> dict[int, str]:
    """Return processes that descend from an owner, or that its container runs, with their start times."""
    listing = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout
    parents = {int(pid): int(parent) for pid, parent, *_ in map(str.split, listing.splitlines()[1:])}
    found, size = {owner}, 0
    while len(found) > size:
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    found |= {pid for pid in parents if f"reroll-{owner}-" in _text(f"/proc/{pid}/mountinfo")}
    return {pid: started(pid) for pid in found - {owner} if started(pid)}


def remains(owner: int, family: dict[int, str]) -> list[str]:
    """Return processes, mounts, control groups, folders and containers of an owner."""
    found = [f"process {pid}" for pid, begun in family.items() if started(pid) == begun]
    found += [line for line in _text("/proc/self/mountinfo").splitlines() if f"reroll-{owner}-" in line]
    folders = (Path("/sys/fs/cgroup").glob("**/reroll-*"), Path(tempfile.gettempdir()).glob("reroll-*"))
    found += [str(path) for group in folders for path in group if path.name.startswith(f"reroll-{owner}-")]
    if shutil.which("docker"):
        listing = ["docker", "ps", "-a", "--format", '{{.Label "reroll.owner"}}']
        labels = subprocess.run(listing, capture_output=True, text=True, check=False).stdout.split()
        found += [label for label in labels if label.split(":")[1] == str(owner)]
    return found


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
