"""Options that several verbs share, each with its help."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from reroll.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
RunFolder = Annotated[Path, typer.Argument(help="Folder of a run, such as runs/demo.", show_default=False)]
Sandbox = Annotated[
    str, typer.Option("--sandbox", help="Where patches are tested: auto, docker or bubblewrap.")
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, help="Sandbox workers at one time; 0 is one per processor.")
]
DockerRuntime = Annotated[
    str | None, typer.Option("--docker-runtime", help="Runtime of the Docker daemon, such as runsc or kata.")
]
Isolation = Annotated[
    str,
    typer.Option(
        "--isolation", help="Whose the namespaces are: 'worker', or 'attempt', stricter and for bubblewrap."
    ),
]
Lite = Annotated[
    bool,
    typer.Option(
        "--lite/--no-lite",
        help="Judge plain pytest files without a session of pytest where that is proven equal.",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Local copy of an adapter's data set, in the schema of the hub.", exists=True
    ),
]
GRAINS = ("fine", "coarse")
"""How finely patches can be told apart."""


def _known_grain(grain: str) -> str:
    if grain not in GRAINS:
        raise UsageError(f"No grain {grain!r}: there is {', '.join(GRAINS)}")
    return grain


Grain = Annotated[
    str,
    typer.Option("--grain", help="How finely patches are told apart: fine or coarse.", callback=_known_grain),
]


GroupBy = Annotated[
    str | None,
    typer.Option(
        "--group-by",
        help="Take bugs with one tag PREFIX:NAME as one unit, as in 'repo'; they are not independent.",
    ),
]


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one line what cannot be written."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"Cannot write {str(error.filename or path)!r}: {error.strerror}") from error


def cpu_count() -> int:
    """Return the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


PIPED_COLUMNS = 120
"""Width of tables where the output is no terminal."""


def console() -> Any:
    """Return a console for tables and prose; piped output is as wide as the tables want, not 80 columns."""
    from rich.console import Console

    plain = Console(highlight=False)
    return (
        plain
        if plain.is_terminal or "COLUMNS" in os.environ
        else Console(highlight=False, width=PIPED_COLUMNS)
    )
