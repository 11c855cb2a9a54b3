"""Sandboxes that are not the usual ones: for an ordinary user, beside a remote daemon, in a bug's own image."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import reroll
from reroll.container import open_sandbox
from reroll.container.probe import works
from reroll.errors import SandboxError
from reroll.records import Bug, Case, Tests, Verdict

NOBODY = 65534
AS_NOBODY = """\
import asyncio, os
from reroll.container import open_sandbox
from reroll.records import Bug, Tests
files = {"hidden/test_m.py": "from m import x\\n\\n\\ndef test_x():\\n    assert x == 1\\n"}
bug = Bug(suite="t", name="t", report="", source={"m.py": "x = 0"}, editable=("m.py",), tests=Tests(runner="pytest", files=files))
async def main():
    for isolation in ("worker", "attempt"):
        async with open_sandbox("bubblewrap", workers=1, isolation=isolation) as sandbox:
            told = [(await sandbox.judge(bug, {"m.py": f"x = {x}"})).verdict for x in (0, 1)]
            print(os.getuid(), isolation, *told)
asyncio.run(main())
"""


def test_an_ordinary_user_needs_no_root_for_bubblewrap(
    tmp_path_factory: pytest.TempPathFactory, require: Callable[[str, str], None]
) -> None:
    require("bubblewrap", works("bubblewrap"))
    interpreter = next((p for p in (sys.executable, "/usr/bin/python3") if _runs_as_nobody(p)), "")
    if os.geteuid() != 0 or not interpreter:
        pytest.skip("only root can become nobody, and nobody needs an interpreter that it can reach")
    home = Path("/var/tmp") / f"reroll-{os.getpid()}-nobody"
    home.mkdir(mode=0o755)
    os.chown(home, NOBODY, NOBODY)
    libraries = [str(Path(reroll.__file__).parents[1]), *(p for p in sys.path if p.endswith("site-packages"))]
    variables = {"HOME": str(home), "REROLL_CACHE": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(libraries)}  # fmt: skip
    try:
        done = subprocess.run(
            [interpreter, "-c", AS_NOBODY], env=variables, cwd="/", capture_output=True, text=True, check=False,
            user=NOBODY, group=NOBODY, extra_groups=[],
        )  # fmt: skip
    finally:
        shutil.rmtree(home)
    assert done.stdout.splitlines() == ["65534 worker failed fixed", "65534 attempt failed fixed"], (
        done.stderr
    )


def _runs_as_nobody(interpreter: str) -> bool:
    needed = "import sys, typing; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run(
            [interpreter, "-c", needed], user=NOBODY, group=NOBODY, extra_groups=[], check=False, cwd="/"
        )
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture
def docker_bug(require: Callable[[str, str], None]) -> Bug:
    require("docker", works("docker"))
    case = Case(name="x", value="x()", expected="1")
    tests = Tests(runner="cases", modules=("m",), visible=(case,))
    return Bug(suite="t", name="m", report="", source={"m.py": "x = None\n"}, editable=("m.py",), tests=tests)


def judged(bug: Bug, *texts: str, **options: Any) -> list[Verdict]:
    """Return the verdicts of patches in a Docker sandbox that is opened for them."""

    async def judge() -> list[Verdict]:
        async with open_sandbox("docker", workers=1, **options) as sandbox:
            return [(await sandbox.judge(bug, {"m.py": text})).verdict for text in texts]

    return asyncio.run(judge())


def test_a_daemon_that_is_reached_over_the_network_is_spoken_to_over_streams(
    docker_bug: Bug, relay: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{relay}")
    loud = "print('out of turn' * 9999)\nimport os\nos.write(2, b'x' * 99999)\ndef x():\n    return 1\n"
    texts = ("def x():\n    return 1\n", "def x():\n    return 2\n", "while True:\n    pass\n", loud)
    bug = replace(docker_bug, limits=replace(docker_bug.limits, seconds=1.0))
    assert judged(bug, *texts) == [Verdict.FIXED, Verdict.FAILED, Verdict.TIMED_OUT, Verdict.FIXED]


RELAY = """\
import asyncio
async def passed(reader, writer):
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
        writer.write_eof()
    except OSError:
        pass
async def met(reader, writer):
    beyond, back = await asyncio.open_unix_connection("/var/run/docker.sock")
    await asyncio.gather(passed(reader, back), passed(beyond, writer))
    writer.close()
    back.close()
async def main():
    server = await asyncio.start_server(met, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@pytest.fixture
def relay() -> Iterator[int]:
    """Relay a port to the socket of the daemon; nothing of the file system passes, as from another machine."""
    process = subprocess.Popen(
        [sys.executable, "-c", RELAY], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


def test_a_runtime_is_passed_to_the_daemon(docker_bug: Bug) -> None:
    right = "def x():\n    return 1\n"
    assert judged(docker_bug, right, docker_runtime="io.containerd.runc.v2") == [Verdict.FIXED]
    with pytest.raises(SandboxError, match="no-such-runtime"):
        judged(docker_bug, right, docker_runtime="no-such-runtime")


def test_a_bug_is_tested_in_the_image_that_it_names(docker_bug: Bug, own_image: str) -> None:
    source = "def x():\n    with open('/opt/own/number') as file:\n        return int(file.read())\n"
    assert judged(replace(docker_bug, image=own_image), source) == [Verdict.FIXED]
    assert judged(docker_bug, source) == [Verdict.FAILED]
    with pytest.raises(SandboxError, match=r"no-such-image.*neither found nor pulled"):
        judged(replace(docker_bug, image="no-such-image:1"), source)


@pytest.fixture
def own_image(docker_bug: Bug) -> Iterator[str]:
    """Build an image on the sandbox's own, with one file more."""
    from reroll.container import image
    from reroll.container.docker import connect

    name = f"reroll-test-own:{os.getpid()}"
    with contextlib.closing(connect()) as client:
        base = image.ensure(client)
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as archive:
            for path, data in (("Dockerfile", f"FROM {base}\nCOPY number /opt/own/number\nENTRYPOINT []\n"), ("number", "1")):  # fmt: skip
                member = tarfile.TarInfo(path)
                member.size, member.mode = len(data), 0o644
                archive.addfile(member, io.BytesIO(data.encode()))
        context.seek(0)
        client.images.build(fileobj=context, custom_context=True, tag=name, rm=True)
        yield name
        for tag in (image.tag(name), name):
            client.images.remove(tag, force=True)
