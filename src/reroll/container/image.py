"""The Docker image of the sandbox: built from `Dockerfile` on a pinned base, and named by its content.

Where the base cannot be pulled, one is made from Debian's packages. The test runner's packages come from the
interpreter that reroll runs on, so that both backends test with the same versions.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reroll import assets
from reroll.container.owner import prefix
from reroll.container.runtime import TEST_PACKAGES, distribution_files
from reroll.errors import SandboxError, SandboxMissing

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "reroll-sandbox"
LABEL = "reroll.base"
"""Label of images: the base that a bug names, empty for the project's own."""
BOOTSTRAPPED = f"{REPOSITORY}-base:bookworm"
_DATES = 1_700_000_000
"""Modification time of everything in the context: the name must depend on the content alone."""


def base_name() -> str:
    """Return the base that the Dockerfile pins."""
    found = re.search(r"^ARG BASE=(\S+)$", _dockerfile().read_text(), re.MULTILINE)
    if found is None:
        raise SandboxError(f"{_dockerfile()} names no base: it needs a line `ARG BASE=…`")
    return found.group(1)


def _dockerfile() -> Path:
    return assets.root() / "Dockerfile"


def context() -> bytes:
    """Return the build context as a tar archive, the same bytes for the same content."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in sorted(_context_files()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(data), _DATES, 0o644
            archive.addfile(member, io.BytesIO(data))
    return target.getvalue()


def _context_files() -> Iterator[tuple[str, bytes]]:
    yield "Dockerfile", _dockerfile().read_bytes()
    for file in assets.folder("sandbox").glob("*.py"):
        yield f"sandbox/{file.name}", file.read_bytes()
    for distribution in TEST_PACKAGES:
        for name, source in distribution_files(distribution):
            yield f"packages/{name}", source.read_bytes()


def tag(base: str | None = None) -> str:
    """Return the name of the image for a base: a hash of the base's name and the build context."""
    content = hashlib.sha256((base or base_name()).encode() + context())
    return f"{REPOSITORY}:{content.hexdigest()[:16]}"


def ensure(client: DockerClient, base: str | None = None) -> str:
    """Return the name of the image, built where the daemon lacks it.

    Args:
        client: The daemon.
        base: Image of a bug to build on; None for the project's own.

    Raises:
        SandboxMissing: The image cannot be built; the text says why.
    """
    from docker.errors import ImageNotFound

    name = tag(base)
    try:
        client.images.get(name)
    except ImageNotFound:
        build(client, base)
    return name


def prune(client: DockerClient, *, before: float) -> list[str]:
    """Remove the images that other versions built and nothing uses; return what was removed, in words.

    Args:
        client: The daemon.
        before: Images made after that time stay, in seconds since 1970.
    """
    from docker.errors import APIError

    removed = []
    for found in (*client.images.list(name=REPOSITORY), *client.images.list(filters={"label": LABEL})):
        if datetime.fromisoformat(found.attrs["Created"][:19] + "+00:00").timestamp() >= before:
            continue
        current = tag(found.labels.get(LABEL) or None)
        for name in [t for t in found.tags if t.startswith(f"{REPOSITORY}:")] or (
            [] if found.tags else [found.id]
        ):
            if name != current:
                # An image of a container that runs is refused, and stays.
                with contextlib.suppress(APIError):
                    client.images.remove(name)
                    removed.append(f"image {name}")
    return removed


def build(client: DockerClient, base: str | None = None) -> str:
    """Build the image and return its name.

    Raises:
        SandboxMissing: The base can neither be pulled nor made, or the build fails.
    """
    from docker.errors import APIError, BuildError

    name = tag(base)
    found = _base(client, base or base_name(), own=base is None)
    try:
        client.images.build(
            fileobj=io.BytesIO(context()),
            custom_context=True,
            tag=name,
            buildargs={"BASE": found},
            labels={LABEL: base or ""},
            rm=True,
            forcerm=True,
        )
    except (APIError, BuildError) as problem:
        raise SandboxMissing(f"The image {name} cannot be built: {problem}") from problem
    return name


def _base(client: DockerClient, name: str, *, own: bool) -> str:
    from docker.errors import APIError, ImageNotFound

    for candidate in (name, BOOTSTRAPPED) if own else (name,):
        try:
            client.images.get(candidate)
        except ImageNotFound:
            continue
        return candidate
    try:
        client.images.pull(name)
    except APIError as problem:
        if not own:
            raise SandboxMissing(f"The image {name!r} of a bug can be neither found nor pulled") from problem
        return _bootstrap(client, problem)
    return name


def _bootstrap(client: DockerClient, why: Exception) -> str:
    """Make a base from Debian's packages."""
    program = shutil.which("mmdebstrap")
    if program is None:
        raise SandboxMissing(
            f"The base {base_name()} cannot be pulled ({why}), and mmdebstrap is not installed to make one: "
            "apt-get install mmdebstrap"
        ) from why
    with tempfile.TemporaryDirectory(prefix=prefix()) as folder:
        archive = Path(folder) / "base.tar"
        done = subprocess.run(
            [program, "--quiet", "--variant=minbase", "--include=python3", "bookworm", str(archive)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SandboxMissing(f"mmdebstrap cannot make a base: {done.stderr.strip()[-400:]}") from why
        repository, _, label = BOOTSTRAPPED.partition(":")
        client.api.import_image_from_file(str(archive), repository=repository, tag=label)
    return BOOTSTRAPPED
