"""`reroll lab`: train the tiny checkpoints, from scratch, on a processor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def lab(
    task: Annotated[
        str, typer.Option("--task", help="forge (repairs) or paths (routes in a graph).")
    ] = "forge",
    arms: Annotated[
        list[str], typer.Option("--arm", help="Only this arm and what it needs; repeatable.")
    ] = [],
    seeds: Annotated[
        list[int], typer.Option("--seed", help="One chain of checkpoints a seed; repeatable.")
    ] = [1],
    again: Annotated[
        list[int],
        typer.Option("--again", help="Train the arms again with this seed, from the same bases."),
    ] = [],
    jobs: Annotated[
        int,
        typer.Option("--jobs", "-j", min=0, help="Arms trained at once, a thread each; 0: one a core."),
    ] = 0,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the checkpoints.")] = Path("runs/lab"),
    smoke: Annotated[
        bool, typer.Option("--smoke", help="Take every code path in seconds; trains nothing useful.")
    ] = False,
) -> None:
    """Train the lab's checkpoints: base, self-distilled, RL and rejection arms. Resumable."""
    import os

    from reroll.lab.train import run

    folders = run(
        task,
        arms=arms,
        seeds=seeds,
        again=again,
        out=out,
        jobs=jobs or os.cpu_count() or 1,
        smoke=smoke,
        progress=lambda line: typer.echo(line, err=True),
    )
    for folder in folders:
        typer.echo(str(folder))
