"""`reroll doctor`: what works on this machine, what is missing, and how to get it."""

from __future__ import annotations

import importlib.util
import json
import platform
import sys
from typing import Annotated

import typer

from reroll.cli.options import Json

_OPTIONAL = {
    "torch": ("hf", "models in process"),
    "trl": ("lab", "training the lab's checkpoints"),
    "vllm": ("vllm", "a vLLM server of reroll's own"),
    "ray": ("ray", "more than one machine"),
}


def doctor(
    clean: Annotated[bool, typer.Option("--clean", help="Remove what a killed run left behind.")] = False,
    as_json: Json = False,
) -> None:
    """Say what works on this machine, what is missing, and how to get it."""
    from reroll.container import clean as clean_sandboxes
    from reroll.container import probe

    if clean:
        removed = clean_sandboxes()
        typer.echo(
            json.dumps({"removed": removed}) if as_json else "\n".join(removed) or "Nothing was left behind"
        )
        return
    found = [
        {
            "name": f"Python {platform.python_version()}",
            "works": sys.version_info >= (3, 11),
            "why": "",
            "get": "",
        }
    ]
    found += [{"name": e.name, "works": e.works, "why": e.why, "get": e.remedy} for e in probe()]
    for package, (extra, purpose) in _OPTIONAL.items():
        there = importlib.util.find_spec(package) is not None
        get = "" if there else f"pip install 'reroll[{extra}]'"
        found.append({"name": package, "works": there, "why": purpose, "get": get})
    if as_json:
        typer.echo(json.dumps({"checks": found}))
    else:
        for entry in found:
            mark = "ok     " if entry["works"] else "missing"
            note = "; ".join(str(part) for part in (entry["why"], entry["get"]) if part)
            typer.echo(f"{mark}  {entry['name']}{': ' + note if note else ''}")
    if not any(entry["works"] for entry in found if entry["name"] in ("docker", "bubblewrap")):
        raise typer.Exit(1)
