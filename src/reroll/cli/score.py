"""`reroll score`: attempts made elsewhere get the same verdicts, strategies and report; no model needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reroll.cli.options import Data, DockerRuntime, Isolation, Json, Lite, Sandbox, Workers, cpu_count


def score(
    suite: Annotated[str, typer.Argument(help="Suite: a built-in name or a path.", show_default=False)],
    samples: Annotated[
        Path,
        typer.Option(
            "--samples",
            help="Attempts, one JSON object a line: reroll's own, HumanEval's or EvalPlus's.",
            exists=True,
        ),
    ],
    name: Annotated[str, typer.Option("--name", help="Name of the checkpoint that made them.")] = "samples",
    agent: Annotated[
        str, typer.Option("--agent", "-a", help="Agent whose edit format the samples have.")
    ] = "samples",
    attempts: Annotated[
        int, typer.Option("-n", "--attempts", min=0, help="Attempts per bug; 0 takes all.")
    ] = 0,
    sandbox: Sandbox = "auto",
    workers: Workers = 0,
    docker_runtime: DockerRuntime = None,
    isolation: Isolation = "worker",
    lite: Lite = True,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the run; runs/NAME by default.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Test attempts that were made elsewhere."""
    from reroll.agent import load as load_agent
    from reroll.cli.run import chosen_bugs, execute
    from reroll.harness.experiment import Experiment
    from reroll.model import parse_spec
    from reroll.records import Sampling

    experiment = Experiment(
        bugs=chosen_bugs([suite], data=data, slices=[], names=[]),
        agent=load_agent(agent),
        models=[parse_spec(f"{name}=samples:{samples}")],
        attempts=attempts or UNBOUNDED,
        sampling=Sampling(),
        seed=0,
    )
    pool = {
        "name": sandbox,
        "workers": workers or cpu_count(),
        "docker_runtime": docker_runtime,
        "isolation": isolation,
        "lite": lite,
    }
    execute(experiment, out=out or Path("runs") / name, pool=pool, as_json=as_json)


UNBOUNDED = 10**9
"""Takes every attempt that the file holds."""
