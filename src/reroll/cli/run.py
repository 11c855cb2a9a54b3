"""`reroll run`: best-of-N repair attempts on suites from each checkpoint, resumable by the same command."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from reroll.cli.options import Data, DockerRuntime, Isolation, Json, Lite, Sandbox, Workers, cpu_count
from reroll.errors import UsageError


def run(
    suites: Annotated[
        list[str],
        typer.Argument(help="Suites: built-in names, paths, or NAME:option=value,…", show_default=False),
    ],
    model: Annotated[
        list[str],
        typer.Option(
            "--model", "-m", help="NAME=SPEC of a checkpoint: hf:PATH, vllm:PATH, openai:MODEL@URL."
        ),
    ] = [],
    agent: Annotated[
        str, typer.Option("--agent", "-a", help="How repairs are asked for: a name or a path.")
    ] = "direct",
    attempts: Annotated[
        int, typer.Option("-n", "--attempts", min=1, help="Attempts per bug and checkpoint.")
    ] = 16,
    temperature: Annotated[float, typer.Option(min=0.0, help="Softmax temperature; 0 is greedy.")] = 1.0,
    top_p: Annotated[float, typer.Option(min=0.0, max=1.0, help="Nucleus mass; 1 is off.")] = 1.0,
    top_k: Annotated[int, typer.Option(min=0, help="Candidate tokens; 0 is off.")] = 0,
    max_tokens: Annotated[int, typer.Option(min=0, help="Longest completion; 0 is the agent's own.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the run.")] = 0,
    slices: Annotated[list[str], typer.Option("--slice", help="Only bugs of this slice; repeatable.")] = [],
    bugs: Annotated[list[str], typer.Option("--bug", help="Only this bug; repeatable.")] = [],
    sandbox: Sandbox = "auto",
    workers: Workers = 0,
    docker_runtime: DockerRuntime = None,
    isolation: Isolation = "worker",
    lite: Lite = True,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the run; runs/SUITE by default.")
    ] = None,
    data: Data = None,
    vllm: Annotated[
        str | None, typer.Option(help="The vllm executable, where it is not on the path.")
    ] = None,
    vllm_arg: Annotated[list[str], typer.Option(help="Argument for vLLM; repeatable.")] = [],
    vllm_engine: Annotated[
        str, typer.Option(help="'serve' for a server, 'offline' for none; 'auto' for none where that works.")
    ] = "auto",
    as_json: Json = False,
) -> None:
    """Run repair attempts on suites of bugs from each checkpoint, and test every patch."""
    from reroll.agent import load as load_agent
    from reroll.harness.experiment import Experiment
    from reroll.model import parse_spec
    from reroll.records import Sampling

    chosen = load_agent(agent)
    experiment = Experiment(
        bugs=chosen_bugs(suites, data=data, slices=slices, names=bugs),
        agent=chosen,
        models=[parse_spec(text) for text in model],
        attempts=attempts,
        sampling=Sampling(
            temperature=temperature,
            top_p=top_p,
            top_k=top_k,
            max_tokens=max_tokens or chosen.max_tokens,
            stop=chosen.stop,
        ),
        seed=seed,
        model_options={"vllm": vllm, "vllm_args": tuple(vllm_arg), "vllm_engine": vllm_engine},
    )
    folder = out or Path("runs") / Path(suites[0].partition(":")[0]).stem
    pool = {
        "name": sandbox,
        "workers": workers or cpu_count(),
        "docker_runtime": docker_runtime,
        "isolation": isolation,
        "lite": lite,
    }
    execute(experiment, out=folder, pool=pool, as_json=as_json)


def chosen_bugs(suites: list[str], *, data: Path | None, slices: list[str], names: list[str]) -> list[Any]:
    """Return the bugs of the suites that were asked for."""
    from reroll.suite import load

    found = [bug for suite in suites for bug in load(suite, data=data).bugs]
    known = sorted({bug.slice for bug in found})
    for wanted in slices:
        if wanted not in known:
            raise UsageError(f"No slice {wanted!r}: there is {', '.join(known)}")
    for wanted in names:
        if not any(wanted in (bug.name, bug.id) for bug in found):
            raise UsageError(f"No bug {wanted!r} in {', '.join(suites)}; 'reroll suite show' lists them")
    return [
        bug
        for bug in found
        if (not slices or bug.slice in slices) and (not names or bug.name in names or bug.id in names)
    ]


def execute(experiment: Any, *, out: Path, pool: dict[str, Any], as_json: bool) -> None:
    """Run an experiment under a live display, and print what was done and where it is.

    Args:
        experiment: what to run.
        out: folder of the run.
        pool: arguments of `open_sandbox`.
        as_json: whether to print one JSON object instead of text.
    """
    from reroll.cli.progress import Display
    from reroll.container import open_sandbox
    from reroll.harness.experiment import run_experiment

    async def work(display: Display) -> str:
        display.say("Starting the sandbox")
        async with open_sandbox(**pool) as opened:
            display.say(f"Testing in {opened.name} with {opened.workers} workers")
            experiment.model_options.setdefault("progress", display.say)
            await run_experiment(experiment, out=out, sandbox=opened, observe=display.observe)
            return str(opened.name)

    with Display(quiet=as_json) as display:
        name = asyncio.run(work(display))
    summary = _summary(out) | {"sandbox": name, "seconds": round(display.seconds, 2)}
    if as_json:
        typer.echo(json.dumps(summary))
        return
    for row in summary["checkpoints"]:
        lost = f", {row['invalid']} invalid" if row["invalid"] else ""
        typer.echo(
            f"{row['name']}: {row['fixed']} of {row['attempts']} attempts fixed their bug, "
            f"{row['bugs_fixed']} of {row['bugs']} bugs fixed at least once{lost}"
        )
    typer.echo(f"Run: {out} ({display.seconds:.0f} s). Next: reroll compare {out}")


def _summary(out: Path) -> dict[str, Any]:
    from reroll.ledger import Run

    run_ = Run(out)
    rows = [
        {
            "name": name,
            "attempts": sum(t.attempts for t in tallies),
            "fixed": sum(t.correct for t in tallies),
            "invalid": sum(t.invalid for t in tallies),
            "bugs": len(tallies),
            "bugs_fixed": sum(t.correct > 0 for t in tallies),
        }
        for name, tallies in run_.tallies().items()
    ]
    retested, flaky = run_.flakiness()
    return {"run": str(out), "checkpoints": rows, "retested": retested, "flaky": flaky}
