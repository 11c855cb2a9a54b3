"""The program: its verbs, and the one place where a known error becomes one line and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

import reroll
from reroll.cli import (
    agent,
    clusters,
    compare,
    demos,
    doctor,
    image,
    lab,
    plan,
    report,
    run,
    score,
    suite,
    theory,
)
from reroll.errors import RerollError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect."""

USAGE_ERROR: type[typer.BadParameter] = typer.BadParameter.__mro__[1]
"""What typer raises for a wrong option or verb: it carries its own click and exports only the leaves."""

app = typer.Typer(
    name="reroll",
    help="Do further repair attempts still buy new fixes after training? Best-of-N code repair, measured.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("score")(score.score)
app.command("compare")(compare.compare)
app.command("clusters")(clusters.clusters)
app.command("explain")(clusters.explain)
app.command("report")(report.report)
app.command("export")(report.export)
app.command("demos")(demos.demos)
app.command("plan")(plan.plan)
app.command("tilt")(theory.tilt)
app.command("forecast")(theory.forecast)
app.command("lab")(lab.lab)
app.add_typer(suite.app, name="suite")
app.add_typer(agent.app, name="agent")
app.add_typer(image.app, name="image")
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reroll {reroll.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Measure whether further repair attempts still buy new fixes after training."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit: 0 for success, 1 for failure, 2 for usage, 130 after Ctrl-C."""
    sys.exit(call(arguments))


def call(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    try:
        code = app(args=arguments, prog_name="reroll", standalone_mode=False)
    except RerollError as error:
        _say(str(error))
        return error.exit_code
    except USAGE_ERROR as error:
        _say(f"{error.format_message().rstrip('.')}. See 'reroll --help'")
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        return 0
    if code == INTERRUPTED:  # typer answers Ctrl-C with this code, without a word
        _say("Interrupted. What was done is kept; the same command goes on from there")
    return int(code or 0)


def _say(text: str) -> None:
    print(f"reroll: {text}", file=sys.stderr)
