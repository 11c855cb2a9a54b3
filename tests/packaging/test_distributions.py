"""sdist → wheel → fresh environment → a run from an unrelated folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.packaging, pytest.mark.slow]


def ran(*command: str | Path, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, require: Callable[[str, str], None]) -> Path:
    require("packaging", "" if (ROOT / "pyproject.toml").is_file() else "there is no checkout")
    folder = tmp_path_factory.mktemp("dist")
    ran(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    ran(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    ran(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    ran(
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "-c",
        ROOT / "constraints.txt",
        f"{wheel}[bubblewrap]",
        cwd=folder,
    )
    return folder / "venv" / "bin" / "reroll"


def test_the_wheel_carries_the_bundled_folders_and_no_stray_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/", 1)[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"reroll"}
    for bundled in (
        "sandbox/supervisor.py",
        "agents/direct/agent.toml",
        "suites/starter/suite.toml",
        "Dockerfile",
    ):
        assert f"reroll/_bundled/{bundled}" in names
    assert any(name.startswith("reroll/_bundled/checkpoints/forge/base/") for name in names)
    assert "reroll/py.typed" in names


def test_a_fresh_installation_lists_its_suites(program: Path, tmp_path: Path) -> None:
    listed = json.loads(ran(program, "suite", "list", "--json", cwd=tmp_path))
    assert {"starter", "forge", "paths"} <= {suite["name"] for suite in listed["suites"]}


def test_a_fresh_installation_runs_from_an_unrelated_folder(
    program: Path, tmp_path: Path, require: Callable[[str, str], None]
) -> None:
    from reroll.container.probe import works

    require("bubblewrap", works("bubblewrap"))
    command = (
        "run",
        "forge:bugs=2",
        "--agent",
        "oracle",
        "--sandbox",
        "bubblewrap",
        "--out",
        "here",
        "--json",
    )
    summary = json.loads(ran(program, *command, cwd=tmp_path))
    assert summary["checkpoints"][0]["fixed"] == summary["checkpoints"][0]["attempts"] > 0
    assert (tmp_path / "here" / "run.sqlite").is_file()
