"""Open the model of a `vllm:` spec: start the engine that it needs, or share the one that runs.

A base and its adapters share one engine. Which kind of engine it is, is the user's choice or, by default, the
faster one that works here: without a server, unless the spec names a port, which others may want to talk to.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reroll.errors import ModelError, UsageError
from reroll.model.checkpoint import need_tokenizer, spec_digest
from reroll.model.exchange import Exchange
from reroll.model.model import Model
from reroll.model.openai import Client, look_up
from reroll.model.settings import Settings
from reroll.model.spec import ModelSpec
from reroll.model.vllm.command import engine_command, interpreter, serve_command
from reroll.model.vllm.link import Link
from reroll.model.vllm.offline import Offline
from reroll.model.vllm.process import Process
from reroll.model.wire import connected
from reroll.records import Sampling

ENGINES = ("auto", "offline", "serve")
"""Kinds of engine."""
USAGE = 2
"""Exit status of an engine that does not know an argument, or its vLLM."""


@dataclass(slots=True, kw_only=True)
class Running:
    """An engine that runs now."""

    process: Process
    """Its process."""
    folder: Path
    """Folder of its own, for its socket and, unless the caller named a folder, its log."""
    url: str = ""
    """Base URL of its server; empty where there is none."""
    link: Link | None = None
    """Link to an engine without a server."""
    users: int = 0
    """Models that are open on it."""
    opened: set[ModelSpec] = field(default_factory=set)
    """Models that are or were."""

    @asynccontextmanager
    async def model(self, spec: ModelSpec, *, sampling: Sampling, settings: Settings) -> AsyncIterator[Model]:
        """Open one of the models that it serves."""
        digest = await asyncio.to_thread(spec_digest, spec)
        if self.link is not None:
            yield Offline(
                spec.name, adapter=bool(spec.adapter), digest=digest, link=self.link, sampling=sampling
            )
            return
        async with connected(self.url, key=None, timeout_seconds=settings.timeout_seconds) as wire:
            ready = self.process.ready
            exchange = Exchange(wire, settings=settings, start=settings.concurrency, ready=ready)
            yield Client(
                spec.name,
                model=spec.name,
                served=replace(await look_up(exchange, spec.name), digest=digest),
                exchange=exchange,
                sampling=sampling,
                concurrency=settings.concurrency,
            )

    async def stop(self, *, keep_log: bool) -> None:
        """End it, and remove its folder unless it holds a log that is to be kept."""
        if self.link is not None:
            await self.link.close()
        await self.process.stop()
        if not (keep_log and self.process.log.parent == self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)


_shared: dict[tuple[ModelSpec, ...], Running] = {}
"""Engines that run now, by the specs that they serve."""


@asynccontextmanager
async def open_vllm(spec: ModelSpec, *, sampling: Sampling, settings: Settings) -> AsyncIterator[Model]:
    """Serve the checkpoint of a `vllm:` spec.

    A base and its adapters that the settings name as one fleet share an engine: it is started for the first
    of them and stopped when each has been open and none is any more, or after whichever fails.

    Raises:
        ModelError: there is no vllm executable, or the engine does not start.
    """
    crew = crew_of(spec, fleet=settings.fleet)
    if crew not in _shared:
        _shared[crew] = await _started(crew, settings=settings)
    running = _shared[crew]
    running.users += 1
    running.opened.add(spec)
    failed = True
    try:
        async with running.model(spec, sampling=sampling, settings=settings) as model:
            yield model
        failed = False
    finally:
        running.users -= 1
        if running.users == 0 and (failed or len(running.opened) == len(crew)):
            del _shared[crew]
            await running.stop(keep_log=failed)


def crew_of(spec: ModelSpec, *, fleet: Sequence[ModelSpec]) -> tuple[ModelSpec, ...]:
    """Return the specs that share an engine with this one, itself among them, in the order of the fleet."""
    alike = [other for other in fleet if (other.kind, other.target) == (spec.kind, spec.target)]
    shared = tuple(other for other in alike if dict(other.options) == dict(spec.options))
    bases = sum(not other.adapter for other in shared)
    return shared if spec in shared and bases <= 1 else (spec,)


async def _started(crew: tuple[ModelSpec, ...], *, settings: Settings) -> Running:
    engine = crew[0].options.get("engine", settings.vllm_engine)
    if engine not in ENGINES:
        raise UsageError(f"No vLLM engine {engine!r}: there is {', '.join(ENGINES)}")
    if engine == "offline" and "port" in crew[0].options:
        raise UsageError(f"Model {crew[0].name!r} names a port, and an engine without a server has none")
    if not any("tokenizer" in argument for argument in settings.vllm_args):  # which may be elsewhere
        need_tokenizer(crew[0])
    if engine == "auto" and (
        "port" in crew[0].options or interpreter(settings) is None or _replicated(settings.vllm_args)
    ):
        engine = "serve"
    if engine == "serve":
        return await _launched(_server(crew, settings=settings), settings=settings)
    running = _engine(crew, settings=settings)
    try:
        return await _launched(running, settings=settings)
    except ModelError as error:
        if engine != "auto" or running.process.status != USAGE:
            raise
        settings.tell(f"The engine does not run without a server ({error}); starting one")
        return await _launched(_server(crew, settings=settings), settings=settings)


def _replicated(arguments: Sequence[str]) -> bool:
    """Tell whether there are to be several copies of the model: vLLM has them behind a server alone."""
    return any(argument.startswith(("--data-parallel", "-dp")) for argument in arguments)


async def _launched(running: Running, *, settings: Settings) -> Running:
    command = " ".join(running.process.command[:3])
    settings.tell(f"Starting {command}; its log is {running.process.log}")
    try:
        await running.process.start()
    except BaseException:
        await running.stop(keep_log=True)
        raise
    return running


def _server(crew: tuple[ModelSpec, ...], *, settings: Settings) -> Running:
    port = _free_port(int(crew[0].options.get("port", "0")))
    command = serve_command(crew, port=port, settings=settings)
    folder = Path(tempfile.mkdtemp(prefix="reroll-vllm-"))
    process = Process(
        command,
        answers=lambda: _healthy(port),
        log=_log(crew, folder, settings),
        settings=settings,
        devices=crew[0].options.get("devices", ""),
    )
    return Running(process=process, folder=folder, url=f"http://127.0.0.1:{port}/v1")


def _engine(crew: tuple[ModelSpec, ...], *, settings: Settings) -> Running:
    folder = Path(tempfile.mkdtemp(prefix="reroll-vllm-"))  # nobody else can reach a socket in it
    place = folder / "engine"
    command = engine_command(crew, place=place, settings=settings)
    link = Link(place, timeout_seconds=settings.timeout_seconds)
    process = Process(
        command,
        answers=link.connect,
        lost=link.lose,
        log=_log(crew, folder, settings),
        settings=settings,
        devices=crew[0].options.get("devices", ""),
    )
    link.end = process.end
    return Running(process=process, folder=folder, link=link)


def _log(crew: Sequence[ModelSpec], folder: Path, settings: Settings) -> Path:
    return (settings.logs or folder) / f"vllm-{'+'.join(spec.name for spec in crew)}.log"


async def _healthy(port: int) -> bool:
    """Tell whether a server answers on a port of this machine."""
    try:
        async with asyncio.timeout(2.0):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
            status = await reader.readline()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            return b" 200 " in status
    except (OSError, TimeoutError):
        return False


def _free_port(wanted: int = 0) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise ModelError(f"Port {wanted} for vllm is taken: {error.strerror}") from error
        return int(probe.getsockname()[1])
