"""`reroll report` and `reroll export`: the static site, and everything that other tools take from a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reroll.cli.options import Grain, GroupBy, Json, RunFolder, writing
from reroll.errors import UsageError

if TYPE_CHECKING:
    from reroll.ledger import Run

TARGETS = {
    "parquet": "frames",
    "csv": "frames",
    "arena": "arena.jsonl",
    "inspect": "logs",
    "picture": "crossing.svg",
}
"""Kind of export to where it goes by default, below the run."""
KINDS = tuple(TARGETS)


def report(
    run: RunFolder,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the site; RUN/report by default.")
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", help="The base; the first checkpoint by default.")
    ] = None,
    grain: Grain = "coarse",
    group_by: GroupBy = None,
    as_json: Json = False,
) -> None:
    """Write the report of a run: a static site that needs no server and no network."""
    from reroll.ledger import Run
    from reroll.report.from_run import groups_of
    from reroll.report.site.from_run import details_of, view_of
    from reroll.report.site.writer import write_site

    opened = Run(run)
    groups = groups_of(opened, group_by) if group_by else None
    view = view_of(opened, before=before, grain=grain, groups=groups)
    target = out or opened.folder / "report"
    with writing(target):
        index = write_site(view, target, details=details_of(opened, before=before, grain=grain))
    typer.echo(json.dumps({"report": str(index)}) if as_json else f"Report: {index}")


def export(
    run: RunFolder,
    kind: Annotated[
        str, typer.Option("--kind", "-k", help=f"What to write: {', '.join(KINDS)}.")
    ] = "parquet",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder or file; below RUN by default.")
    ] = None,
    tracker: Annotated[
        str | None, typer.Option("--tracker", help="Log the comparisons to wandb, mlflow or trackio instead.")
    ] = None,
    project: Annotated[str, typer.Option("--project", help="Project of the tracker.")] = "reroll",
) -> None:
    """Write a run for other tools: Parquet or CSV frames, eval-arena rows, inspect logs, or the picture."""
    from reroll.ledger import Run
    from reroll.report.from_run import compared, described
    from reroll.report.site.from_run import view_of

    opened = Run(run)
    if tracker is not None:
        from reroll.report.exports.trackers import log_comparisons

        found = compared(opened)
        log_comparisons(
            found,
            tracker=tracker,
            project=project,
            run=opened.name,
            specification=described(opened),
            report=None,
        )
        typer.echo(f"Logged {len(found)} comparisons to {tracker}")
        return
    if kind not in KINDS:
        raise UsageError(f"No export {kind!r}: there is {', '.join(KINDS)}")
    from reroll.report.exports import files as exports

    target = out or opened.folder / TARGETS[kind]
    with writing(target):
        if kind in ("parquet", "csv"):
            frames = {name: getattr(opened, name) for name in ("attempts", "bugs", "strategies", "outcomes")}
            paths = list(exports.write_frames(frames, target, kind=kind))
        elif kind == "arena":
            paths = [exports.write_arena(opened.tallies(), target, benchmark=opened.name)]
        elif kind == "picture":
            paths = [exports.write_picture(view_of(opened), target)]
        else:
            paths = _inspect(opened, target)
    typer.echo("\n".join(str(path) for path in paths))


def _inspect(run: Run, folder: Path) -> list[Path]:
    from reroll.report.exports.eval_log import write_eval_logs
    from reroll.report.from_run import completion_lookup, described, written

    return list(
        write_eval_logs(
            run.tallies(),
            folder,
            attempts_of=run.attempts_of,
            task=run.name,
            created=written(run).isoformat(timespec="seconds"),
            told=lambda bug: str(run.bug_row(bug)["report"]),
            completion=completion_lookup(run),
            specification=described(run),
        )
    )
