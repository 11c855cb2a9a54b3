"""`reroll suite`: list the suites, look into one, prove one."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Annotated, Any

import typer

from reroll.cli.options import Data, Json, Sandbox, Workers, cpu_count

app = typer.Typer(help="List, show and prove suites of bugs.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[
    str, typer.Argument(help="Suite: a built-in name, a path, or NAME:option=value,…", show_default=False)
]


@app.command("list")
def list_suites(as_json: Json = False) -> None:
    """List the suites that ship and the adapters to others."""
    from reroll import assets
    from reroll.suite.catalogue import ADAPTERS, names
    from reroll.suite.folder import read_about

    listed = []
    for name in names():
        if name in ADAPTERS:
            listed.append(
                {"name": name, "kind": "adapter", "description": "A published data set; takes --data FILE"}
            )
            continue
        about = read_about(assets.folder("suites") / name)
        kind = "generated" if about.generator else "folder"
        listed.append({"name": name, "kind": kind, "description": about.description})
    if as_json:
        typer.echo(json.dumps({"suites": listed}))
        return
    width = max(len(entry["name"]) for entry in listed)
    for entry in listed:
        typer.echo(f"{entry['name']:{width}}  {entry['kind']:9}  {entry['description']}")


@app.command("show")
def show(
    name: Name,
    bug: Annotated[str | None, typer.Option("--bug", help="Show this bug whole.")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the bugs of a suite, or one bug: its report, source, visible tests and strategies."""
    from reroll.agent.prompt import visible_tests
    from reroll.errors import UsageError
    from reroll.suite import load

    suite = load(name, data=data)
    chosen = [b for b in suite.bugs if bug is None or bug in (b.name, b.id)]
    if not chosen:
        raise UsageError(f"No bug {bug!r} in suite {suite.name!r}; 'reroll suite show {name}' lists them")
    if as_json:
        typer.echo(
            json.dumps({"suite": suite.name, "version": suite.version, "bugs": [_entry(b) for b in chosen]})
        )
    elif bug is None:
        slices = ", ".join(f"{count} {slice_}" for slice_, count in suite.slices().items())
        typer.echo(f"{suite.name} {suite.version}: {suite.description}. {len(suite.bugs)} bugs ({slices})")
        for b in chosen:
            typer.echo(f"{b.name}  [{b.slice}] {', '.join(b.tags)}  fixes: {', '.join(b.fixes) or 'none'}")
    else:
        found = chosen[0]
        files = [f"--- {path}\n{text}" for path, text in found.source.items()]
        typer.echo("\n".join([found.report, *files, "--- visible tests", *visible_tests(found)]))
        typer.echo(f"--- reference strategies: {', '.join(found.fixes) or 'none'}")


@app.command("check")
def check(
    name: Name,
    data: Data = None,
    repeats: Annotated[int, typer.Option(min=0, max=2, help="Further runs that look for flaky tests.")] = 2,
    sandbox: Sandbox = "auto",
    workers: Workers = 0,
    as_json: Json = False,
) -> None:
    """Prove every bug: source fails, reference fixes pass, decoys are caught, nothing is flaky."""
    from reroll.cli.progress import Display
    from reroll.container import open_sandbox
    from reroll.proof import VARIATIONS, prove
    from reroll.suite import load

    suite = load(name, data=data)
    real: list[str] = []

    async def work(display: Display) -> list[Any]:
        async with contextlib.AsyncExitStack() as stack:
            opened, *varied = [
                await stack.enter_async_context(
                    open_sandbox(sandbox, workers=workers or cpu_count(), environment=e)
                )
                for e in ({}, *VARIATIONS[:repeats])
            ]
            display.say(f"Proving {len(suite.bugs)} bugs in {opened.name}")
            proofs = await prove(suite.bugs, sandbox=opened, varied=varied)
            real.extend([await _real(opened, bug) for bug in suite.bugs if bug.tests.runner == "pytest"])
            return proofs

    with Display(quiet=as_json) as display:
        proofs = asyncio.run(work(display))
    faults = [fault for proof in proofs for fault in proof.faults]
    proven = sum(not proof.faults for proof in proofs)
    judged = [why for why in real if why]
    hidden = [proof.bug for proof in proofs if not proof.shows]
    fixes = sum(len(bug.fixes) for bug in suite.bugs)
    tests = sum(proof.tests for proof in proofs)
    if as_json:
        summary = {
            "suite": suite.name,
            "bugs": len(proofs),
            "proven": proven,
            "strategies": fixes,
            "tests": tests,
            "real_pytest": judged,
        }
        typer.echo(json.dumps(summary | {"faults": faults, "seconds": round(display.seconds, 2)}))
    else:
        for fault in faults:
            typer.echo(fault)
        if hidden:
            typer.echo(f"{len(hidden)} bugs fail only hidden tests, such as {', '.join(hidden[:4])}")
        if judged:
            typer.echo(f"Real pytest judges {len(judged)} of {len(real)} bugs: {'; '.join(judged[:4])}")
        decoys = sum(len(bug.decoys) for bug in suite.bugs)
        typer.echo(
            f"{suite.name}: {proven} of {len(proofs)} bugs proven, {fixes} reference strategies, "
            f"{decoys} decoys, {tests} tests ({display.seconds:.0f} s)"
        )
    if faults:
        raise typer.Exit(1)


async def _real(sandbox: Any, bug: Any) -> str:
    """Return why a bug's tests need real pytest; empty where the `lite` runner judges them."""
    plan = await sandbox.plan(bug)
    return "" if plan.lite else f"{bug.name}, {plan.real_because}"


def _entry(bug: Any) -> dict[str, Any]:
    return {
        "bug": bug.id,
        "slice": bug.slice,
        "tags": list(bug.tags),
        "language": bug.language,
        "runner": bug.tests.runner,
        "files": list(bug.source),
        "editable": list(bug.editable),
        "strategies": list(bug.fixes),
        "decoys": list(bug.decoys),
    }
