"""How fast attempts are made: reroll against vLLM's own benchmark client, and a run against its halves.

    python benchmarks/models.py [--checkpoint forge/base] [--suite forge] [--quick] [--json]

One set of prompts, one sampling, one machine, one run of this script; a server and an engine without one are
both up, and rest while the other works:

- `bench`      vLLM's serving benchmark client (`vllm bench serve`) against the server; it asks for neither
               seeds nor log-probabilities
- `generate`   `vllm:` as it is by default, the engine without a server: generation alone
- `run`        a whole `reroll run` on it: generation, patching, testing, ledger, clustering
- `test`       the same attempts from a file: patching, testing, ledger, clustering alone
- `http`       reroll's client against the server: generation alone
- `http-run`   a whole run through it
- `offline`    vLLM in process, `LLM.generate`, nothing between
- `hf`         transformers in process

Where the model has no device of its own, model and tests want the same cores: the processor time of both
halves over the cores is then the least that a run can take, however well it overlaps. So the three rows of
a run are also taken `apart`: the engine on one half of the cores, as if it were on a device, harness and
sandbox (bubblewrap, which stays where it is started) on the other.

Prints tokens per second of each, the core-seconds that the machine worked meanwhile, `run` over `bench`, the
wall time of `run` over the longer of its halves, beside the least that the cores allow, the same `apart`, and
the load of the machine before the first and after the last. Every row begins with empty caches. With
`--json`, one object on the last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reroll.agent import Prompter, load
from reroll.container import open_sandbox
from reroll.harness.experiment import Experiment, run_experiment
from reroll.ledger import Run
from reroll.model import Model, ModelSpec, Request, Settings, open_model, parse_spec
from reroll.model.vllm import executable
from reroll.records import Agent, Bug, Prompt, Sampling
from reroll.suite import load as load_suite
from stopwatch import Pace, Watch, apart

CONCURRENCY = 256
OFFLINE = """
import json, sys, time
from vllm import LLM, SamplingParams
work = json.load(open(sys.argv[1]))
llm = LLM(work["checkpoint"], enable_chunked_prefill=False, **work["engine"])
params = [SamplingParams(**work["sampling"], seed=seed) for seed in work["seeds"]]
llm.generate(work["prompts"][:64], params[:64], use_tqdm=False)
start = time.perf_counter()
outputs = llm.generate(work["prompts"], params, use_tqdm=False)
seconds = time.perf_counter() - start
print("RESULT", json.dumps([sum(len(o.outputs[0].token_ids) for o in outputs), seconds]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every way has to do."""

    bugs: tuple[Bug, ...]
    agent: Agent
    attempts: int
    sampling: Sampling
    spec: ModelSpec
    vllm_args: tuple[str, ...]
    folder: Path

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.spec.options['port']}"

    @property
    def client(self) -> ModelSpec:
        """The model behind the server, for anybody."""
        return parse_spec(f"{self.spec.name}=openai:{self.spec.name}@{self.url}/v1")

    def prompts(self) -> list[Prompt]:
        """Return one prompt a bug, as a run without a visible failure renders it."""
        prompter = Prompter(self.agent)
        return [prompter.prompt(bug) for bug in self.bugs]

    def requests(self) -> list[Request]:
        """Return every attempt, with seeds of its own."""
        return [
            Request(prompt=prompt, seeds=tuple(range(n * self.attempts, (n + 1) * self.attempts)))
            for n, prompt in enumerate(self.prompts())
        ]


async def drained(model: Model, requests: Sequence[Request], *, name: str) -> Pace:
    """Time a model without testing what it says."""
    watch, tokens = Watch(), 0
    async for answer in model.complete_many(requests):
        if answer.completion is None:
            raise SystemExit(f"{name}: {answer.error}")
        tokens += answer.completion.completion_tokens or 0
    return watch.pace(name, tokens)


async def whole_run(
    work: Work,
    spec: ModelSpec,
    *,
    name: str,
    options: dict[str, Any] | None = None,
    sandbox_name: str = "auto",
) -> Pace:
    """Time a run from its first prompt to its last verdict; the engine is up, the sandbox starts."""
    out = work.folder / name
    experiment = Experiment(
        bugs=work.bugs,
        agent=work.agent,
        models=[spec],
        attempts=work.attempts,
        sampling=work.sampling,
        seed=0,
        model_options=options or {},
    )
    async with open_sandbox(sandbox_name, workers=2) as sandbox:
        watch = Watch()
        await run_experiment(experiment, out=out, sandbox=sandbox)
        pace = watch.pace(name, 0)
    return replace(pace, tokens=int(Run(out).attempts["completion_tokens"].sum()))


def as_samples(run: Run, *, file: Path) -> Path:
    """Write the attempts of a run to a file that `samples:` reads."""
    with file.open("w", encoding="utf-8") as lines:
        for bug in run.bug_ids:
            for _, index, _, _, c in run.completions(bug):
                row = {
                    "bug": bug,
                    "index": index,
                    "completion": c.text,
                    "completion_tokens": c.completion_tokens,
                }
                lines.write(json.dumps(row) + "\n")
    return file


def bench_client(work: Work) -> Pace:
    """Time vLLM's own benchmark client on the same prompts."""
    file, result = work.folder / "prompts.jsonl", work.folder / "bench.json"
    prompts = [prompt.text for prompt in work.prompts() for _ in range(work.attempts)]
    file.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in prompts))
    command = [executable(Settings()), "bench", "serve", "--backend", "openai", "--base-url", work.url]
    command += ["--model", work.spec.name, "--tokenizer", work.spec.target, "--dataset-name", "custom"]
    command += ["--dataset-path", str(file), "--num-prompts", str(len(prompts)), "--disable-shuffle"]
    command += ["--skip-chat-template", "--custom-output-len", str(work.sampling.max_tokens)]
    command += ["--max-concurrency", str(CONCURRENCY), "--disable-tqdm"]
    command += ["--temperature", str(work.sampling.temperature)]
    command += ["--save-result", "--result-dir", str(work.folder), "--result-filename", result.name]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if not result.exists():
        raise SystemExit(f"vllm bench serve failed: {told.stderr[-800:]}")
    read = json.loads(result.read_text())
    return Pace(name="bench", tokens=int(read["total_output_tokens"]), seconds=float(read["duration"]))


def offline(work: Work, *, engine: dict[str, Any]) -> Pace:
    """Time vLLM in process, in its own environment."""
    job = work.folder / "offline.json"
    requests = work.requests()
    job.write_text(
        json.dumps(
            {
                "checkpoint": work.spec.target,
                "engine": engine,
                "sampling": {
                    "max_tokens": work.sampling.max_tokens,
                    "temperature": work.sampling.temperature,
                },
                "prompts": [request.prompt.text for request in requests for _ in request.seeds],
                "seeds": [seed for request in requests for seed in request.seeds],
            }
        )
    )
    python = Path(executable(Settings())).resolve().parent / "python"
    told = subprocess.run([str(python), "-c", OFFLINE, str(job)], capture_output=True, text=True, check=False)
    line = next((line for line in told.stdout.splitlines() if line.startswith("RESULT")), None)
    if line is None:
        raise SystemExit(f"LLM.generate failed: {told.stderr[-800:]}")
    tokens, seconds = json.loads(line.removeprefix("RESULT"))
    return Pace(name="offline", tokens=tokens, seconds=seconds)


async def measured(work: Work, *, rounds: int) -> list[Pace]:
    """Take every figure `rounds` times, interleaved; the median round of each counts."""
    found: dict[str, list[Pace]] = {}
    told: dict[str, Any] = {"vllm_args": work.vllm_args, "progress": print}
    engine = replace(work.spec, options={"engine": "offline"})
    async with (
        open_model(work.spec, sampling=work.sampling, concurrency=CONCURRENCY, **told),
        open_model(engine, sampling=work.sampling, **told) as model,
        open_model(work.client, sampling=work.sampling, concurrency=CONCURRENCY) as client,
    ):
        for warm in (model, client):
            await drained(warm, work.requests()[:8], name="warm-up")
        for number in range(rounds):
            there = replace(work, folder=work.folder / str(number))
            there.folder.mkdir()

            def take(pace: Pace, number: int = number) -> None:
                print(f"round {number}: {pace}", flush=True)
                found.setdefault(pace.name, []).append(pace)

            take(await asyncio.to_thread(bench_client, there))
            take(await drained(model, work.requests(), name="generate"))
            take(await whole_run(there, engine, name="run", options=told))  # on the engine that is up
            file = as_samples(Run(there.folder / "run"), file=there.folder / "samples.jsonl")
            samples = parse_spec(f"{work.spec.name}=samples:{file}")
            take(await whole_run(there, samples, name="test"))
            take(await drained(client, work.requests(), name="http"))
            take(await whole_run(there, work.client, name="http-run", options={"concurrency": CONCURRENCY}))
            with apart():
                own: dict[str, Any] = {"sandbox_name": "bubblewrap"}
                take(await drained(model, work.requests(), name="generate-apart"))
                take(await whole_run(there, engine, name="run-apart", options=told, **own))
                take(await whole_run(there, samples, name="test-apart", **own))
    return [sorted(paces, key=lambda pace: pace.rate)[len(paces) // 2] for paces in found.values()]


async def in_process(work: Work) -> Pace:
    """Time transformers in this process."""
    spec = replace(work.spec, kind="hf", options={})
    async with open_model(spec, sampling=work.sampling) as model:
        await drained(model, work.requests()[:4], name="warm-up")
        return await drained(model, work.requests(), name="hf")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", default="forge/base", help="folder or bundled name")
    parser.add_argument("--suite", default="forge:bugs=64")
    parser.add_argument("--agent", default="lines")
    parser.add_argument("-n", "--attempts", type=int, default=32)
    parser.add_argument("--temperature", type=float, default=1.0, help="the lower, the fewer patches to test")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--vllm-arg", action="append", default=[], help="argument for 'vllm serve'; repeatable"
    )
    parser.add_argument("--no-offline", action="store_true", help="leave LLM.generate out")
    parser.add_argument("--quick", action="store_true", help="16 bugs, 16 attempts, one round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    loads = os.getloadavg()
    agent = load(options.agent)
    bugs = tuple(load_suite(options.suite).bugs)[: 16 if options.quick else None]
    with tempfile.TemporaryDirectory(prefix="reroll-bench-") as folder:
        work = Work(
            bugs=bugs,
            agent=agent,
            attempts=16 if options.quick else options.attempts,
            sampling=Sampling(temperature=options.temperature, max_tokens=agent.max_tokens, stop=agent.stop),
            spec=parse_spec(f"bench=vllm:{options.checkpoint}?port=18971"),
            vllm_args=tuple(options.vllm_arg),
            folder=Path(folder),
        )
        paces = asyncio.run(measured(work, rounds=1 if options.quick else options.rounds))
        if not options.no_offline:
            paces.append(offline(work, engine=engine_options(work.vllm_args)))
        paces.append(asyncio.run(in_process(work)))
    print(f"load {loads[0]:.1f} before, {os.getloadavg()[0]:.1f} after, {os.cpu_count()} cores")
    report(paces, attempts=len(work.bugs) * work.attempts, as_json=options.json)


def engine_options(arguments: Sequence[str]) -> dict[str, Any]:
    """Return server arguments as engine options: `--max-model-len=64` as `max_model_len=64`."""
    options: dict[str, Any] = {}
    for argument in arguments:
        name, equals, value = argument.removeprefix("--").partition("=")
        key = name.replace("-", "_")
        if not equals:
            options[key] = True
        else:
            options[key] = float(value) if "." in value else int(value) if value.isdigit() else value
    return options


def report(paces: Sequence[Pace], *, attempts: int, as_json: bool) -> None:
    """Print the table, and the ratios that matter."""
    by = {pace.name: pace for pace in paces}
    print(f"{attempts} attempts")
    for pace in paces:
        print(pace)
    halves = by["generate"], by["test"]
    longer = max(half.seconds for half in halves)
    least = sum(half.busy for half in halves) / (os.cpu_count() or 1)
    longer_apart = max(by["generate-apart"].seconds, by["test-apart"].seconds)
    ratios = {
        "run_over_bench": by["run"].rate / by["bench"].rate,
        "generate_over_bench": by["generate"].rate / by["bench"].rate,
        "test_over_bench": by["test"].rate / by["bench"].rate,
        "http_over_bench": by["http"].rate / by["bench"].rate,
        "http_run_over_bench": by["http-run"].rate / by["bench"].rate,
        "wall_over_longer_half": by["run"].seconds / longer,
        "least_wall_over_longer_half": max(least, longer) / longer,
        "wall_over_longer_half_apart": by["run-apart"].seconds / longer_apart,
    }
    if "offline" in by:
        ratios["run_over_offline"] = by["run"].rate / by["offline"].rate
        ratios["generate_over_offline"] = by["generate"].rate / by["offline"].rate
        ratios["hf_over_offline"] = by["hf"].rate / by["offline"].rate
    for name, value in ratios.items():
        print(f"{name:28} {value:.3f}")
    if as_json:
        rates = {
            pace.name: {
                "tokens": pace.tokens,
                "seconds": pace.seconds,
                "rate": pace.rate,
                "busy": pace.busy,
            }
            for pace in paces
        }
        print(json.dumps({"attempts": attempts, "paces": rates, **ratios}))


if __name__ == "__main__":
    main()
