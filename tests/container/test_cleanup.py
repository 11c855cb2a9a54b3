"""What `reroll doctor --clean` removes, and what it leaves."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reroll.container import clean
from reroll.container.bubblewrap import kept_folders
from reroll.container.owner import is_dead, is_orphaned, mark, prefix
from reroll.container.probe import works

OLD = "0123456789abcdef"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REROLL_CACHE", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    return tmp_path


def ended() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_roots_and_supervisors_of_other_versions_go_and_the_present_ones_stay(cache: Path) -> None:
    for kind in ("root", "supervisor", "bubblewrap"):
        (cache / f"{kind}-{OLD}").mkdir()
    for folder in kept_folders():
        folder.mkdir()
    (cache / "datasets").mkdir()
    assert not any(OLD in removed for removed in clean())
    assert sum(OLD in removed for removed in clean(older_seconds=-1)) == 3
    assert {folder.name for folder in cache.iterdir()} == {f.name for f in kept_folders()} | {"datasets"}


def test_half_built_and_temporary_folders_of_the_dead_go_and_those_of_the_living_stay(cache: Path) -> None:
    dead = f"{ended()}-123-x"
    gone = [cache / f".building-{dead}", Path(tempfile.gettempdir()) / f"reroll-{dead}"]
    kept = [cache / f"{prefix('.building-')}x", Path(tempfile.mkdtemp(prefix=prefix()))]
    for folder in (*gone, kept[0]):
        folder.mkdir()
    removed = clean()
    assert all(f"folder {folder}" in removed and not folder.exists() for folder in gone)
    assert all(folder.exists() for folder in kept)
    kept[1].rmdir()


def test_a_process_number_that_was_given_again_does_not_protect_what_is_left() -> None:
    assert is_orphaned(f"reroll-{os.getpid()}-1-x")
    assert not is_orphaned(f"{prefix()}x")
    assert not is_orphaned("reroll-of-somebody")
    assert is_orphaned(f"reroll-{ended()}-name")
    assert not is_orphaned(f"reroll-{os.getpid()}-name")
    node, number, _ = mark().split(":")
    assert is_dead(f"{node}:{number}:1")
    assert not is_dead(mark())
    assert not is_dead(f"elsewhere:{number}:1")


def test_images_of_other_versions_go_and_the_present_one_stays(require: Callable[[str, str], None]) -> None:
    require("docker", works("docker"))
    from reroll.container import image
    from reroll.container.docker import connect

    old = f"{image.REPOSITORY}:{OLD}"
    with contextlib.closing(connect()) as client:
        name = image.ensure(client)
        client.images.build(fileobj=io.BytesIO(f"FROM {name}\nLABEL old=1\n".encode()), tag=old, rm=True)
        assert f"image {old}" not in image.prune(client, before=time.time() - 3600)
        assert f"image {old}" in image.prune(client, before=time.time() + 60)
        tags = [tag for found in client.images.list(name=image.REPOSITORY) for tag in found.tags]
    assert name in tags
    assert old not in tags
