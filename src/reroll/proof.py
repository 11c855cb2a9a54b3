"""Prove a suite through the ordinary path: the source fails, reference fixes pass, decoys are caught.

Every project is also tested again in sandboxes with another hash seed and another time zone, with its tests
in the opposite order, and a test whose outcome changes is called flaky.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reroll.errors import SuiteError
from reroll.harness.bench import UNTOUCHED, Sandbox
from reroll.patch import reference_patch
from reroll.records import Bug, Judgement, Verdict

VARIATIONS = (
    {"PYTHONHASHSEED": "1", "TZ": "JST-9"},
    {"PYTHONHASHSEED": "77", "TZ": "NST3:30"},
)
"""Environments in which a test must say the same; zones in POSIX form, which need no zone files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found about one bug."""

    bug: str
    """Id of the bug."""
    tests: int
    """Tests of the bug, visible and hidden."""
    faults: tuple[str, ...]
    """What is wrong with it, one line each; empty where it is proven."""
    shows: bool = True
    """Whether the untouched source fails a visible test: what an agent can see of the bug."""


async def prove(bugs: Iterable[Bug], *, sandbox: Sandbox, varied: Sequence[Sandbox] = ()) -> list[Proof]:
    """Prove bugs, several at a time; a broken bug is a finding, not an error.

    Args:
        bugs: The bugs.
        sandbox: Where each project is tested first.
        varied: Where each is tested again, with `VARIATIONS` of the environment, to find flaky tests.
    """
    gate = asyncio.Semaphore(sandbox.workers * 2)

    async def one(bug: Bug) -> Proof:
        async with gate:
            return await _prove(bug, sandbox, varied)

    return list(await asyncio.gather(*(one(bug) for bug in bugs)))


async def _prove(bug: Bug, sandbox: Sandbox, varied: Sequence[Sandbox]) -> Proof:
    try:
        patches = {"source": UNTOUCHED} | {
            name: reference_patch(bug, name) for name in (*bug.fixes, *bug.decoys)
        }
    except SuiteError as error:
        return Proof(bug=bug.id, tests=0, faults=(str(error),))
    files = {name: patch.apply(bug.source) for name, patch in patches.items()}
    found = {name: await sandbox.judge(bug, files[name], probes=False) for name in patches}
    faults = list(_faults(bug, found))
    for other in varied:
        for name in patches:
            again = await other.judge(_reordered(bug), files[name], probes=False)
            faults += _changes(bug, name, found[name], again)
    return Proof(
        bug=bug.id,
        tests=len(found["source"].outcomes),
        faults=tuple(dict.fromkeys(faults)),
        shows=_shows(found["source"]),
    )


def _shows(source: Judgement) -> bool:
    return any(test.startswith("visible/") and o != "passed" for test, o in source.outcomes.items())


def _reordered(bug: Bug) -> Bug:
    """Return the bug with its cases, or the tests in each of its Python files, in the opposite order."""
    files = {
        path: _reversed(text) if path.endswith(".py") else text for path, text in bug.tests.files.items()
    }
    visible, hidden = bug.tests.visible[::-1], bug.tests.hidden[::-1]
    return replace(bug, tests=replace(bug.tests, visible=visible, hidden=hidden, files=files))


def _reversed(text: str) -> str:
    """Return a test file whose test functions and classes have changed places; the rest stays where it is."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    places = [
        i for i, n in enumerate(tree.body) if isinstance(n, named) and n.name.lower().startswith("test")
    ]
    nodes = [tree.body[place] for place in reversed(places)]
    for place, node in zip(places, nodes, strict=True):
        tree.body[place] = node
    return ast.unparse(tree) + "\n"


def _faults(bug: Bug, found: Mapping[str, Judgement]) -> Iterator[str]:
    if found["source"].verdict is Verdict.FIXED:
        yield f"{bug.id}: the untouched source passes every test"
    for name in bug.fixes:
        judgement = found[name]
        if judgement.verdict is not Verdict.FIXED:
            yield f"{bug.id}: reference fix {name!r} is {judgement.verdict}: {_first(judgement)}"
    for name in bug.decoys:
        judgement = found[name]
        if not judgement.visible_passed:
            yield f"{bug.id}: decoy {name!r} fails a visible test: {_first(judgement)}"
        elif judgement.verdict is Verdict.FIXED:
            yield f"{bug.id}: decoy {name!r} passes every test"


def _changes(bug: Bug, name: str, before: Judgement, after: Judgement) -> Iterator[str]:
    """Yield the tests that said two things; after a timeout or a crash, what did not run says nothing."""
    for test in sorted(before.outcomes.keys() | after.outcomes.keys()):
        was, is_ = before.outcomes.get(test, "missing"), after.outcomes.get(test, "missing")
        if was != is_ and not {was, is_} & {"missing", "timed_out"}:
            yield f"{bug.id}: test {test!r} is flaky under {name!r}: {was}, then {is_}"


def _first(judgement: Judgement) -> str:
    failing = [f"{test} {outcome}" for test, outcome in judgement.outcomes.items() if outcome != "passed"]
    return failing[0] if failing else ", ".join(judgement.evidence) or "no test ran"
