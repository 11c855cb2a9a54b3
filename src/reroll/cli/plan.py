"""`reroll plan`: how many bugs and attempts are needed to see an effect."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reroll.cli.options import Json
from reroll.errors import UsageError


def plan(
    metric: Annotated[
        str, typer.Option("--metric", help="Figure that is to change, such as D_4 or retry_gain.")
    ] = "D_4",
    effect: Annotated[
        float | None, typer.Option("--effect", help="Change to be seen; a customary one by default.")
    ] = None,
    attempts: Annotated[
        list[int], typer.Option("-n", "--attempts", min=2, help="Attempts to plan for; repeatable.")
    ] = [
        8,
        16,
        32,
        64,
    ],
    bugs: Annotated[
        int | None, typer.Option("--bugs", min=2, help="State the power for this many bugs.")
    ] = None,
    power: Annotated[
        float, typer.Option("--power", min=0.01, max=0.999, help="Chance to see the effect.")
    ] = 0.8,
    from_run: Annotated[
        Path | None, typer.Option("--from", exists=True, help="Take the variances from this run.")
    ] = None,
    before: Annotated[str | None, typer.Option("--before", help="The base, with --from.")] = None,
    after: Annotated[str | None, typer.Option("--after", help="The other checkpoint, with --from.")] = None,
    as_json: Json = False,
) -> None:
    """Say how many bugs and attempts are needed to see a change."""
    from reroll.statistics import power as planning

    if from_run is None:
        if before is not None or after is not None:
            raise UsageError("--before and --after name checkpoints of a run: add --from RUN")
        found = planning.plan(metric, effect, attempts=attempts, power=power, bugs=bugs)
    else:
        from reroll.ledger import Run
        from reroll.report.from_run import tallies_of

        tallies = tallies_of(Run(from_run), grain="coarse")
        names = list(tallies)
        one, other = before or names[0], after or names[-1]
        for name in (one, other):
            if name not in tallies:
                raise UsageError(
                    f"Run {str(from_run)!r} has no checkpoint {name!r}: there is {', '.join(names)}"
                )
        if one == other:
            raise UsageError(
                f"Cannot plan from {one!r} against itself: {str(from_run)!r} has {', '.join(names)}"
            )
        found = planning.plan_from(
            tallies[one], tallies[other], metric=metric, effect=effect, power=power, bugs=bugs
        )
    typer.echo(json.dumps(asdict(found)) if as_json else "\n".join(found.lines()))
