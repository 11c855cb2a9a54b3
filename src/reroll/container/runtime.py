"""The root folder of the bubblewrap sandbox: this interpreter, its library and pytest, and nothing else.

It is built once per interpreter and version of pytest, named by a hash of what goes in, in the cache folder
of the user (of the machine, for root, whose own folders other users cannot read). No file of the user's own
is in it, and it is mounted read-only.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reroll import assets
from reroll.container.owner import prefix
from reroll.errors import SandboxMissing

TEST_PACKAGES = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
"""Distributions that a test process may import besides the standard library."""
_LEFT_OUT = {
    "site-packages", "test", "tests", "idlelib", "idle_test", "tkinter", "turtledemo", "ensurepip", "lib2to3",
    "__pycache__", "pydoc_data", "distutils",
}  # fmt: skip
_LAYOUT = 7


def cache_folder() -> Path:
    """Return where roots are kept."""
    if chosen := os.environ.get("REROLL_CACHE"):
        return Path(chosen)
    if os.geteuid() == 0:
        return Path("/var/cache/reroll")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reroll"


def supervisor_folder() -> Path:
    """Return a copy of the `sandbox` folder that every user may read, built where it is missing."""
    target = supervisor_place()
    if not target.is_dir():
        with under_construction(target) as building:
            for file in _supervisor_files():
                shutil.copyfile(file, building / file.name)
    return target


def supervisor_place() -> Path:
    """Return where that copy is, or would be: it is named by its content."""
    parts = (part for f in _supervisor_files() for part in (f.name.encode(), f.read_bytes()))
    return cache_folder() / f"supervisor-{hashlib.sha256(bytes(1).join(parts)).hexdigest()[:16]}"


def _supervisor_files() -> list[Path]:
    return sorted(assets.folder("sandbox").glob("*.py"))


def root_folder() -> Path:
    """Return the root folder, built where it is missing.

    Raises:
        SandboxMissing: pytest is not installed beside this interpreter.
    """
    target = root_place()
    if not target.is_dir():
        with under_construction(target) as building:
            _build(building, _executable())
    return target


def _executable() -> Path:
    base = Path(sys.base_prefix)
    executable = base / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return executable if executable.exists() else Path(sys.executable).resolve()


def root_place() -> Path:
    """Return where the root folder is, or would be: it is named by all that goes into it.

    Raises:
        SandboxMissing: pytest is not installed beside this interpreter.
    """
    executable = _executable()
    versions = [f"{name}={_version(name)}" for name in TEST_PACKAGES]
    stamp = executable.stat()
    parts = [
        str(_LAYOUT),
        sys.version,
        str(executable),
        str(stamp.st_mtime_ns),
        str(stamp.st_size),
        *versions,
    ]
    return cache_folder() / f"root-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError as problem:
        raise SandboxMissing(
            f"The sandbox needs {name!r} beside this Python: pip install {name}"
        ) from problem


class under_construction:  # noqa: N801 - reads as a statement
    """A folder that appears under its name only when it is complete."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __enter__(self) -> Path:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.building = Path(tempfile.mkdtemp(prefix=prefix(".building-"), dir=self.target.parent))
        return self.building

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            for path in (self.building, *self.building.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            try:
                self.building.rename(self.target)
            except OSError:
                if not self.target.is_dir():
                    raise
        shutil.rmtree(self.building, ignore_errors=True)


def _build(root: Path, executable: Path) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in ("usr/bin", "usr/lib", "proc", "dev", "work", "etc", "opt/reroll/sandbox"):
        (root / folder).mkdir(parents=True)
    shutil.copy2(executable, root / "usr/bin" / name)
    for alias in ("python3", "python"):
        (root / "usr/bin" / alias).symlink_to(name)
    (root / "bin").symlink_to("usr/bin")
    (root / "tmp").symlink_to("work/tmp")
    shutil.copytree(library, root / "usr/lib" / name, ignore=_ignored, symlinks=False)
    packages = root / "opt/reroll/packages"
    packages.mkdir()
    for distribution in TEST_PACKAGES:
        _copy_distribution(distribution, packages)
    binaries = [root / "usr/bin" / name, *(root / "usr/lib" / name).rglob("*.so")]
    for shared in _shared_objects(executable, binaries):
        # An interpreter of the user's own brings its libraries along, but not the names of its folders.
        own = shared.is_relative_to(executable.parent.parent) and not shared.is_relative_to("/usr")
        target = root / "usr/lib" / shared.name if own else root / str(shared).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(shared, target)
    (root / "etc/passwd").write_text("attempt:x:1000:1000::/work/tmp:/bin/false\n")
    (root / "etc/group").write_text("attempt:x:1000:\n")
    compiling = [
        sys.executable,
        "-I",
        "-m",
        "compileall",
        "-q",
        "-j1",
        "--invalidation-mode",
        "unchecked-hash",
    ]
    subprocess.run([*compiling, root / "usr/lib" / name, packages], check=False, capture_output=True)


def _ignored(folder: str, names: list[str]) -> set[str]:
    left_out = {name for name in names if name in _LEFT_OUT or name.startswith("config-")}
    return left_out if "unittest" not in folder else left_out - {"test"}


def distribution_files(name: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of an installed distribution, by their path below `site-packages`."""
    distribution = importlib.metadata.distribution(name)
    for file in distribution.files or ():
        source = Path(str(distribution.locate_file(file)))
        if ".." not in file.parts and file.suffix != ".pyc" and source.is_file():
            yield str(file), source


def _copy_distribution(name: str, packages: Path) -> None:
    for file, source in distribution_files(name):
        target = packages / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _shared_objects(executable: Path, binaries: list[Path]) -> set[Path]:
    environment = {**os.environ, "LD_LIBRARY_PATH": str(executable.parent.parent / "lib")}
    said = subprocess.run(
        ["ldd", *map(str, binaries)], capture_output=True, text=True, check=False, env=environment
    ).stdout
    return {Path(path) for path in re.findall(r"(?:=>\s*|^\s*)(/\S+) \(0x", said, re.MULTILINE)}
