"""`reroll demos`: how many strategies a set of demonstrations covers, and a set that covers them evenly."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reroll.cli.options import Data, Grain, Json, writing
from reroll.errors import UsageError


def demos(
    run: Annotated[
        Path,
        typer.Argument(
            help="Folder of a run, or a JSON Lines file of demonstrations.", show_default=False, exists=True
        ),
    ],
    checkpoint: Annotated[
        str | None,
        typer.Option("--checkpoint", help="Whose correct attempts are the demonstrations; all by default."),
    ] = None,
    suite: Annotated[
        str | None, typer.Option("--suite", help="Suite of the bugs, where demonstrations come from a file.")
    ] = None,
    known: Annotated[
        Path | None,
        typer.Option(
            "--known",
            exists=True,
            help="Run whose strategies the demonstrations should cover; RUN itself by default.",
        ),
    ] = None,
    edit_format: Annotated[
        str, typer.Option("--format", help="Edit format of demonstrations from a file.")
    ] = "sample",
    balance: Annotated[
        Path | None,
        typer.Option("--balance", help="Write a set that covers the strategies evenly, as JSON Lines."),
    ] = None,
    grain: Grain = "coarse",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Audit demonstrations: strategies covered per bug, rephrased sameness, and what they miss."""
    from reroll.report.demonstrations import audit, balanced, from_file, from_run, known_strategies

    is_run = (run / "run.sqlite").is_file()
    if run.is_dir() and not is_run:
        raise UsageError(f"No run at {str(run)!r}: name the folder of a run, or a file of demonstrations")
    shown = (
        from_run(run, checkpoint=checkpoint, grain=grain)
        if is_run
        else from_file(run, suite=suite, data=data, edit_format=edit_format, grain=grain)
    )
    reference = known or (run if is_run else None)
    found = audit(shown, known=known_strategies(reference, grain=grain) if reference else {})
    if balance is not None:
        rows = balanced(shown)
        with writing(balance):
            balance.parent.mkdir(parents=True, exist_ok=True)
            balance.write_text(
                "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
            )
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo("\n".join(found.lines()))
    if balance is not None:
        typer.echo(f"Wrote {len(rows)} balanced demonstrations to {balance}")
