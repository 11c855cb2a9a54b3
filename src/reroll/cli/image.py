"""`reroll image`: the container image that patches are tested in."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from reroll.cli.options import Json

app = typer.Typer(help="Build and name the container image.", no_args_is_help=True, rich_markup_mode=None)

Base = Annotated[str | None, typer.Option("--base", help="Base image; the one of the Dockerfile by default.")]


@app.command("build")
def build(base: Base = None, as_json: Json = False) -> None:
    """Build the image, or find it: its tag is a hash of everything that is in it."""
    from reroll.container.docker import connect
    from reroll.container.image import ensure

    name = ensure(connect(), base)
    typer.echo(json.dumps({"image": name}) if as_json else name)


@app.command("name")
def name(base: Base = None, as_json: Json = False) -> None:
    """Print the tag that the image has or would have."""
    from reroll.container.image import tag

    typer.echo(json.dumps({"image": tag(base)}) if as_json else tag(base))
