"""Find a backend that works on this machine, and open a pool on it.

Where none works, reroll refuses: there is no way to run a patch without isolation.
"""

from __future__ import annotations

from collections.abc import Mapping

from reroll.container.backend import Backend
from reroll.container.bubblewrap import BubblewrapBackend
from reroll.container.docker import DockerBackend
from reroll.container.pool import Sandbox
from reroll.container.probe import works
from reroll.errors import SandboxMissing, UsageError

BACKENDS = ("auto", "docker", "bubblewrap")
ISOLATIONS = ("worker", "attempt")
"""Whose the namespaces are: a worker's, emptied after every attempt, or made anew for every attempt."""


def open_sandbox(
    name: str = "auto",
    *,
    workers: int = 2,
    environment: Mapping[str, str] | None = None,
    docker_runtime: str | None = None,
    isolation: str = "worker",
    lite: bool = True,
) -> Sandbox:
    """Return a pool of workers of a backend that works on this machine.

    Args:
        name: `docker`, `bubblewrap`, or `auto` for the first of the two that works.
        workers: Attempts that run at one time.
        environment: Variables of the test processes, beside or in place of the sandbox's own.
        docker_runtime: Runtime of the Docker daemon, such as `runsc`; None for its default.
        isolation: `worker`, or `attempt` for namespaces of every attempt's own, which only bubblewrap makes.
        lite: Whether the `lite` runner may judge pytest files where it is proven equal to real pytest.

    Raises:
        SandboxMissing: No backend works; the text says what to install.
        UsageError: There is no backend of that name, or fewer than one worker.
    """
    if name not in BACKENDS:
        raise UsageError(f"Unknown sandbox {name!r}; there are {', '.join(BACKENDS)}")
    if workers < 1:
        raise UsageError(f"A sandbox needs at least one worker, not {workers}")
    if isolation not in ISOLATIONS:
        raise UsageError(f"Unknown isolation {isolation!r}; there are {', '.join(ISOLATIONS)}")
    if isolation == "attempt" and name == "docker":
        raise UsageError("Docker has namespaces per worker alone; isolation 'attempt' needs bubblewrap")
    reasons = []
    able = ("bubblewrap",) if isolation == "attempt" else ("docker", "bubblewrap")
    for candidate in able if name == "auto" else (name,):
        reason = works(candidate)
        if not reason:
            backend = _backend(candidate, environment or {}, docker_runtime, isolation)
            return Sandbox(backend, workers, lite)
        reasons.append(f"{candidate}: {reason}")
    raise SandboxMissing(
        f"No sandbox works on this machine, and reroll runs nothing without: {'; '.join(reasons)}"
    )


def _backend(name: str, environment: Mapping[str, str], runtime: str | None, isolation: str) -> Backend:
    if name == "docker":
        return DockerBackend(environment=environment, runtime=runtime)
    return BubblewrapBackend(environment=environment, isolation=isolation)
