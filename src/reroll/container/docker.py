"""The Docker backend: one hardened container per worker, with the supervisor as its first process.

The daemon is the one that the Docker client finds (`DOCKER_HOST`, contexts, SSH; Podman's socket too). Beside
a local daemon the supervisor connects back over a Unix socket; elsewhere it is spoken to over the container's
standard streams. A container ends by itself when the other end of its connection is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.container import image
from reroll.container.backend import Shape
from reroll.container.job import Job, Result, exchange, read_header
from reroll.container.owner import LABEL, mark, prefix
from reroll.container.streams import AttachedWriter, attach
from reroll.errors import SandboxError, SandboxMissing

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

FIRST_USER, USERS = 2_000_000_000, 90_000_000
"""Users of attempts: far from real ones, since process limits are counted per user on the machine."""
FIRST_MAPPED_USER, MAPPED_USERS = 20_000, 40_000
"""The same where the daemon maps users and has 65,536 of them."""
CONNECT_SECONDS = 60.0
SUPERVISOR_BYTES = 96 << 20
"""Memory of a container beside the attempt's."""
MOST_PROCESSES = 160
MOST_FILES = "8k"
INSTALL = "install Docker Engine, or Podman with its socket, start it, and see that this user may use it"


def connect() -> DockerClient:
    """Return a client of the daemon.

    Raises:
        SandboxMissing: No daemon answers.
    """
    import docker
    from docker.errors import DockerException

    host = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if host.startswith("unix://") and sys.platform != "win32" and not Path(host[7:]).exists():
        raise SandboxMissing(f"No Docker daemon answers: there is no socket {host[7:]!r}")
    if host.startswith("ssh:"):
        try:
            import paramiko  # noqa: F401
        except ImportError as problem:
            raise SandboxMissing(
                f"DOCKER_HOST is {host!r}, and the Docker client speaks SSH with paramiko alone: "
                "pip install 'reroll[ssh]'"
            ) from problem
    client = None
    try:
        client = docker.from_env(timeout=120, use_ssh_client=host.startswith("ssh:"))
        client.ping()
    except (DockerException, OSError) as problem:
        if client is not None:
            client.close()
        raise SandboxMissing(f"No Docker daemon answers: {problem}") from problem
    return client


def is_local(client: DockerClient) -> bool:
    """Return whether the daemon shares this machine's file system."""
    return str(client.api.base_url).startswith("http+docker://localhost") and not os.environ.get(
        "DOCKER_HOST", "unix:"
    ).startswith(("tcp:", "ssh:", "http"))


def is_podman(client: DockerClient) -> bool:
    """Return whether Podman answers for Docker."""
    return any("podman" in part.get("Name", "").lower() for part in client.version().get("Components") or ())


def options(
    shape: Shape, *, user: int, environment: Mapping[str, str], runtime: str | None, podman: bool = False
) -> dict[str, Any]:
    """Return how a container is made: all that confines it from outside."""
    memory = shape.memory_bytes + SUPERVISOR_BYTES
    # Podman has no bound on files but the one on memory, and would fill the folder from the image.
    files = ",notmpcopyup" if podman else f",nr_inodes={MOST_FILES}"
    return {
        "user": "0:0",
        "network_mode": "none",
        "cap_drop": ["ALL"],
        "cap_add": ["SETUID", "SETGID", "KILL"],
        "security_opt": ["no-new-privileges"],
        "read_only": True,
        "pids_limit": MOST_PROCESSES,
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": 1_000_000_000,
        "ipc_mode": "private",
        "shm_size": 16 << 20,
        "sysctls": {"net.ipv4.tcp_max_tw_buckets": "0"},
        "tmpfs": {"/work": f"rw,nosuid,nodev,exec,size={shape.disk_bytes}{files}"},
        "log_config": {"type": "none", "config": {}},
        "hostname": "sandbox",
        "auto_remove": True,
        "stdin_open": True,
        "labels": {LABEL: mark()},
        "runtime": runtime,
        "environment": {
            "HOME": "/work/tmp",
            "TMPDIR": "/work/tmp",
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            "MALLOC_ARENA_MAX": "2",
            **environment,
        },
        "command": [str(user)],
    }


class DockerBackend:
    """Makes Docker workers."""

    name = "docker"

    def __init__(self, *, environment: Mapping[str, str], runtime: str | None) -> None:
        self._environment = dict(environment)
        self._runtime = runtime
        self._client = connect()
        security = self._client.info().get("SecurityOptions") or []
        self._podman = is_podman(self._client)
        self._mapped = any("rootless" in item or "userns" in item for item in security)

    def close(self) -> None:
        """Close the connection to the daemon."""
        self._client.close()

    def worker(self, shape: Shape) -> DockerWorker:
        """Return a worker that is not started yet."""
        first, number = (FIRST_MAPPED_USER, MAPPED_USERS) if self._mapped else (FIRST_USER, USERS)
        user = first + secrets.randbelow(number)
        made = options(
            shape, user=user, environment=self._environment, runtime=self._runtime, podman=self._podman
        )
        return DockerWorker(self._client, shape.image, made)


class DockerWorker:
    """One supervisor in one container."""

    name = "docker"

    def __init__(self, client: DockerClient, base: str | None, made: dict[str, Any]) -> None:
        self._client = client
        self._base = base
        self._made = made
        self._container: Container | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | AttachedWriter | None = None
        self._folder: Path | None = None

    async def start(self) -> None:
        """Start the container and wait until its supervisor is ready.

        Raises:
            SandboxError: It does not start.
        """
        from docker.errors import APIError

        try:
            name = await asyncio.to_thread(image.ensure, self._client, self._base)
            if is_local(self._client):
                await self._start_beside(name)
            else:
                await self._start_afar(name)
            assert self._reader is not None
            async with asyncio.timeout(CONNECT_SECONDS):
                header = await read_header(self._reader)
        except (APIError, OSError, TimeoutError) as problem:
            raise SandboxError(f"Docker does not start a sandbox: {problem}") from problem
        if not header.get("ready"):
            raise SandboxError(f"The supervisor is not ready: {dict(header)!r}")

    async def _start_beside(self, name: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=prefix()))
        self._folder.chmod(0o755)
        path = self._folder / "supervisor"
        met: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
            asyncio.get_running_loop().create_future()
        )

        def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if met.done():
                writer.close()
            else:
                met.set_result((reader, writer))

        server = await asyncio.start_unix_server(meet, path, limit=1 << 20, backlog=1)
        path.chmod(0o666)
        try:
            made = {**self._made, "volumes": {str(self._folder): {"bind": "/run/reroll", "mode": "ro"}}}
            made["command"] = [*made["command"], "/run/reroll/supervisor"]
            container = await self._created(name, made)
            await asyncio.to_thread(container.start)
            async with asyncio.timeout(CONNECT_SECONDS):
                self._reader, self._writer = await met
        finally:
            # One connection and no more: nothing in the sandbox can speak to this process again.
            server.close()
            path.unlink(missing_ok=True)

    async def _start_afar(self, name: str) -> None:
        container = await self._created(name, self._made)
        self._reader, self._writer = await attach(container)
        await asyncio.to_thread(container.start)

    async def _created(self, name: str, made: Mapping[str, Any]) -> Container:
        """Create the container; one that comes to be while this is cancelled is removed by `stop`."""
        creating = asyncio.ensure_future(asyncio.to_thread(self._create, name, made))
        try:
            return await asyncio.shield(creating)
        finally:
            if not creating.done():
                await asyncio.wait([creating])
            if creating.exception() is None:
                self._container = creating.result()

    def _create(self, name: str, made: Mapping[str, Any]) -> Container:
        settings = dict(made)
        log = settings.pop("log_config")
        from docker.types import LogConfig

        return self._client.containers.create(name, log_config=LogConfig(**log), **settings)

    async def run(self, job: Job) -> Result:
        """Run one job.

        Raises:
            SandboxError: The sandbox failed; it must be stopped.
        """
        assert self._reader is not None
        assert self._writer is not None
        try:
            return await exchange(self._reader, self._writer, job)
        except OSError as problem:
            raise SandboxError(f"The supervisor is gone: {problem}") from problem

    async def stop(self) -> None:
        """End the container and wait until it is gone."""
        from docker.errors import APIError, NotFound

        if self._writer is not None:
            self._writer.close()
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(NotFound, APIError, OSError):
                await asyncio.to_thread(container.remove, force=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
