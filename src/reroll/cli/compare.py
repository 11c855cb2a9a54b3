"""`reroll compare`: the answer in words, then every figure with its interval; and a gate for pipelines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from reroll.cli.options import Grain, GroupBy, Json, RunFolder, console
from reroll.errors import UsageError

GATE_CLOSED = 1
"""Exit code where `--fail-if` holds."""


def compare(
    run: RunFolder,
    before: Annotated[
        str | None, typer.Option("--before", help="The base; the first checkpoint by default.")
    ] = None,
    after: Annotated[
        list[str], typer.Option("--after", help="Compared with the base; all others by default.")
    ] = [],
    by_slice: Annotated[bool, typer.Option("--by-slice/--pooled", help="Also on every slice.")] = True,
    by: Annotated[
        str | None, typer.Option("--by", help="The same as --by-slice, as '--by slice'.", hidden=True)
    ] = None,
    grain: Grain = "coarse",
    group_by: GroupBy = None,
    matched: Annotated[
        bool, typer.Option("--matched", help="Also compare checkpoints with the closest pass@1.")
    ] = False,
    error_rates: Annotated[
        Path | None,
        typer.Option(
            "--error-rates",
            exists=True,
            help="JSON of benchmarks/strategies.py: corrects echo for the clusterer.",
        ),
    ] = None,
    fail_if: Annotated[
        str | None, typer.Option("--fail-if", help="Exit 1 where this holds, as in 'D_4 drops by 0.1'.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a summary for a pull request.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Print the answer without the tables.")] = False,
    as_json: Json = False,
) -> None:
    """Say whether further attempts still buy new fixes and strategies after training."""
    from reroll.ledger import Run
    from reroll.report.comparison import document
    from reroll.report.from_run import beyond_pairs, compared, groups_of
    from reroll.report.gate import gate

    if by not in (None, "slice"):
        raise UsageError(f"Cannot compare by {by!r}: there is slice")
    opened = Run(run)
    groups = groups_of(opened, group_by) if group_by else None
    found = compared(
        opened,
        before=before,
        after=after,
        grain=grain,
        by_slice=by_slice or by == "slice",
        errors=_error_rates(error_rates) if error_rates else None,
        groups=groups,
    )
    # A gate that cannot be read is said before pages of figures, not after them.
    decided = gate(fail_if, found) if fail_if is not None else None
    if as_json:
        typer.echo(json.dumps(document(found) | beyond_pairs(opened, found, grain=grain, groups=groups)))
    elif markdown:
        from reroll.report.exports.summary import markdown as summary

        typer.echo(summary(found, name=opened.name))
    else:
        _print(opened, found, grain=grain, tables=not brief, groups=groups)
        if matched:
            _print_matched(opened, grain=grain, groups=groups)
    if decided is not None:
        typer.echo(f"gate: {'FAIL' if decided.failed else 'pass'}: {decided.why}", err=True)
        if decided.failed:
            raise typer.Exit(GATE_CLOSED)


def _print(run: Any, found: Any, *, grain: str, tables: bool, groups: Any) -> None:
    from reroll.report.conditions import conditions_of
    from reroll.report.from_run import is_chained, loops
    from reroll.report.selection import choices_of
    from reroll.report.terminal import answer, choices, life_tables

    shown = console()
    shown.print(answer(found, tables=tables))
    for note in conditions_of(run, found, groups=groups):
        shown.print(f"Note: {note}", style="dim", markup=False)
    if tables:
        if is_chained(run):
            shown.print(life_tables(loops(run, grain=grain, groups=groups)))
        else:
            shown.print(choices(choices_of(run, groups=groups)))


def _print_matched(run: Any, *, grain: str, groups: Any) -> None:
    from reroll.report.from_run import tallies_of
    from reroll.report.matching import compare_matched
    from reroll.report.terminal import answer

    shown = console()
    tallies = tallies_of(run, grain=grain)
    for name in tallies:
        match, comparison = compare_matched(tallies, name, grain=grain, groups=groups)
        shown.print(match.sentence, markup=False)
        if comparison is not None:
            shown.print(answer([comparison]))


def _error_rates(file: Path) -> Any:
    from reroll.statistics.validity import ErrorRates

    try:
        merged = json.loads(file.read_text(encoding="utf-8").strip().splitlines()[-1])["merged"]
        return ErrorRates(recall=float(merged["same"]), false_merges=float(merged["different"]))
    except (ValueError, KeyError, IndexError) as error:
        raise UsageError(
            f"{str(file)!r} holds no error rates: benchmarks/strategies.py --json prints them"
        ) from error
