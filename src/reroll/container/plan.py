"""What must be known of a bug before its patches are judged by pytest, all of it from trusted code.

The exact set of test ids, the test code with its canaries, and what the bug's own programs do that a patch
may therefore do too. Found once per bug, by running the tests over the first reference fix or the source.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reroll.container.hearsay import library_imports, own_builtins
from reroll.container.job import Job, Result
from reroll.container.lite import Entry, listed, unsupported
from reroll.container.reports import outcomes
from reroll.diff import apply_diff
from reroll.errors import PatchError, SuiteError
from reroll.records import Bug, Patch

PASSES, FAILS = "passes", "fails"
VARIANTS = 4
"""Placements of canaries that are made per bug; an attempt gets one of them by chance."""
_SETTINGS = ("pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml")
_NEEDS_FULL = re.compile(
    r"\bpytest_\w+|\bcaplog\b|\bfilterwarnings\b|\bdoctest\b|\brecord_\w+|\bcapture_?log"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Test code with canaries in one placement."""

    code: Mapping[str, str]
    """Compiled test code by path, for the sandbox only."""
    canaries: Mapping[str, str]
    """Test id to `passes` or `fails`."""
    listed: tuple[Entry, ...] = ()
    """Every test in order, for the `lite` runner; empty where that may not run them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the patches of one bug are judged."""

    ids: tuple[str, ...]
    """The exact set of test ids, in the order in which they run."""
    variants: tuple[Variant, ...] = ()
    """Placements of canaries."""
    full: bool = False
    """Whether the tests need the whole of `pytest.main`."""
    settings: str = ""
    """The project's own settings for pytest, by path."""
    habits: frozenset[str] = frozenset()
    """Audited events that trusted code causes too."""
    known: frozenset[str] = frozenset()
    """Every test that trusted code reports, those that it skips included."""
    split: bool = False
    """Whether a claimed pass can be confirmed with tests and patch in two processes."""
    strict: bool = True
    """Whether trusted code gives nothing but builtins to the tests, so that a patch must too."""
    closed: bool = False
    """Whether the tests then see nothing but answers, so that these alone can confirm a pass."""
    passing: int = 0
    """Tests that trusted code passes."""
    lite: bool = False
    """Whether the `lite` runner tells the same as real pytest on all trusted code, and so may replace it."""
    real_because: str = ""
    """Why it may not, in words."""
    depth: int = 0
    """Calls from the runner to a test, in real pytest."""
    reference: Mapping[str, str] = field(default_factory=dict)
    """The trusted project that the plan was made with."""

    @property
    def confirming(self) -> str:
        """The runner that confirms a claimed pass."""
        if not self.split:
            return "fresh"
        return "split_full" if self.full else "split_lite" if self.lite else "split"


def reference(bug: Bug) -> dict[str, str]:
    """Return the project after the first reference fix, or the source where there is none.

    Raises:
        SuiteError: The fix does not apply.
    """
    for name, diff in bug.fixes.items():
        try:
            return Patch(files=apply_diff(diff, bug.source)).apply(bug.source)
        except PatchError as problem:
            raise SuiteError(f"Bug {bug.id}: fix {name!r} does not apply: {problem}") from problem
    return dict(bug.source)


def trusted(bug: Bug) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every project that comes with the bug, by what it is: the source, its fixes and its decoys."""
    yield "the source", dict(bug.source)
    for kind, patches in (("fix", bug.fixes), ("decoy", bug.decoys)):
        for name, diff in patches.items():
            with contextlib.suppress(PatchError):
                yield f"the {kind} {name!r}", Patch(files=apply_diff(diff, bug.source)).apply(bug.source)


def fixed(bug: Bug) -> Iterator[dict[str, str]]:
    """Yield the project after each reference fix that applies."""
    for diff in bug.fixes.values():
        with contextlib.suppress(PatchError):
            yield Patch(files=apply_diff(diff, bug.source)).apply(bug.source)


def needs_full(bug: Bug) -> tuple[bool, str]:
    """Return whether tests need the whole of `pytest.main`, and the project's settings for pytest."""
    settings = next((name for name in _SETTINGS if "pytest" in bug.source.get(name, "")), "")
    texts = [text for path, text in bug.tests.files.items() if path.endswith(".py")]
    return bool(settings) or any(_NEEDS_FULL.search(text) for text in texts), settings


def preparing(bug: Bug, *, project: Mapping[str, str]) -> Job:
    """Return the job that makes a bug's test code ready.

    Raises:
        SuiteError: A test file cannot be parsed.
    """
    for path, text in bug.tests.files.items():
        if path.endswith(".py"):
            try:
                ast.parse(text)
            except SyntaxError as problem:
                raise SuiteError(f"Bug {bug.id}: {path} is not Python: {problem}") from problem
    full, settings = needs_full(bug)
    options = {"tests": dict(bug.tests.files), "variants": VARIANTS, "settings": settings}
    limits = replace(bug.limits, seconds=bug.limits.seconds * 2 + 10)
    return Job(runner="prepare_full" if full else "prepare", files=project, limits=limits, options=options)


def made(bug: Bug, result: Result, *, project: Mapping[str, str]) -> Plan:
    """Return the plan that a preparation makes.

    Raises:
        SuiteError: The tests of the bug cannot be collected.
    """
    full, settings = needs_full(bug)
    why = "the tests need the whole of pytest" if full else unsupported(bug.tests.files)
    variants = _variants(result, listing=not why)
    if not variants:
        raise SuiteError(f"Bug {bug.id}: the tests cannot be made ready: {result.output[-500:]!r}")
    canaries = variants[0].canaries
    told = [f for f in result.frames if "test" in f and f["test"] not in canaries]
    ids = bug.tests.ids or tuple(str(frame["test"]) for frame in told if frame.get("outcome") != "skipped")
    if not ids:
        errors = [str(f.get("raised", {}).get("text", "")) for f in result.frames if "collect" in f]
        raise SuiteError(f"Bug {bug.id}: no test can be collected: {' '.join(errors)[-500:]!r}")
    return Plan(
        ids=ids,
        variants=variants,
        full=full,
        settings=settings,
        habits=frozenset(str(frame["audit"]) for frame in result.frames if "audit" in frame),
        known=frozenset(str(frame["test"]) for frame in told),
        passing=sum(frame.get("outcome") == "passed" for frame in told),
        real_because=why,
        depth=max((frame["depth"] for frame in result.frames if "depth" in frame), default=0),
        reference=project,
    )


def command_plan(bug: Bug, result: Result, *, project: Mapping[str, str]) -> Plan:
    """Return the plan of a bug whose tests are a command: the tests that trusted code reports.

    Raises:
        SuiteError: The command cannot be run, or reports no test.
    """
    told = next((frame for frame in result.frames if "report" in frame), {})
    missing = next((frame["missing"] for frame in result.frames if "missing" in frame), None)
    if missing is not None:
        raise SuiteError(f"Bug {bug.id}: the command cannot be run: {missing}")
    found = outcomes(str(told.get("report", "")))
    ids = bug.tests.ids or tuple(name for name, (outcome, _) in found.items() if outcome != "missing")
    if not ids:
        raise SuiteError(f"Bug {bug.id}: the command reports no test: {result.output[-500:]!r}")
    passing = sum(outcome == "passed" for outcome, _ in found.values())
    return Plan(ids=ids, known=frozenset(found), passing=passing, reference=project)


def _variants(result: Result, *, listing: bool) -> tuple[Variant, ...]:
    variants = [item for frame in result.frames for item in frame.get("variants", ())]
    items = [frame["item"] for frame in result.frames if "item" in frame] if listing else []
    return tuple(
        Variant(
            code=item["code"],
            canaries=item["canaries"],
            listed=listed(items, item["canaries"], first=variants[0]["canaries"], order=item["order"]),
        )
        for item in variants
    )


def patient(bug: Bug) -> Bug:
    """Return the bug with more time: confirming costs more than the run that it confirms."""
    return replace(bug, limits=replace(bug.limits, seconds=bug.limits.seconds * 2 + 1))


def cases_job(bug: Bug, files: Mapping[str, str], *, runner: str = "cases", strict: bool = True) -> Job:
    """Return the job that computes a bug's cases over a project."""
    cases = [(case.setup, case.value) for case in (*bug.tests.visible, *bug.tests.hidden)]
    options: dict[str, Any] = {"modules": bug.tests.modules, "cases": cases}
    if runner == "cases_split":
        options |= {"strict": strict, "builtins": own_builtins(bug), "imports": library_imports(bug)}
    return Job(runner=runner, files=files, limits=bug.limits, options=options)


def pytest_job(bug: Bug, plan: Plan, variant: Variant, files: Mapping[str, str], *, runner: str) -> Job:
    """Return the job that runs a bug's pytest files over a project."""
    options = {
        "tests": dict(bug.tests.files),
        "code": variant.code,
        "list": variant.listed,
        "depth": plan.depth,
        "settings": plan.settings,
        "strict": plan.strict,
    }
    return Job(runner=runner, files=files, limits=bug.limits, options=options)


def command_job(bug: Bug, files: Mapping[str, str]) -> Job:
    """Return the job that runs a bug's command over a project."""
    options = {"tests": dict(bug.tests.files), "command": bug.tests.command, "report": bug.tests.report}
    return Job(runner="command", files=files, limits=bug.limits, options=options)
