"""The process of an engine: started, watched, started again once, and always stopped.

It runs under `guard.py`, which ends it when reroll is gone, whatever ended reroll. Its whole output goes to a
log file that every error message names. Who talks to it, and how, is the business of others: they say how to
find out whether it answers, and wait for `ready` before they ask.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from reroll.errors import ModelError, UsageError
from reroll.model import guard
from reroll.model.openai import KEY
from reroll.model.settings import Settings
from reroll.model.vllm.command import engine_environment

LOOK_SECONDS = 0.25
STOP_SECONDS = guard.GRACE_SECONDS + 5
RESTARTS = 1
"""Times that an engine that died is started again."""
VISIBLE = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK")
"""Variables that show devices: NVIDIA's, AMD's (vLLM refuses to find it unlike the first), Intel's."""
STAMP = re.compile(r"^\((?:\w|:)+ pid=\d+\)\s*(?:[A-Z]+ [\d-]+ [\d:.]+ \[[^\]]*\]\s*)?")
"""What vLLM writes before a line: process, time and place."""
PROGRESS = (
    ("Starting to load model", "loading the weights"),
    ("Loading weights took", "weights loaded"),
    ("Warming up", "warming up"),
    ("Capturing CUDA graph", "capturing graphs"),
    ("Application startup complete", "started"),
)
"""Words of vLLM's log, and what they are told as."""


def visible(devices: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that show an engine some devices alone, in the words of every maker.

    Numbers count among the devices that the environment shows, as torch's `cuda:0` does: where a scheduler
    gave this machine's fifth and sixth device to reroll, `devices=0` is the fifth.

    Raises:
        UsageError: the environment does not show so many.
    """
    if not devices:
        return {}
    wanted = [device.strip() for device in devices.split(",") if device.strip()]
    shown = next((environment[name] for name in VISIBLE if environment.get(name)), "")
    given = [device.strip() for device in shown.split(",") if device.strip()]
    beyond = [device for device in wanted if given and device.isdecimal() and int(device) >= len(given)]
    if beyond:
        raise UsageError(f"There is no device {beyond[0]!r} for vllm: the environment shows {shown!r}")
    named = [given[int(device)] if given and device.isdecimal() else device for device in wanted]
    return dict.fromkeys(VISIBLE, ",".join(named))


class Process:
    """One engine, from its start to its end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        answers: Callable[[], Awaitable[bool]],
        lost: Callable[[ModelError], None] = lambda _: None,
        log: Path,
        settings: Settings,
        devices: str = "",
    ) -> None:
        """Prepare a process.

        Args:
            command: what is run.
            answers: tells whether it is ready to be asked.
            lost: told that it died once too often.
            log: file that its output is added to.
            settings: of the model.
            devices: the only accelerators that it sees, as in `0,1`; empty for all. See `visible`.
        """
        self.command = tuple(command)
        self.log = log
        self.restarts = 0
        self._answers = answers
        self._lost = lost
        self._written = 0  # bytes of the log before the last launch
        self._settings = settings
        self._devices = devices
        self._process: subprocess.Popen[bytes] | None = None
        self._healthy = asyncio.Event()
        self._failure: ModelError | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def status(self) -> int | None:
        """Exit status of the process; None while it runs."""
        return None if self._process is None else self._process.poll()

    async def start(self) -> None:
        """Start the process and wait until it answers.

        Raises:
            ModelError: it ended, or did not answer in time; the text ends with the log's last words.
        """
        self._launch()
        await self._until_healthy()
        self._healthy.set()
        self._watch = asyncio.create_task(self._keep())

    async def ready(self) -> None:
        """Wait until the process answers.

        Raises:
            ModelError: it died once too often.
        """
        if self.status is not None:
            self._healthy.clear()  # sooner than the watch
        if self._failure is None:
            await self._healthy.wait()
        if self._failure is not None:
            raise ModelError(str(self._failure))

    async def end(self) -> None:
        """End a process that is of no use any more; it is started again unless it was before."""
        self._healthy.clear()
        if self._process is not None:
            await asyncio.to_thread(self._end, self._process)

    async def stop(self) -> None:
        """Stop the process and everything that it started."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._process is not None:
            await asyncio.to_thread(self._end, self._process)

    def _launch(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != KEY}
        environment |= engine_environment(self._settings)
        environment |= visible(self._devices, environment)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # of the one that died
        self._written = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, *self.command],
                stdin=subprocess.PIPE,  # its closing ends the process
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C is ours to handle
            )

    async def _until_healthy(self) -> None:
        begun = time.monotonic()
        told = ""
        while not await self._answers():
            if self.status is not None:
                raise ModelError(
                    f"vllm ended before it answered: {self._last_words()}; its log is {self.log}"
                )
            waited = time.monotonic() - begun
            if waited > self._settings.start_seconds:
                raise ModelError(f"vllm did not answer within {waited:.0f} s; its log is {self.log}")
            state = self._state()
            if state != told:
                told = state
                self._settings.tell(f"vLLM: {state}")
            await asyncio.sleep(LOOK_SECONDS)
        self._settings.tell(f"vLLM answers after {time.monotonic() - begun:.0f} s")

    async def _keep(self) -> None:
        """Watch the process; start it again when it died, and give up when it dies once more."""
        while True:
            while self.status is None:
                await asyncio.sleep(LOOK_SECONDS)
            self._healthy.clear()
            try:
                if self.restarts >= RESTARTS:
                    raise ModelError(
                        f"vllm died again after a restart: {self._last_words()}; its log is {self.log}"
                    )
                self.restarts += 1
                self._settings.tell(f"vLLM died ({self._last_words()}); starting it again")
                self._launch()
                await self._until_healthy()
            except ModelError as error:
                self._failure = error
                self._healthy.set()
                self._lost(error)
                return
            self._healthy.set()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _state(self) -> str:
        text = self._said()
        return next((words for sign, words in reversed(PROGRESS) if sign in text), "starting")

    def _said(self) -> str:
        """Return the log since the last launch."""
        with self.log.open("rb") as log:
            log.seek(self._written)
            return log.read().decode(errors="replace")

    def _last_words(self) -> str:
        return last_words(self._said())


def last_words(log: str) -> str:
    """Return the line of a log that most likely says why vLLM ended."""
    lines = [STAMP.sub("", line.strip()) for line in log.splitlines()]
    lines = [line for line in lines if line and "root cause" not in line]  # which is further up
    telling = [line for line in lines if "Error:" in line or "error:" in line]
    return (telling or lines or ["it said nothing"])[-1][-300:]
