"""The command that serves a spec, without running it."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from reroll.errors import ModelError
from reroll.model import Settings, open_model, parse_spec
from reroll.model.vllm import crew_of, executable, serve_command


def test_an_adapter_is_served_beside_its_base(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text('{"r": 12}')
    fleet = (parse_spec(f"base=vllm:{checkpoint}"), parse_spec(f"sd=vllm:{checkpoint}+{tmp_path}"))
    assert crew_of(fleet[0], fleet=fleet) == crew_of(fleet[1], fleet=fleet) == fleet
    command = serve_command(fleet, port=1, settings=Settings(vllm=sys.executable))
    assert command[command.index("--served-model-name") + 1] == "base"
    assert command[command.index("--lora-modules") + 1] == f"sd={tmp_path}"
    assert command[command.index("--max-lora-rank") + 1] == "16"


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
    monkeypatch.setattr("reroll.model.vllm.ACCELERATORS", ())
    spec = parse_spec(f"x=vllm:{checkpoint}")
    settings = Settings(vllm=sys.executable)
    assert "--no-enable-chunked-prefill" in serve_command([spec], port=7, settings=settings)
    monkeypatch.setattr("reroll.model.vllm.ACCELERATORS", (sys.executable,))
    assert "--no-enable-chunked-prefill" not in serve_command([spec], port=7, settings=settings)
