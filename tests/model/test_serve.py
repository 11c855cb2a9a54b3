"""The command that serves a spec, without running it."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from reroll.errors import ModelError, UsageError
from reroll.model import Settings, open_model, parse_spec
from reroll.model.vllm import crew_of, engine_command, executable, serve_command
from reroll.model.vllm.command import interpreter
from reroll.model.vllm.process import last_words, visible


def test_an_adapter_is_served_beside_its_base(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reroll.model.vllm.command.ACCELERATORS", ())
    (tmp_path / "adapter_config.json").write_text('{"r": 12, "target_modules": ["v_proj", "q_proj"]}')
    fleet = (parse_spec(f"base=vllm:{checkpoint}"), parse_spec(f"sd=vllm:{checkpoint}+{tmp_path}"))
    assert crew_of(fleet[0], fleet=fleet) == crew_of(fleet[1], fleet=fleet) == fleet
    command = serve_command(fleet, port=1, settings=Settings(vllm=sys.executable))
    assert command[command.index("--served-model-name") + 1] == "base"
    assert command[command.index("--lora-modules") + 1] == f"sd={tmp_path}"
    assert command[command.index("--max-lora-rank") + 1] == "16"
    wrapped = command.index("--lora-target-modules")
    assert command[wrapped + 1 : wrapped + 3] == ["q_proj", "v_proj"]


def test_other_bases_and_other_options_have_servers_of_their_own(
    checkpoint: Path, chat_checkpoint: Path
) -> None:
    texts = (f"a=vllm:{checkpoint}", f"b=vllm:{chat_checkpoint}", f"c=vllm:{checkpoint}?dtype=float16")
    fleet = tuple(parse_spec(text) for text in texts)
    assert [crew_of(spec, fleet=fleet) for spec in fleet] == [(spec,) for spec in fleet]


def test_no_executable_says_how_to_get_one(checkpoint: Path) -> None:
    with pytest.raises(ModelError, match="pip install vllm"):
        executable(Settings(vllm="no-such-program"))


def test_arguments_are_passed_on_after_ours(checkpoint: Path) -> None:
    settings = Settings(vllm=sys.executable, vllm_args=("--max-model-len", "64"))
    command = serve_command([parse_spec(f"x=vllm:{checkpoint}?dtype=float16")], port=7, settings=settings)
    assert command[1:3] == ["serve", str(checkpoint)]
    assert command[-2:] == ["--max-model-len", "64"]
    assert "float16" in command


def test_a_port_that_is_taken_is_said_before_anything_starts(checkpoint: Path) -> None:
    async def run(port: int) -> None:
        async with open_model(parse_spec(f"x=vllm:{checkpoint}?port={port}"), vllm=sys.executable):
            pass

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        with pytest.raises(ModelError, match="is taken"):
            asyncio.run(run(held.getsockname()[1]))


def test_a_cpu_s_server_takes_prompts_whole(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reroll.model.vllm.command.ACCELERATORS", ())
    spec = parse_spec(f"x=vllm:{checkpoint}")
    settings = Settings(vllm=sys.executable)
    assert "--no-enable-chunked-prefill" in serve_command([spec], port=7, settings=settings)
    monkeypatch.setattr("reroll.model.vllm.command.ACCELERATORS", (sys.executable,))
    assert "--no-enable-chunked-prefill" not in serve_command([spec], port=7, settings=settings)


def test_several_devices_hold_one_model_together(checkpoint: Path) -> None:
    spec = parse_spec(f"x=vllm:{checkpoint}?devices=0,1")
    command = serve_command([spec], port=7, settings=Settings(vllm=sys.executable))
    assert command[command.index("--tensor-parallel-size") + 1] == "2"
    ours = Settings(vllm=sys.executable, vllm_args=("--pipeline-parallel-size", "2"))
    assert "--tensor-parallel-size" not in serve_command([spec], port=7, settings=ours)


@pytest.mark.parametrize(
    ("environment", "devices", "shown"),
    [
        ({}, "0,1", "0,1"),
        ({"CUDA_VISIBLE_DEVICES": "4,5"}, "1", "5"),
        ({"HIP_VISIBLE_DEVICES": "2, 3"}, "0,1", "2,3"),
        ({"CUDA_VISIBLE_DEVICES": "GPU-a,GPU-b"}, "1", "GPU-b"),
        ({"CUDA_VISIBLE_DEVICES": "4,5"}, "GPU-c", "GPU-c"),
    ],
    ids=["all", "given", "amd", "by-name", "named"],
)
def test_devices_count_among_those_that_are_shown(
    environment: dict[str, str], devices: str, shown: str
) -> None:
    assert set(visible(devices, environment).values()) == {shown}


def test_a_device_that_is_not_shown_is_refused() -> None:
    with pytest.raises(UsageError, match="no device '2' for vllm: the environment shows '4,5'"):
        visible("2", {"CUDA_VISIBLE_DEVICES": "4,5"})


def test_the_last_words_are_the_cause_and_not_that_there_is_one() -> None:
    log = (
        "(EngineCore pid=7) ERROR 11-24 12:00:00 [core.py:12] Traceback (most recent call last):\n"
        "(EngineCore pid=7) ERROR 11-24 12:00:00 [core.py:12] ValueError: Free memory is too little.\n"
        "Traceback (most recent call last):\n"
        "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}\n"
    )
    assert last_words(log) == "ValueError: Free memory is too little."
    assert last_words("") == "it said nothing"


@pytest.mark.parametrize("kind", ["hf", "vllm"])
def test_a_checkpoint_without_a_tokenizer_is_one_clear_line(tmp_path: Path, kind: str) -> None:
    (tmp_path / "config.json").write_text("{}")

    async def run() -> None:
        async with open_model(parse_spec(f"x={kind}:{tmp_path}"), vllm=sys.executable):
            pass

    with pytest.raises(ModelError, match="of model 'x' holds no tokenizer; save the one"):
        asyncio.run(run())


def test_copies_of_a_model_are_behind_a_server(checkpoint: Path, tmp_path: Path) -> None:
    vllm = script(tmp_path, f"#!{sys.executable}\nraise SystemExit('serve: the server was tried')\n")
    settings = Settings(vllm=vllm, vllm_args=("--data-parallel-size=2",), logs=tmp_path)

    async def run() -> None:
        async with open_model(parse_spec(f"x=vllm:{checkpoint}"), settings=settings):
            pass

    with pytest.raises(ModelError, match="the server was tried"):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("lines", "python"),
    [
        ("#!/opt/venv/bin/python3\nimport re\n", "/opt/venv/bin/python3"),
        ('#!/bin/sh\n\'\'\'exec\' "/opt/a b/python3.12" "$0" "$@"\n', "/opt/a b/python3.12"),
        ("#!/bin/sh\nexec docker run vllm\n", None),
        ("\x7fELF", None),
    ],
    ids=["script", "long-path", "wrapper", "binary"],
)
def test_the_python_of_an_executable_is_read_from_its_first_lines(
    tmp_path: Path, lines: str, python: str | None
) -> None:
    assert interpreter(Settings(vllm=script(tmp_path, lines))) == python


def test_an_engine_without_a_server_is_told_what_a_server_is(checkpoint: Path, tmp_path: Path) -> None:
    spec = parse_spec(f"x=vllm:{checkpoint}?dtype=float16")
    vllm = script(tmp_path, f"#!{sys.executable}\n")
    settings = Settings(vllm=vllm, vllm_args=("--max-model-len", "64"))
    command = engine_command([spec], place=tmp_path / "engine", settings=settings)
    assert command[0] == sys.executable
    assert command[2:5] == [str(tmp_path / "engine"), "--model", str(checkpoint)]
    assert command[-4:] == serve_command([spec], port=7, settings=settings)[-4:]


@pytest.mark.parametrize(
    ("options", "message"),
    [("engine=warp", "No vLLM engine 'warp'"), ("engine=offline&port=7", "names a port")],
)
def test_an_engine_that_cannot_be_is_refused_before_anything_starts(
    checkpoint: Path, options: str, message: str
) -> None:
    async def run() -> None:
        async with open_model(parse_spec(f"x=vllm:{checkpoint}?{options}"), vllm=sys.executable):
            pass

    with pytest.raises(UsageError, match=message):
        asyncio.run(run())


def test_an_engine_that_does_not_know_its_vllm_gives_way_to_a_server(
    checkpoint: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    vllm = script(tmp_path, f"#!{sys.executable}\nraise SystemExit('serve: the server was tried')\n")

    async def run() -> None:
        settings = Settings(vllm=vllm, progress=told.append, logs=tmp_path)
        async with open_model(parse_spec(f"x=vllm:{checkpoint}"), settings=settings):
            pass

    with pytest.raises(ModelError, match="the server was tried"):  # this Python has no vLLM at all
        asyncio.run(run())
    assert any("does not run without a server" in line for line in told)


def script(folder: Path, lines: str) -> str:
    """Write an executable that begins with these lines, and return its path."""
    (folder / "vllm").write_text(lines, encoding="utf-8")
    (folder / "vllm").chmod(0o755)
    return str(folder / "vllm")
