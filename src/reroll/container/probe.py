"""What works on this machine: the findings behind `reroll doctor`, and behind `--sandbox auto`."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import NamedTuple

from reroll.container.bubblewrap import INSTALL, command
from reroll.errors import SandboxMissing


class Finding(NamedTuple):
    """One thing that the sandbox needs, and whether it is there."""

    name: str
    """What was looked at."""
    works: bool
    """Whether it works."""
    why: str
    """What was seen."""
    remedy: str
    """How to get it; empty where it works."""


def works(name: str) -> str:
    """Return why a backend does not work here; empty where it does."""
    finding = _bubblewrap() if name == "bubblewrap" else _docker(build=True)
    return "" if finding.works else f"{finding.why} ({finding.remedy})"


def probe() -> list[Finding]:
    """Return what works on this machine."""
    return [_docker(build=False), _bubblewrap()]


def _bubblewrap() -> Finding:
    if sys.platform != "linux":
        return Finding("bubblewrap", False, f"It needs Linux, and this is {sys.platform}", "use Docker")
    try:
        arguments = command(environment={}, disk_bytes=1 << 20)
    except SandboxMissing as problem:
        return Finding("bubblewrap", False, str(problem), INSTALL)
    trial = [*arguments[: arguments.index("/usr/bin/python3")], "/usr/bin/python3", "-I", "-S", "-c", "pass"]
    done = subprocess.run(trial, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        remedy = (
            "allow unprivileged user namespaces (kernel.unprivileged_userns_clone, AppArmor), or use Docker"
        )
        return Finding("bubblewrap", False, f"bubblewrap starts nothing: {said}", remedy)
    return Finding("bubblewrap", True, arguments[0], "")


def _docker(*, build: bool) -> Finding:
    from reroll.container import image
    from reroll.container.docker import INSTALL as INSTALL_DOCKER
    from reroll.container.docker import connect

    try:
        with contextlib.closing(connect()) as client:
            version = client.version().get("Version", "of an unknown version")
            name = image.ensure(client) if build else image.tag()
    except SandboxMissing as problem:
        return Finding("docker", False, str(problem), INSTALL_DOCKER)
    return Finding("docker", True, f"engine {version}, image {name}", "")
