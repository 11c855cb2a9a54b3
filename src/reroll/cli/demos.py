"""`reroll demos`: how many strategies a set of demonstrations covers, and a set that covers them evenly."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reroll.cli.options import Data, Grain, Json


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
        typer.Option("--known", exists=True, help="Run whose strategies the demonstrations should cover."),
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

    shown = (
        from_run(run, checkpoint=checkpoint, grain=grain)
        if (run / "run.sqlite").is_file()
        else from_file(run, suite=suite, data=data, edit_format=edit_format, grain=grain)
    )
    found = audit(shown, known=known_strategies(known, grain=grain) if known else {})
    if balance is not None:
        rows = balanced(shown)
        balance.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo("\n".join(found.lines()))
    if balance is not None:
        typer.echo(f"Wrote {len(rows)} balanced demonstrations to {balance}")
