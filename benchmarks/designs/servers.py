"""The designs without isolation that keep processes: fork servers, and the checkers of other evaluations."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from designs.attempts import CALLS, NAMES, PATCHES, TEXT, Outcomes
from reroll.container.lite import listed

HERE = Path(__file__).parent


class Servers:
    """Processes that answer a line of JSON with a line of JSON, one for each attempt at a time."""

    def __init__(self, *command: str, number: int) -> None:
        self._command = command
        self._number = number
        self._free: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()
        self._processes: list[asyncio.subprocess.Process] = []

    async def start(self) -> None:
        """Start the processes."""
        for _ in range(self._number):
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=1 << 22,
            )
            self._processes.append(process)
            self._free.put_nowait(process)

    async def ask(self, question: Mapping[str, Any]) -> Any:
        """Return a process's answer."""
        process = await self._free.get()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(question).encode() + b"\n")
        line = await process.stdout.readline()
        self._free.put_nowait(process)
        if not line:
            raise SystemExit(f"{self._command} ended without an answer")
        return json.loads(line)

    @property
    def pids(self) -> list[int]:
        """The processes, whose processor time is the design's."""
        return [process.pid for process in self._processes]

    async def stop(self) -> None:
        """End the processes."""
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()


class Floor(Servers):
    """The sandbox's own runner in a fork of a warm process, without any isolation or confirmation."""

    def __init__(self, runner: str, *, number: int) -> None:
        super().__init__(sys.executable, str(HERE / "forkserver.py"), number=number)
        self._runner = runner
        self._job: dict[str, Any] = {}

    async def start(self) -> None:
        """Start the servers and have the tests made ready."""
        await super().start()
        if self._runner == "cases":
            calls = [("", f"clip({x}, {a}, {b})") for x, a, b, _ in CALLS]
            self._job = {"runner": "cases", "modules": ["clip"], "cases": calls, "tests": {}}
            return
        tests = {"hidden/test_clip.py": TEXT}
        job = {"files": {"clip.py": PATCHES["right"]}, "tests": tests, "variants": 1, "runner": "prepare"}
        frames = (await self.ask(job))["frames"]
        variant = next(frame["variants"][0] for frame in frames if "variants" in frame)
        order, canaries = variant["order"], variant["canaries"]
        self._job = {
            "runner": self._runner,
            "tests": tests,
            "code": variant["code"],
            "list": listed([f["item"] for f in frames if "item" in f], canaries, first=canaries, order=order),
            "depth": next(frame["depth"] for frame in frames if "depth" in frame),
        }

    async def __call__(self, text: str) -> Outcomes:
        """Test one patched file."""
        frames = (await self.ask({**self._job, "files": {"clip.py": text}}))["frames"]
        if self._runner == "cases":
            values = {frame["index"]: frame.get("value") for frame in frames if "index" in frame}
            wanted = [{"f": w.hex()} if isinstance(w, float) else w for *_, w in CALLS]
            return {name: values.get(i) == wanted[i] for i, name in enumerate(NAMES)}
        passed = {frame["test"] for frame in frames if frame.get("outcome") == "passed" and "test" in frame}
        return {name: name in passed for name in NAMES}


class Checker(Servers):
    """The checker of another evaluation, by an interpreter that has it."""

    def __init__(self, name: str, *, python: str, number: int) -> None:
        super().__init__(python, str(HERE / "checkers.py"), name, json.dumps(CALLS), number=number)
        self.number = number

    async def __call__(self, text: str) -> Outcomes:
        """Test one patched file."""
        passed = (await self.ask({"text": text}))["passed"]
        return dict(zip(NAMES, passed, strict=True))
