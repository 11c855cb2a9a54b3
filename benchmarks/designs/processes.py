"""The designs that start something anew for every patch: an interpreter, a sandbox or a container."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from designs.attempts import NAMES, TEXT, Outcomes, Test
from reroll.container.bubblewrap import command as bubblewrap_command

RUN = "cd /work/p; PYTHONPATH=.:/opt/reroll/packages python3 -B -m pytest -rA -q -p no:cacheprovider tests"
HARDENED = [
    "--network", "none", "--tmpfs", "/work/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
    "--read-only", "--pids-limit", "128", "--memory", "512m", "--cpus", "1", "--log-driver", "none",
]  # fmt: skip
PYTEST = ("-B", "-m", "pytest", "-rA", "-q", "-p", "no:cacheprovider")


async def output_of(*arguments: str, folder: str | None = None) -> str:
    """Return what a program writes on standard output."""
    process = await asyncio.create_subprocess_exec(
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        stdin=asyncio.subprocess.DEVNULL,
        # Plugins that happen to be installed would make the fresh interpreters look slow.
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return (await process.communicate())[0].decode()


def from_pytest(text: str) -> Outcomes:
    """Return outcomes from pytest's own summary; tests that are not named did not run."""
    lines = [line for line in text.splitlines() if line.startswith("PASSED ")]
    passed = {line.split()[1].removeprefix("tests/") for line in lines}
    return {name: name in passed for name in NAMES}


def project_of(text: str) -> str:
    """Write a project with its tests to a new folder, and return that."""
    folder = tempfile.mkdtemp(prefix="reroll-benchmark-")
    for path, content in (("clip.py", text), ("tests/hidden/test_clip.py", TEXT)):
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    for path in (folder, *map(str, Path(folder).rglob("*"))):
        os.chmod(path, 0o755)
    return folder


async def plain(text: str) -> Outcomes:
    """Test with a fresh interpreter and no isolation."""
    folder = project_of(text)
    place = ("-c", "/dev/null", "--rootdir", folder, "tests")
    said = await output_of(sys.executable, *PYTEST, *place, folder=folder)
    shutil.rmtree(folder)
    return from_pytest(said)


async def fresh_bubblewrap(text: str) -> Outcomes:
    """Test with a fresh bubblewrap and a fresh interpreter per attempt."""
    folder = project_of(text)
    made = bubblewrap_command(environment={"PYTHONPATH": ".:/opt/reroll/packages"}, disk_bytes=64 << 20)
    arguments = made[: made.index("--chdir")]
    arguments += ["--dir", "/work/tmp", "--ro-bind", folder, "/work/p", "--chdir", "/work/p"]
    said = await output_of(*arguments, "/usr/bin/python3", *PYTEST, "tests")
    shutil.rmtree(folder)
    return from_pytest(said)


def docker_run(image: str) -> Test:
    """Return the test by a hardened `docker run --rm` per attempt."""

    async def test(text: str) -> Outcomes:
        folder = project_of(text)
        shown = ("-v", f"{folder}:/work/p:ro", "--entrypoint", "sh", image, "-c", RUN)
        said = await output_of("docker", "run", "--rm", *HARDENED, *shown)
        shutil.rmtree(folder)
        return from_pytest(said)

    return test


def created_and_removed(image: str) -> Test:
    """Return the test by a container per attempt, as SWE-bench does it: create, start, copy, exec, remove."""

    async def test(text: str) -> Outcomes:
        folder = project_of(text)
        name = (await output_of("docker", "run", "-d", "--entrypoint", "sleep", image, "600")).strip()
        await output_of("docker", "cp", folder, f"{name}:/work/p")
        said = await output_of("docker", "exec", name, "sh", "-c", RUN)
        await output_of("docker", "rm", "-f", name)
        shutil.rmtree(folder)
        return from_pytest(said)

    return test


class Executed:
    """Tests by `docker exec` in a container that stays."""

    def __init__(self, image: str) -> None:
        self._image = image
        self._container = ""
        self._shared = tempfile.mkdtemp(prefix="reroll-benchmark-")
        os.chmod(self._shared, 0o755)

    async def start(self) -> None:
        """Start the container."""
        stays = ("--entrypoint", "sleep", "-v", f"{self._shared}:/shared:ro", self._image, "3600")
        self._container = (await output_of("docker", "run", "-d", "--rm", *HARDENED, *stays)).strip()

    async def __call__(self, text: str) -> Outcomes:
        """Test one patched file."""
        folder = project_of(text)
        place = f"{self._shared}/{Path(folder).name}"
        shutil.move(folder, place)
        script = RUN.replace("/work/p", f"/shared/{Path(folder).name}")
        said = await output_of("docker", "exec", self._container, "sh", "-c", script)
        shutil.rmtree(place)
        return from_pytest(said)

    async def stop(self) -> None:
        """Remove the container."""
        await output_of("docker", "rm", "-f", self._container)
        shutil.rmtree(self._shared, ignore_errors=True)
