"""`reroll tilt` and `reroll forecast`: what training did to the ratios among fixes, and what it will do."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from reroll.cli.options import Grain, Json, RunFolder, console
from reroll.errors import UsageError


def tilt(
    run: RunFolder,
    before: Annotated[str, typer.Option("--before", help="The base: a checkpoint of the run, or NAME=SPEC.")],
    after: Annotated[str, typer.Option("--after", help="The tuned checkpoint: of the run, or NAME=SPEC.")],
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", help="The agent of the run, where it is a path.")
    ] = None,
    grain: Grain = "coarse",
    as_json: Json = False,
) -> None:
    """Score the base's correct patches under both checkpoints: whether mass moved toward its favourites."""
    from reroll.agent import load as load_agent
    from reroll.ledger import Run
    from reroll.report.theory.findings import keep
    from reroll.report.theory.tilt import document, measure
    from reroll.report.theory.tilt_words import rows

    opened = Run(run)
    base, tuned = _spec(opened, before), _spec(opened, after)
    asked = load_agent(agent or opened.specification["agent"])
    found = asyncio.run(measure(opened, before=base, after=tuned, agent=asked, grain=grain))
    tilts = {"before": base.name, "after": tuned.name, "tilts": [document(one) for one in found]}
    kept = keep(opened, "tilt", names=(base.name, tuned.name), grain=grain, found=tilts)
    if as_json:
        typer.echo(json.dumps(tilts))
        return
    from rich.table import Table

    shown = console()
    for one in found:
        shown.print(f"{one.slice}: {one.sentence}", markup=False)
        table = Table(box=None, pad_edge=False)
        for heading in ("figure", "value", "meaning"):
            table.add_column(heading)
        for row in rows(one):
            table.add_row(*row)
        shown.print(table)
        for note in one.notes:
            shown.print(f"Note: {note}", markup=False)
    shown.print(f"Kept for the report in {kept}", markup=False)


def forecast(
    run: RunFolder,
    model: Annotated[
        str, typer.Option("--model", "-m", help="The base: a checkpoint of the run, or NAME=SPEC.")
    ],
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", help="Agent whose demonstration template is used.")
    ] = None,
    grain: Grain = "coarse",
    as_json: Json = False,
) -> None:
    """Predict, from the base alone, what self-distillation will do to the retry loop."""
    from reroll.agent import load as load_agent
    from reroll.lab.forecast import forecast as foresee
    from reroll.lab.forecast import questions
    from reroll.ledger import Run
    from reroll.model import open_model
    from reroll.records import Sampling
    from reroll.report.theory.findings import keep
    from reroll.report.theory.outlook import document, lines

    opened = Run(run)
    spec = _spec(opened, model)
    asked = questions(
        opened, checkpoint=spec.name, agent=load_agent(agent or opened.specification["agent"]), grain=grain
    )

    async def work() -> Any:
        async with open_model(spec, sampling=Sampling()) as base:
            return await foresee(asked, score=base.score)

    found = asyncio.run(work())
    said = {"checkpoint": spec.name, "forecast": document(found), "lines": lines(found)}
    kept = keep(opened, "forecast", names=(spec.name,), grain=grain, found=said)
    if as_json:
        typer.echo(json.dumps(document(found)))
    else:
        typer.echo("\n".join([*lines(found), f"Kept for the report in {kept}"]))


def _spec(run: Any, wanted: str) -> Any:
    """Return the spec of a checkpoint of the run, or of NAME=SPEC."""
    from reroll.model import parse_spec

    if ":" in wanted:
        return parse_spec(wanted)
    if wanted not in run.checkpoints:
        raise UsageError(
            f"Run {run.name!r} has no checkpoint {wanted!r}: there is {', '.join(run.checkpoints)}"
        )
    return parse_spec(f"{wanted}={run.checkpoints[wanted]['spec']}")
