"""A server never outlives reroll, whatever ended reroll."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reroll.model import guard

STUBBORN = (
    "import os, signal, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}')\n"
    "time.sleep(600)\n"
)
OWNER = (
    "import subprocess, sys, time\n"
    "p = subprocess.Popen([sys.executable, '-I', '-S', *sys.argv[1:]], stdin=subprocess.PIPE, start_new_session=True)\n"
    "print(p.pid, flush=True)\n"
    "time.sleep(600)\n"
)


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(fact: bool, *, of: list[int], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(alive(pid) is fact for pid in of):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, list[int]]]:
    """Run an owner, its guard, and a guarded server with a child; yield owner, guard and the server's pids."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc to see which processes are left")
    pids = tmp_path / "pids"
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, guard.__file__, sys.executable, "-c", STUBBORN, str(pids)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    guarding = int(owner.stdout.readline())
    deadline = time.monotonic() + 15
    while not (pids.exists() and len(pids.read_text().split()) == 2) and time.monotonic() < deadline:
        time.sleep(0.02)
    servers = [int(pid) for pid in pids.read_text().split()]
    yield owner, guarding, servers
    owner.kill()
    owner.wait()
    owner.stdout.close()
    for pid in (guarding, *servers):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


Owned = tuple["subprocess.Popen[str]", int, list[int]]


def test_an_owner_that_is_killed_leaves_no_server(owned: Owned) -> None:
    owner, guarding, servers = owned
    owner.kill()
    assert until(False, of=[*servers, guarding])


def test_a_guard_that_is_killed_leaves_no_server(owned: Owned) -> None:
    _, guarding, servers = owned
    os.kill(guarding, signal.SIGKILL)
    assert until(False, of=servers[:1])


def test_a_terminal_s_interrupt_does_not_reach_the_server(owned: Owned) -> None:
    _, guarding, servers = owned
    os.kill(guarding, signal.SIGINT)
    os.kill(guarding, signal.SIGTERM)
    time.sleep(0.5)
    assert until(True, of=[guarding, *servers], seconds=1)


def test_a_server_that_ends_ends_its_guard_and_its_children(owned: Owned) -> None:
    _, guarding, servers = owned
    os.kill(servers[0], signal.SIGKILL)
    assert until(False, of=[*servers, guarding])
