"""A real vLLM, as a server and without one: shared by most tests, killed by one, orphaned by another."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from reroll.errors import ModelError
from reroll.model import Model, Request, Settings, open_model, parse_spec
from reroll.model.vllm import EXECUTABLE, executable
from reroll.records import Prompt, Sampling

PROMPT = Prompt(bug="s/total", text="def total(xs):\n    t = 3\n[fix]")
SAMPLING = Sampling(max_tokens=16)
CPU = ("--enforce-eager", "--dtype", "float32", "--gpu-memory-utilization", "0.1", "--max-num-seqs", "64")
ROOT = Path(__file__).parents[2]


@dataclass
class Serving:
    """A model on a server of our own, with the loop that it lives in."""

    loop: asyncio.AbstractEventLoop
    model: Model
    adapted: Model
    """The same base with an adapter, on the same engine."""
    engine: str
    mark: str
    """What the command lines of its processes hold."""
    told: list[str]

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)


@pytest.fixture(scope="module")
def program(require: Callable[[str, str], None]) -> str:
    """Name the vllm executable of this checkout's environment, or of the path."""
    ours = ROOT / ".venv-vllm" / "bin" / "vllm"
    if EXECUTABLE not in os.environ and ours.exists():
        os.environ[EXECUTABLE] = str(ours)
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    try:
        found = executable(Settings())
    except ModelError as error:
        require("vllm", str(error))
        raise
    require("vllm", "")
    return found


@pytest.fixture(scope="module", params=["serve", "offline"])
def serving(
    program: str,
    checkpoint: Path,
    adapter: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Serving]:
    loop, stack, told = asyncio.new_event_loop(), AsyncExitStack(), []
    options = f"port={free_port()}" if request.param == "serve" else "engine=offline"
    fleet = tuple(
        parse_spec(f"{name}?{options}")
        for name in (f"tiny=vllm:{checkpoint}", f"tuned=vllm:{checkpoint}+{adapter}")
    )
    settings = Settings(
        fleet=fleet,
        vllm=program,
        vllm_args=CPU,
        logs=tmp_path_factory.mktemp("logs"),
        progress=told.append,
        concurrency=64,
    )
    base, adapted = (
        loop.run_until_complete(
            stack.enter_async_context(open_model(spec, sampling=SAMPLING, settings=settings))
        )
        for spec in fleet
    )
    mark = options.partition("=")[2] if request.param == "serve" else told[0].split()[3]
    yield Serving(loop, base, adapted, request.param, mark.rstrip(";"), told)
    loop.run_until_complete(stack.aclose())
    assert processes(mark.rstrip(";")) == []  # the last to close ends the engine, whichever it is
    loop.close()


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[int, tuple[int, ...] | None]]:
    """Keep the attempts of one engine until the other's are known: only one of the two runs at a time."""
    return {}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answers(model: Model, count: int) -> dict[int, tuple[int, ...] | None]:
    request = Request(prompt=PROMPT, seeds=tuple(range(count)))
    found = [answer async for answer in model.complete_many([request])]
    assert [answer.error for answer in found if answer.error] == []
    assert len(found) == count
    return {answer.seed: answer.completion.token_ids for answer in found if answer.completion}


pytestmark = [pytest.mark.vllm, pytest.mark.slow]


def test_progress_is_told_from_start_to_health(serving: Serving) -> None:
    assert serving.told[0].startswith("Starting")
    assert "vLLM answers after" in serving.told[-1]


def test_a_seed_gives_the_same_attempt_again(serving: Serving) -> None:
    first = serving.run(answers(serving.model, 24))
    assert serving.run(answers(serving.model, 24)) == first
    assert len(set(first.values())) > 12


def test_a_seed_gives_the_same_attempt_with_and_without_a_server(
    serving: Serving, seen: dict[str, dict[int, tuple[int, ...] | None]]
) -> None:
    seen[serving.engine] = serving.run(answers(serving.model, 64))
    assert all(attempts == seen[serving.engine] for attempts in seen.values())


def test_a_stop_string_ends_an_attempt_and_is_no_part_of_it(serving: Serving) -> None:
    async def text() -> str:
        return (await serving.model.draw(PROMPT, seed=3, index=0)).text

    whole, sampling = serving.run(text()), serving.model.sampling
    for place in (4, 0):
        serving.model.sampling = replace(sampling, stop=(whole[place],))
        found = serving.run(text())
        serving.model.sampling = sampling
        assert found == whole[: whole.index(whole[place])]


def test_the_digest_is_that_of_the_weights(serving: Serving, checkpoint: Path) -> None:
    from reroll.model.checkpoint import checkpoint_digest

    assert serving.model.digest == checkpoint_digest(str(checkpoint))


def test_scoring_reproduces_the_sampling_log_probabilities(serving: Serving) -> None:
    async def work() -> float:
        completions = [c async for _, c in serving.model.complete(PROMPT, seeds=list(range(12)))]
        scores = await serving.model.score([(PROMPT, c.token_ids or ()) for c in completions])
        return max(
            abs(a - b)
            for c, score in zip(completions, scores, strict=True)
            for a, b in zip(c.logprobs or (), score, strict=True)
        )

    assert serving.run(work()) < 1e-3


def test_vllm_and_transformers_score_alike(serving: Serving, checkpoint: Path) -> None:
    items = [(PROMPT, (5, 6, 7, 8)), ("x = 1", (30, 40, 50))]

    async def here() -> list[tuple[float, ...]]:
        async with open_model(parse_spec(f"tiny=hf:{checkpoint}")) as model:
            return await model.score(items)

    for one, other in zip(serving.run(serving.model.score(items)), asyncio.run(here()), strict=True):
        assert one == pytest.approx(other, abs=1e-3)


def test_an_adapter_shares_its_base_s_engine_and_differs_from_it(
    serving: Serving, checkpoint: Path, adapter: Path
) -> None:
    items = [(PROMPT, (5, 6, 7, 8)), ("x = 1", (30, 40, 50))]

    async def here() -> list[tuple[float, ...]]:
        async with open_model(parse_spec(f"tuned=hf:{checkpoint}+{adapter}")) as model:
            return await model.score(items)

    assert sum("Starting" in line for line in serving.told) == 1
    tuned, base = serving.run(serving.adapted.score(items)), serving.run(serving.model.score(items))
    for one, other, plain in zip(tuned, asyncio.run(here()), base, strict=True):
        assert one == pytest.approx(other, abs=1e-3)
        assert one != pytest.approx(plain, abs=1e-1)
    assert serving.run(answers(serving.adapted, 16)) != serving.run(answers(serving.model, 16))


def test_a_prompt_beyond_the_context_is_an_outcome(serving: Serving) -> None:
    long = Prompt(bug="s/long", text="x = 1\n" * 200)
    completion = serving.run(serving.model.draw(long, seed=1, index=0))
    assert (completion.finish_reason, completion.text) == ("context", "")


def test_a_client_of_the_same_server_gives_the_same_attempts(serving: Serving) -> None:
    if serving.engine != "serve":
        pytest.skip("there is no server")

    async def work() -> dict[int, tuple[int, ...] | None]:
        spec = parse_spec(f"x=openai:tiny@http://127.0.0.1:{serving.mark}/v1")
        async with open_model(spec, sampling=SAMPLING) as model:
            assert "version=" in model.digest
            return await answers(model, 16)

    assert asyncio.run(work()) == serving.run(answers(serving.model, 16))


def test_the_engines_draw_from_one_distribution(serving: Serving, checkpoint: Path) -> None:
    async def lengths(model: Model) -> list[int]:
        found = await answers(model, 400)
        return [len(tokens or ()) for tokens in found.values()]

    async def here() -> list[int]:
        async with open_model(parse_spec(f"tiny=hf:{checkpoint}"), sampling=SAMPLING) as model:
            return await lengths(model)

    one, other = serving.run(lengths(serving.model)), asyncio.run(here())
    ended = [sum(length < 16 for length in found) / 400 for found in (one, other)]
    spread = (sum(share * (1 - share) for share in ended) / 400) ** 0.5
    assert abs(ended[0] - ended[1]) <= 4 * spread + 0.01


def test_an_engine_killed_in_mid_run_loses_and_doubles_nothing(serving: Serving) -> None:
    before = serving.run(answers(serving.model, 300))  # more than are under way at one time

    async def work() -> dict[int, tuple[int, ...] | None]:
        found: dict[int, tuple[int, ...] | None] = {}
        async for answer in serving.model.complete_many([Request(prompt=PROMPT, seeds=tuple(range(300)))]):
            if not found:
                for process in processes(serving.mark):
                    process.kill()
            assert answer.completion, answer.error
            assert answer.seed not in found
            found[answer.seed] = answer.completion.token_ids
        return found

    assert serving.run(work()) == before
    assert any("starting it again" in line for line in serving.told)


@pytest.mark.parametrize("engine", ["serve", "offline"])
def test_an_engine_of_a_killed_owner_is_gone_within_30_seconds(
    program: str, checkpoint: Path, tmp_path: Path, engine: str
) -> None:
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from reroll.model import Settings, open_model, parse_spec\n"
        "async def main():\n"
        "    options = {'vllm_args': tuple(sys.argv[4:]), 'vllm_engine': sys.argv[3], 'logs': Path(sys.argv[2])}\n"
        "    settings = Settings(progress=lambda text: print(text, flush=True), **options)\n"
        "    async with open_model(parse_spec(sys.argv[1]), settings=settings):\n"
        "        print('serving', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    mark = f"served-as-{tmp_path.name}"
    naming = ("--served-model-name", "x", mark)
    owner = subprocess.Popen(
        [sys.executable, "-c", script, f"x=vllm:{checkpoint}", str(tmp_path), engine, *CPU, *naming],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    with owner.stdout:
        while "serving" not in owner.stdout.readline():
            assert owner.poll() is None
        assert processes(mark)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    deadline = time.monotonic() + 30
    while processes(mark) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes(mark) == []


def processes(mark: str) -> list[psutil.Process]:
    """Return the processes of an engine, by a word in its command line, and their children."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            line = process.cmdline()
            python = "serve" in line or any("engine.py" in word for word in line)
            if python and mark in line and not any("guard.py" in word or word == "-c" for word in line):
                found += [process, *process.children(recursive=True)]
    return [process for process in found if process.is_running()]
