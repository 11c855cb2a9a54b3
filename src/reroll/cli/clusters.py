"""`reroll clusters` and `reroll explain`: the strategies of a bug, and why two patches are one or two."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from reroll.cli.options import Grain, Json, RunFolder, console

Bug = Annotated[
    str, typer.Argument(help="Bug: its id, or its name where that is unique.", show_default=False)
]
Attempt = Annotated[
    str, typer.Argument(help="Attempt, as CHECKPOINT:INDEX or CHECKPOINT:INDEX.TURN.", show_default=False)
]


def clusters(
    run: RunFolder,
    bug: Bug,
    grain: Grain = "coarse",
    members: Annotated[bool, typer.Option("--members", help="List the patches of each strategy.")] = False,
    diffs: Annotated[
        bool, typer.Option("--diffs/--no-diffs", help="Show a representative diff of each.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Show the strategies of a bug, for each checkpoint side by side."""
    from reroll.ledger import Run
    from reroll.report.clusters import strategies_document
    from reroll.report.site.from_run import details_of

    opened = Run(run)
    name = opened.bug_id(bug)
    if as_json:
        typer.echo(json.dumps(strategies_document(opened, name)))
        return
    from reroll.report.terminal import clusters as rendered

    console().print(rendered(details_of(opened, grain=grain)(name), diffs=diffs, members=members))


def explain(run: RunFolder, bug: Bug, first: Attempt, second: Attempt, as_json: Json = False) -> None:
    """Say why two patches of a bug are, or are not, one strategy: which parts of their signatures agree."""
    from dataclasses import asdict

    from reroll.ledger import Run
    from reroll.report.clusters import explained

    parts = explained(Run(run), bug, first, second)
    one = {grain: all(p.agrees for p in parts if grain in p.grains) for grain in ("coarse", "fine")}
    if as_json:
        rows = [asdict(part) | {"agrees": part.agrees} for part in parts]
        typer.echo(json.dumps({"one_strategy": one, "parts": rows}))
        return
    for part in parts:
        mark = "same  " if part.agrees else "differs"
        typer.echo(
            f"{mark:8}{part.name}: {part.first or '–'}"
            + ("" if part.agrees else f"  |  {part.second or '–'}")
        )
    for grain, same in one.items():
        typer.echo(f"At the {grain} grain they are {'one strategy' if same else 'two strategies'}")
