"""A vLLM server of our own: started, watched, started again once, and always stopped.

The server runs under `guard.py`, which ends it when this process is gone, whatever ended it. Requests go
through `openai.py`; when the server dies in mid-run they wait here until it is back, and are asked again:
each attempt has its own seed, so nothing is lost or doubled. The server's whole output goes to a log file
that every error message names.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from reroll.errors import ModelError, UsageError
from reroll.model import guard
from reroll.model.checkpoint import checkpoint_digest
from reroll.model.exchange import Exchange
from reroll.model.openai import KEY, Client, connected, look_up
from reroll.model.settings import Settings
from reroll.model.spec import ModelSpec
from reroll.records import Sampling

EXECUTABLE = "REROLL_VLLM"
"""Environment variable that names the vllm executable."""
LOOK_SECONDS = 0.25
STOP_SECONDS = guard.GRACE_SECONDS + 5
RESTARTS = 1
"""Times that a server that died is started again."""
QUIET = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
"""Variables of the server: it reports its use to nobody."""
PROGRESS = (
    ("Starting to load model", "loading the weights"),
    ("Loading weights took", "weights loaded"),
    ("Warming up", "warming up"),
    ("Capturing CUDA graph", "capturing graphs"),
    ("Application startup complete", "started"),
)
"""Words of vLLM's log, and what they are told as."""


class Server:
    """One `vllm serve` process, from its start to its end."""

    def __init__(
        self, command: Sequence[str], *, port: int, log: Path, settings: Settings, devices: str
    ) -> None:
        self.command = tuple(command)
        self.port = port
        self.log = log
        self.restarts = 0
        self._settings = settings
        self._devices = devices
        self._process: subprocess.Popen[bytes] | None = None
        self._healthy = asyncio.Event()
        self._failure: ModelError | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Base URL of the server."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        """Start the process and wait until it is healthy.

        Raises:
            ModelError: it ended, or was not healthy in time; the text ends with the log's last words.
        """
        self._launch()
        await self._until_healthy()
        self._healthy.set()
        self._watch = asyncio.create_task(self._keep())

    async def ready(self) -> None:
        """Wait until the server is healthy.

        Raises:
            ModelError: it died once too often.
        """
        if self._process is not None and self._process.poll() is not None:
            self._healthy.clear()  # sooner than the watch
        if self._failure is None:
            await self._healthy.wait()
        if self._failure is not None:
            raise ModelError(str(self._failure))

    async def stop(self) -> None:
        """Stop the process and everything that it started."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._process is not None:
            await asyncio.to_thread(self._end, self._process)

    def _launch(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != KEY} | QUIET
        if self._devices:
            environment["CUDA_VISIBLE_DEVICES"] = self._devices
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, *self.command],
                stdin=subprocess.PIPE,  # its closing ends the server
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C is ours to handle
            )

    async def _until_healthy(self) -> None:
        begun = time.monotonic()
        told = ""
        while not await self._answers():
            if self._process is None or self._process.poll() is not None:
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
        self._settings.tell(f"vLLM answers on port {self.port} after {time.monotonic() - begun:.0f} s")

    async def _keep(self) -> None:
        """Watch the process; start it again when it died, and give up when it dies once more."""
        while True:
            while self._process is not None and self._process.poll() is None:
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
                return
            self._healthy.set()

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(2.0):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
                status = await reader.readline()
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
                return b" 200 " in status
        except (OSError, TimeoutError):
            return False

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _state(self) -> str:
        text = self.log.read_text(errors="replace")
        return next((words for sign, words in reversed(PROGRESS) if sign in text), "starting")

    def _last_words(self) -> str:
        """Return the line of the log that most likely says why the server ended."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        telling = [line for line in lines if "Error:" in line or "error:" in line]
        return (telling or lines or ["it said nothing"])[-1][-300:]


@asynccontextmanager
async def open_vllm(spec: ModelSpec, *, sampling: Sampling, settings: Settings) -> AsyncIterator[Client]:
    """Start the server of a `vllm:` spec, and stop it at the end.

    Raises:
        ModelError: there is no vllm executable, or the server does not start.
    """
    port = int(spec.options.get("port", "0")) or _free_port()
    log = (settings.logs or Path(tempfile.mkdtemp(prefix="reroll-vllm-"))) / f"vllm-{spec.name}.log"
    command = serve_command(spec, port=port, settings=settings)
    server = Server(command, port=port, log=log, settings=settings, devices=spec.options.get("devices", ""))
    settings.tell(f"Starting {' '.join(command[:3])}; its log is {log}")
    clean = False
    try:
        await server.start()
        async with connected(server.url, key=None, settings=settings) as client:
            exchange = Exchange(client, settings=settings, start=settings.concurrency, ready=server.ready)
            served = await look_up(exchange, spec.name)
            yield Client(
                spec.name,
                model=spec.name,
                served=replace(served, digest=await asyncio.to_thread(_digest, spec)),
                exchange=exchange,
                sampling=sampling,
                concurrency=settings.concurrency,
            )
        clean = True
    finally:
        await server.stop()
        if clean and settings.logs is None:
            shutil.rmtree(log.parent, ignore_errors=True)


def serve_command(spec: ModelSpec, *, port: int, settings: Settings) -> list[str]:
    """Return the command that serves a spec: base and adapter under the names that requests use."""
    command = [executable(settings), "serve", spec.target, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--disable-uvicorn-access-log"]
    dtype = spec.options.get("dtype") or settings.dtype
    if dtype:
        command += ["--dtype", dtype]
    if spec.adapter:
        command += ["--served-model-name", f"{spec.name}.base", "--enable-lora"]
        command += [
            "--lora-modules",
            f"{spec.name}={spec.adapter}",
            "--max-lora-rank",
            str(_rank(spec.adapter)),
        ]
    else:
        command += ["--served-model-name", spec.name]
    return [*command, *settings.vllm_args]


def executable(settings: Settings) -> str:
    """Return the vllm executable: the one of the settings, of REROLL_VLLM, or on the path.

    Raises:
        ModelError: there is none; the text says how to get it.
    """
    wanted = settings.vllm or os.environ.get(EXECUTABLE) or "vllm"
    found = shutil.which(wanted)
    if found is None:
        raise ModelError(
            f"No executable {wanted!r}: pip install vllm (an environment of its own will do), and name "
            f"it with --vllm or {EXECUTABLE}"
        )
    return found


def _digest(spec: ModelSpec) -> str:
    base = checkpoint_digest(spec.target)
    return f"{base}+{checkpoint_digest(spec.adapter)}" if spec.adapter else base


def _rank(adapter: str) -> int:
    """Return the least rank that vLLM offers and the adapter fits in."""
    config = Path(adapter) / "adapter_config.json"
    try:
        rank = int(json.loads(config.read_text())["r"])
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"Adapter {adapter!r} has no rank: {config} cannot be read") from error
    return next((offered for offered in (8, 16, 32, 64, 128, 256, 320, 512) if offered >= rank), rank)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
