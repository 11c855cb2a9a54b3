"""`reroll agent`: the agents that ship."""

from __future__ import annotations

import json

import typer

from reroll.cli.options import Json

app = typer.Typer(
    help="List the agents: how repairs are asked for.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def group() -> None:
    """List the agents: how repairs are asked for."""


@app.command("list")
def list_agents(as_json: Json = False) -> None:
    """List the agents that ship."""
    from reroll.agent import describe, load, names

    listed = [{"name": name, "loop": load(name).loop, "description": describe(name)} for name in names()]
    if as_json:
        typer.echo(json.dumps({"agents": listed}))
        return
    width = max(len(entry["name"]) for entry in listed)
    for entry in listed:
        typer.echo(f"{entry['name']:{width}}  {entry['loop']:11}  {entry['description']}")
