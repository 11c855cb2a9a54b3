"""The command lines that serve a base and its adapters, and the executables in them."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reroll.errors import ModelError, UsageError
from reroll.model.settings import Settings
from reroll.model.spec import ModelSpec

EXECUTABLE = "REROLL_VLLM"
"""Environment variable that names the vllm executable."""
ACCELERATORS = ("/dev/nvidiactl", "/dev/kfd", "/dev/accel", "/dev/vfio", "/dev/dxg")
"""Device files of which one exists where vLLM does not run on the CPU."""
RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""Ranks of adapters that vLLM offers."""
PARTED = re.compile(r"--[a-z-]*parallel[a-z-]*size|-(tp|pp|dp)\b")
"""Arguments that say how a model is spread over devices."""
QUIET = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
"""Variables of every engine: it reports its use to nobody."""
INTERPRETER = re.compile(rb"""\A#!\s*(?:/bin/sh\n'''exec'\s*)?"?(?P<path>/[^"\n]*?python[\w.]*)\b""")
"""First lines of a script that pip installs; a path too long for the kernel is given to the shell."""


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


def interpreter(settings: Settings) -> str | None:
    """Return the Python that the vllm executable runs in; None where it is no Python script."""
    with Path(executable(settings)).open("rb") as script:
        found = INTERPRETER.match(script.read(1024))
    return found["path"].decode() if found else None


def serve_command(crew: Sequence[ModelSpec], *, port: int, settings: Settings) -> list[str]:
    """Return the command that serves a base and its adapters, under the names that requests use."""
    base = next((spec.name for spec in crew if not spec.adapter), f"{crew[0].name}.base")
    command = [executable(settings), "serve", crew[0].target, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--served-model-name", base, "--disable-uvicorn-access-log"]
    return [*command, *_engine_arguments(crew, settings=settings)]


def engine_command(crew: Sequence[ModelSpec], *, place: Path, settings: Settings) -> list[str]:
    """Return the command that runs vLLM's engine behind a socket at `place`.

    Raises:
        ModelError: the vllm executable does not tell its Python.
    """
    python = interpreter(settings)
    if python is None:
        raise ModelError(
            f"{executable(settings)!r} is no script of pip's, so its Python is not known: "
            "use --vllm-engine serve"
        )
    script = Path(__file__).with_name("engine.py")
    command = [python, str(script), str(place), "--model", crew[0].target]
    return [*command, *_engine_arguments(crew, settings=settings)]


def engine_environment(settings: Settings) -> dict[str, str]:
    """Return the variables of an engine, beside those of reroll; numbers that the user chose stay.

    Left to itself on a CPU, vLLM 0.32 parts scheduler and model into two processes that wait for each other
    in busy loops: generation takes a core more than its model needs, asked or not, and the tests, which share
    the cores, wait for it. In one process they need the number of threads told, and it is what vLLM would
    choose: a thread for every core but one.
    """
    alone = {}
    if on_cpu(settings):
        alone = {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "OMP_NUM_THREADS": str(max(1, _cores() - 1))}
    return {name: os.environ.get(name, value) for name, value in alone.items()} | QUIET


def on_cpu(settings: Settings) -> bool:
    """Tell whether vLLM computes on the CPU: nothing else is here, or it was built for nothing else."""
    if not any(Path(device).exists() for device in ACCELERATORS):
        return True
    python = interpreter(settings)
    packages = Path(python).parent.parent.glob("lib/python3*/site-packages/vllm*.dist-info") if python else ()
    return any("cpu" in package.name for package in packages)


def _cores() -> int:
    """Return how many cores this process may use; the twins that share a core count once."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    twins = {_twins(core) for core in usable}
    return len(twins)


def _twins(core: int) -> str:
    file = Path(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list")
    try:
        return file.read_text(encoding="ascii")
    except OSError:
        return str(core)


def _engine_arguments(crew: Sequence[ModelSpec], *, settings: Settings) -> list[str]:
    """Return what both kinds of engine are told, the user's own arguments last."""
    arguments = []
    dtype = crew[0].options.get("dtype") or settings.dtype
    if dtype:
        arguments += ["--dtype", dtype]
    adapters = [spec for spec in crew if spec.adapter]
    if adapters:
        rank = max(_rank(spec.adapter) for spec in adapters)
        arguments += ["--enable-lora", "--max-loras", str(len(adapters)), "--max-lora-rank", str(rank)]
        arguments += ["--lora-modules", *(f"{spec.name}={spec.adapter}" for spec in adapters)]
    cpu = on_cpu(settings)
    if adapters and cpu and (targets := _targets(adapters)):
        # Otherwise vLLM 0.32 wraps the output layer as well, and on CPUs that layer cannot score prompts of
        # several requests at once: the engine dies ("einsum(): subscript b has size … for operand 1").
        arguments += ["--lora-target-modules", *targets]
    devices = [device for device in crew[0].options.get("devices", "").split(",") if device]
    if len(devices) > 1 and not any(PARTED.match(argument) for argument in settings.vllm_args):
        arguments += ["--tensor-parallel-size", str(len(devices))]
    chunking = any("chunked" in argument for argument in settings.vllm_args)
    if not chunking and cpu:
        # A seeded request whose prompt is taken in chunks rewinds its random generator, and the generators
        # of CPUs cannot: the engine of vLLM 0.32 dies of it ("CPU Generator does not use offset").
        arguments.append("--no-enable-chunked-prefill")
    return [*arguments, *settings.vllm_args]


def _targets(adapters: Sequence[ModelSpec]) -> list[str]:
    """Return the modules that adapters change, where each of them lists its own."""
    named = [_adapter(spec.adapter).get("target_modules") for spec in adapters]
    lists = [modules for modules in named if isinstance(modules, list)]
    return (
        sorted({str(module) for modules in lists for module in modules}) if len(lists) == len(named) else []
    )


def _rank(adapter: str) -> int:
    """Return the least rank that vLLM offers and the adapter fits in."""
    try:
        rank = int(_adapter(adapter)["r"])
    except (ValueError, KeyError) as error:
        raise UsageError(f"Adapter {adapter!r} has no rank: adapter_config.json must have an 'r'") from error
    return next((offered for offered in RANKS if offered >= rank), rank)


def _adapter(folder: str) -> dict[str, Any]:
    config = Path(folder) / "adapter_config.json"
    try:
        read: dict[str, Any] = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"Adapter {folder!r} is none: {config} cannot be read: {error}") from error
    return read
