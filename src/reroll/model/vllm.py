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
ACCELERATORS = ("/dev/nvidiactl", "/dev/kfd", "/dev/accel", "/dev/vfio", "/dev/dxg")
"""Device files of which one exists where vLLM does not run on the CPU."""
PROGRESS = (
    ("Starting to load model", "loading the weights"),
    ("Loading weights took", "weights loaded"),
    ("Warming up", "warming up"),
    ("Capturing CUDA graph", "capturing graphs"),
    ("Application startup complete", "started"),
)
"""Words of vLLM's log, and what they are told as."""


_shared: dict[tuple[ModelSpec, ...], Server] = {}
"""Servers that run now, by the specs that they serve."""


class Server:
    """One `vllm serve` process, from its start to its end."""

    def __init__(
        self, command: Sequence[str], *, port: int, log: Path, settings: Settings, devices: str
    ) -> None:
        self.command = tuple(command)
        self.port = port
        self.log = log
        self.restarts = 0
        self._written = 0  # bytes of the log before the last launch
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
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # of the one that died
        self._written = self.log.stat().st_size if self.log.exists() else 0
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
        text = self._said()
        return next((words for sign, words in reversed(PROGRESS) if sign in text), "starting")

    def _said(self) -> str:
        """Return the log since the last launch."""
        with self.log.open("rb") as log:
            log.seek(self._written)
            return log.read().decode(errors="replace")

    def _last_words(self) -> str:
        """Return the line of the log that most likely says why the server ended."""
        lines = [line.strip() for line in self._said().splitlines() if line.strip()]
        telling = [line for line in lines if "Error:" in line or "error:" in line]
        return (telling or lines or ["it said nothing"])[-1][-300:]


@asynccontextmanager
async def open_vllm(spec: ModelSpec, *, sampling: Sampling, settings: Settings) -> AsyncIterator[Client]:
    """Serve the checkpoint of a `vllm:` spec.

    A base and its adapters that the settings name as one fleet share a server: it is started for the first of
    them and stopped after the last, or after whichever fails.

    Raises:
        ModelError: there is no vllm executable, or the server does not start.
    """
    crew = crew_of(spec, fleet=settings.fleet)
    try:
        server = _shared.get(crew) or await _started(crew, settings=settings)
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
    except BaseException:
        await _stopped(crew, keep_log=True)
        raise
    if spec == crew[-1]:
        await _stopped(crew, keep_log=settings.logs is not None)


def crew_of(spec: ModelSpec, *, fleet: Sequence[ModelSpec]) -> tuple[ModelSpec, ...]:
    """Return the specs that share a server with this one, itself among them, in the order of the fleet."""
    alike = [other for other in fleet if (other.kind, other.target) == (spec.kind, spec.target)]
    shared = tuple(other for other in alike if dict(other.options) == dict(spec.options))
    bases = sum(not other.adapter for other in shared)
    return shared if spec in shared and bases <= 1 else (spec,)


def serve_command(crew: Sequence[ModelSpec], *, port: int, settings: Settings) -> list[str]:
    """Return the command that serves a base and its adapters, under the names that requests use."""
    base = next((spec.name for spec in crew if not spec.adapter), f"{crew[0].name}.base")
    command = [executable(settings), "serve", crew[0].target, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--served-model-name", base, "--disable-uvicorn-access-log"]
    dtype = crew[0].options.get("dtype") or settings.dtype
    if dtype:
        command += ["--dtype", dtype]
    adapters = [spec for spec in crew if spec.adapter]
    if adapters:
        rank = max(_rank(spec.adapter) for spec in adapters)
        command += ["--enable-lora", "--max-loras", str(len(adapters)), "--max-lora-rank", str(rank)]
        command += ["--lora-modules", *(f"{spec.name}={spec.adapter}" for spec in adapters)]
    chunking = any("chunked" in argument for argument in settings.vllm_args)
    if not chunking and not any(Path(device).exists() for device in ACCELERATORS):
        # A seeded request whose prompt is taken in chunks rewinds its random generator, and the generators
        # of CPUs cannot: the engine of vLLM 0.32 dies of it ("CPU Generator does not use offset").
        command.append("--no-enable-chunked-prefill")
    return [*command, *settings.vllm_args]


async def _started(crew: tuple[ModelSpec, ...], *, settings: Settings) -> Server:
    options = crew[0].options
    port = _free_port(int(options.get("port", "0")))
    folder = settings.logs or Path(tempfile.mkdtemp(prefix="reroll-vllm-"))
    log = folder / f"vllm-{'+'.join(spec.name for spec in crew)}.log"
    command = serve_command(crew, port=port, settings=settings)
    server = Server(command, port=port, log=log, settings=settings, devices=options.get("devices", ""))
    settings.tell(f"Starting {' '.join(command[:3])}; its log is {log}")
    _shared[crew] = server
    await server.start()
    return server


async def _stopped(crew: tuple[ModelSpec, ...], *, keep_log: bool) -> None:
    server = _shared.pop(crew, None)
    if server is not None:
        await server.stop()
        if not keep_log:
            shutil.rmtree(server.log.parent, ignore_errors=True)


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


def _free_port(wanted: int = 0) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise ModelError(f"Port {wanted} for vllm is taken: {error.strerror}") from error
        return int(probe.getsockname()[1])
