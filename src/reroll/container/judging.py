"""How one patched project is judged: which jobs are run, in which order, and what their results mean.

Pure but for the function that runs a job; the pool gives it. What can be known once per bug, such as the
exact set of its tests, comes from trusted code and is kept by the bug's digest.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

from reroll.container.control import WANTED, WANTED_LOOSE, Control, changes
from reroll.container.hearsay import judges_itself, library_imports
from reroll.container.job import Job, Result
from reroll.container.plan import (
    Plan,
    cases_job,
    command_job,
    command_plan,
    fixed,
    made,
    patient,
    preparing,
    pytest_job,
    reference,
    trusted,
)
from reroll.container.transcript import Transcripts, asking, is_closed, taken
from reroll.container.verdict import case_ids, judge_cases, judge_command, judge_pytest
from reroll.errors import SuiteError
from reroll.records import Bug, Judgement, Verdict

NONDETERMINISTIC = "nondet"
"""Fingerprint of a probe that gave two values in two runs."""
UNSUPPORTED = "error:Unsupported"
"""Outcome of a test that does what cannot cross between two processes."""
SAMPLED = 100
"""One in so many attempts that the `lite` runner judged is judged by real pytest too, and one in so many
passes that could be confirmed by their answers alone is confirmed with the tests."""
PROBE_SECONDS = 2.0
"""Limit of all probes of a patch: they are made by mutation, and one may ask for the impossible."""

Found = TypeVar("Found")


class Run(Protocol):
    """Runs one job on some worker."""

    def __call__(self, job: Job, *, image: str | None = None) -> Awaitable[Result]:
        """Return the result of the job."""


class _Once(Generic[Found]):
    """What is found once per bug, however many attempts wait for it; failures are found again."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Future[Found]] = {}
        self._keys: dict[str, tuple[Bug, str]] = {}

    async def __call__(self, bug: Bug, find: Callable[[Bug], Coroutine[Any, Any, Found]]) -> Found:
        key = self.key(bug)
        task = self._tasks.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._tasks[key] = asyncio.ensure_future(find(bug))
        return await asyncio.shield(task)

    def key(self, bug: Bug) -> str:
        """Return the digest of a bug, made once per record: it costs as much as judging a few cases."""
        known = self._keys.get(bug.id)
        if known is None or known[0] is not bug:
            known = self._keys[bug.id] = (bug, bug.digest)
        return known[1]


class Judge:
    """Turns bugs and projects into judgements, through a function that runs jobs."""

    def __init__(self, run: Run, *, lite: bool = True) -> None:
        self._run = run
        self._lite = lite
        self.disagreements: dict[str, str] = {}
        self._strict: _Once[bool | None] = _Once()
        self._plans: _Once[Plan] = _Once()
        self._controls: _Once[tuple[Control, ...]] = _Once()
        self._transcripts: dict[tuple[str, int], Transcripts] = {}

    async def judge(self, bug: Bug, files: Mapping[str, str], *, probes: bool) -> Judgement:
        """Return the judgement of one patched project."""
        if problem := foreign_edits(bug, files):
            return Judgement(
                verdict=Verdict.NO_PATCH,
                outcomes=dict.fromkeys(case_ids(bug), "missing"),
                evidence=(problem,),
            )
        match bug.tests.runner:
            case "cases":
                judgement = await self._cases(bug, files)
            case "pytest":
                judgement = await self._pytest(bug, files)
            case "command":
                judgement = await self._command(bug, files)
            case other:
                raise SuiteError(f"Bug {bug.id}: unknown runner {other!r}; there are cases, pytest, command")
        if probes and bug.probes and judgement.verdict is Verdict.FIXED:
            judgement = replace(judgement, probes=await self._probes(bug, files))
        return judgement

    async def plan(self, bug: Bug) -> Plan:
        """Return how the patches of a bug are judged, made once."""
        return await self._plans(bug, self._make_plan)

    async def _cases(self, bug: Bug, files: Mapping[str, str]) -> Judgement:
        judgement = await self._once(bug, Plan(ids=()), files)
        if not judgement.verdict.correct or not judges_itself(bug):
            return judgement
        strict = await self._strict(bug, self._strictness)
        if strict is None:
            return await self._controlled(bug, Plan(ids=()), files, judgement)
        closed = strict and is_closed(bug, imports=library_imports(bug))
        if closed and await self._answers(bug, files, placement=0):
            return judgement
        job = cases_job(patient(bug), files, runner="cases_split", strict=strict)
        transcript, result = taken(await self._run(job, image=bug.image))
        again = judge_cases(bug, result)
        if closed and again.verdict.correct:
            self._known(bug, 0).keep(transcript)
        return await self._settled(bug, files, judgement, again, strict=strict)

    async def _settled(
        self, bug: Bug, files: Mapping[str, str], first: Judgement, again: Judgement, *, strict: bool
    ) -> Judgement:
        """Return what two runs of cases mean together, the second with the patch in another process."""
        unsupported = not bug.fixes and UNSUPPORTED in again.outcomes.values()
        if again.verdict.correct and strict:
            return first
        if again.verdict.correct or (again.verdict is Verdict.FAILED and unsupported):
            return await self._controlled(bug, Plan(ids=()), files, first)
        if again.verdict is not Verdict.FAILED:
            return again
        failing = [f"{test}: {out}" for test, out in again.outcomes.items() if out != "passed"]
        why = "The cases pass only where they share a process with the patch"
        return replace(first, verdict=Verdict.FORGED, evidence=(why, *failing[:10]))

    async def _strictness(self, bug: Bug) -> bool | None:
        """Return how strictly the cases can run in a process of their own; None where they cannot."""
        together = await self._once(bug, Plan(ids=()), reference(bug))
        for strict in (True, False):
            job = cases_job(patient(bug), reference(bug), runner="cases_split", strict=strict)
            _, result = taken(await self._run(job, image=bug.image))
            if judge_cases(bug, result).outcomes == together.outcomes:
                return strict
        return None

    async def _pytest(self, bug: Bug, files: Mapping[str, str]) -> Judgement:
        plan = await self.plan(bug)
        judgement = await self._once(bug, plan, files)
        if self._runner(bug, plan) == "lite" and secrets.randbelow(SAMPLED) == 0:
            judgement = await self._compared(bug, plan, files, judgement)
        return await self._confirmed(bug, plan, files, judgement) if judgement.verdict.correct else judgement

    async def _tests(self, bug: Bug, plan: Plan, files: Mapping[str, str], *, runner: str) -> Judgement:
        variant = secrets.choice(plan.variants)
        result = await self._run(pytest_job(bug, plan, variant, files, runner=runner), image=bug.image)
        return judge_pytest(bug, plan, variant.canaries, result)

    async def _apart(self, bug: Bug, plan: Plan, files: Mapping[str, str], *, runner: str) -> Judgement:
        """Return the judgement of the run that confirms, and remember the answers with which tests passed."""
        if not plan.split:
            return await self._tests(patient(bug), plan, files, runner=runner)
        placement = secrets.randbelow(len(plan.variants))
        variant = plan.variants[placement]
        job = pytest_job(patient(bug), plan, variant, files, runner=runner)
        transcript, result = taken(await self._run(job, image=bug.image))
        judgement = judge_pytest(bug, plan, variant.canaries, result)
        if plan.closed and judgement.verdict.correct:
            self._known(bug, placement).keep(transcript)
        return judgement

    async def _answers(self, bug: Bug, files: Mapping[str, str], *, placement: int) -> bool:
        """Return whether a project answers the questions of tests as one did with which they passed."""
        known = self._known(bug, placement)
        questions = known.questions
        if not questions or secrets.randbelow(SAMPLED) == 0:
            return False
        return known.confirm(
            questions, await self._run(asking(patient(bug), files, questions), image=bug.image)
        )

    def _known(self, bug: Bug, placement: int) -> Transcripts:
        return self._transcripts.setdefault((self._plans.key(bug), placement), Transcripts())

    async def _confirmed(self, bug: Bug, plan: Plan, files: Mapping[str, str], first: Judgement) -> Judgement:
        """Return a claimed pass as it is, once it also holds where a patch can hardly reach the tests."""
        if plan.closed and await self._answers(bug, files, placement=secrets.randbelow(len(plan.variants))):
            return first
        second = await self._apart(bug, plan, files, runner=plan.confirming)
        if plan.confirming == "split_lite" and not second.verdict.correct:
            second = await self._apart(bug, plan, files, runner="split")
        if second.verdict.correct:
            # Objects of the project that meet there are compared by the project.
            sure = plan.split and plan.strict
            return first if sure else await self._controlled(bug, plan, files, first)
        if plan.split and not bug.fixes and UNSUPPORTED in second.outcomes.values():
            return await self._confirmed(bug, replace(plan, split=False), files, first)
        failing = [f"{test}: {found}" for test, found in second.outcomes.items() if found != "passed"]
        if plan.split and second.verdict is Verdict.FAILED:
            where = "The tests pass only where they share a process with the patch"
            return replace(first, verdict=Verdict.FORGED, evidence=(where, *second.evidence, *failing[:10]))
        if second.verdict is Verdict.FORGED:
            return replace(first, verdict=Verdict.FORGED, evidence=second.evidence)
        # Not proof of tampering: tests that depend on chance, order or time end here too.
        return replace(second, evidence=("A second run, to confirm the first, differs", *second.evidence))

    async def _command(self, bug: Bug, files: Mapping[str, str]) -> Judgement:
        plan = await self.plan(bug)
        judgement = await self._once(bug, plan, files)
        return await self._controlled(bug, plan, files, judgement) if judgement.verdict.correct else judgement

    async def _once(self, bug: Bug, plan: Plan, files: Mapping[str, str]) -> Judgement:
        """Return the judgement of one ordinary run, whichever the runner is."""
        match bug.tests.runner:
            case "cases":
                return judge_cases(bug, await self._run(cases_job(bug, files), image=bug.image))
            case "command":
                return judge_command(plan, await self._run(command_job(bug, files), image=bug.image))
            case _:
                return await self._tests(bug, plan, files, runner=self._runner(bug, plan))

    def _runner(self, bug: Bug, plan: Plan) -> str:
        """Return the runner of an attempt's pytest files."""
        if plan.full:
            return "full"
        return "lite" if plan.lite and self._lite and bug.id not in self.disagreements else "pytest"

    async def _compared(self, bug: Bug, plan: Plan, files: Mapping[str, str], lite: Judgement) -> Judgement:
        """Return what real pytest finds where that differs; `lite` does not judge that bug again."""
        real = await self._tests(bug, plan, files, runner="pytest")
        if difference := differences(real, lite):
            self.disagreements[bug.id] = difference
            return real
        return lite

    async def _controlled(
        self, bug: Bug, plan: Plan, files: Mapping[str, str], first: Judgement
    ) -> Judgement:
        """Return a claimed pass as it is, unless the patch passes changed tests too, or the tests not again.

        The tests are run once more among the controls, in an order that nothing in the sandbox can know.
        """
        controls = await self._controls(bug, self._make_controls)
        runs: list[Control | None] = [*controls, None]
        secrets.SystemRandom().shuffle(runs)
        passed: list[Control] = []
        for control in runs if controls else ():
            if control is None:
                again = await self._once(bug, plan, files)
                if not again.verdict.correct:
                    why = "A second run, to confirm the first, differs"
                    return replace(again, evidence=(why, *again.evidence))
            elif (await self._once(control.change.bug, control.plan, files)).verdict.correct:
                passed.append(control)
        # Another right program may pass a loose control; one that passes them all has not looked.
        if passed and (len(passed) == len(controls) or not all(c.change.loose for c in passed)):
            words = "; ".join(control.change.words for control in passed)
            why = f"Passes changed tests, which no right program passes: {words}"
            return replace(first, verdict=Verdict.FORGED, evidence=(why,))
        return first

    async def _make_controls(self, bug: Bug) -> tuple[Control, ...]:
        """Return changed tests that trusted code runs and does not pass, or that nothing right passes."""
        plan = await self._planned(bug, reference(bug))
        # By the same runner as the tests themselves: a patch could tell the controls by another.
        lite = bug.tests.runner == "pytest" and (await self.plan(bug)).lite
        found: list[Control] = []
        for change in changes(bug):
            try:
                other = replace(await self._planned(change.bug, plan.reference), lite=lite)
            except SuiteError:
                continue
            fails = other.passing < plan.passing or (change.certain and not bug.fixes)
            if fails and len(other.ids) == len(plan.ids) and not await self._passes(change.bug, other):
                found.append(Control(change=change, plan=other))
            loose = all(control.change.loose for control in found)
            if len(found) == (WANTED_LOOSE if loose else WANTED):
                break
        return tuple(found)

    async def _passes(self, bug: Bug, plan: Plan) -> bool:
        """Return whether any of the bug's fixes passes changed tests, the first at a second try."""
        for project in fixed(bug):
            if (await self._once(bug, plan, project)).verdict.correct:
                return True
        return False

    async def _planned(self, bug: Bug, project: Mapping[str, str]) -> Plan:
        """Return what trusted code tells of the tests."""
        if bug.tests.runner == "cases":
            told = await self._once(bug, Plan(ids=()), project)
            passing = sum(outcome == "passed" for outcome in told.outcomes.values())
            return Plan(ids=case_ids(bug), passing=passing, reference=project)
        if bug.tests.runner == "command":
            return command_plan(
                bug, await self._run(command_job(bug, project), image=bug.image), project=project
            )
        return made(bug, await self._run(preparing(bug, project=project), image=bug.image), project=project)

    async def _make_plan(self, bug: Bug) -> Plan:
        project = reference(bug)
        plan = await self._planned(bug, project)
        if bug.tests.runner == "command":
            return plan
        plan = await self._tried(bug, plan)
        together = await self._once(bug, plan, project)
        for strict in (True, False):
            closed = strict and not plan.full and is_closed(bug)
            candidate = replace(plan, split=True, strict=strict, closed=closed)
            apart = await self._apart(bug, candidate, project, runner=candidate.confirming)
            if apart.outcomes == together.outcomes:
                return candidate
        return plan

    async def _tried(self, bug: Bug, plan: Plan) -> Plan:
        """Return the plan with the `lite` runner in it, where that tells the same of all trusted code."""
        if plan.real_because:
            return plan
        for name, project in trusted(bug):
            real = await self._tests(bug, plan, project, runner="pytest")
            lite = await self._tests(bug, plan, project, runner="lite")
            if difference := differences(real, lite):
                return replace(plan, real_because=f"over {name}: {difference}")
        return replace(plan, lite=True)

    async def _probes(self, bug: Bug, files: Mapping[str, str]) -> dict[str, str]:
        """Return the fingerprints of the probes; only fixes are probed, which the tests cannot tell apart."""
        options = {"modules": probe_modules(bug), "probes": bug.probes}
        limits = replace(bug.limits, seconds=min(bug.limits.seconds, PROBE_SECONDS))
        job = Job(runner="probes", files=files, limits=limits, options=options)
        first = fingerprints(bug, await self._run(job, image=bug.image))
        second = fingerprints(bug, await self._run(job, image=bug.image))
        return {probe: mark if second[probe] == mark else NONDETERMINISTIC for probe, mark in first.items()}


def differences(real: Judgement, lite: Judgement) -> str:
    """Return in words what one run of the tests tells otherwise than another; empty where nothing."""
    if real.verdict is not lite.verdict:
        return f"real pytest finds {real.verdict}, lite finds {lite.verdict}"
    for name, outcome in real.outcomes.items():
        if lite.outcomes.get(name) != outcome:
            return f"{name} is {outcome}, in lite {lite.outcomes.get(name)}"
    return ""


def foreign_edits(bug: Bug, files: Mapping[str, str]) -> str:
    """Return what is wrong with the set of files: a change to one that is not editable, in words."""
    changed = {path for path, text in files.items() if bug.source.get(path) != text}
    changed |= bug.source.keys() - files.keys()
    foreign = sorted(changed - set(bug.editable))
    return f"Edits files that are not editable: {', '.join(map(repr, foreign[:5]))}" if foreign else ""


def probe_modules(bug: Bug) -> tuple[str, ...]:
    """Return the modules in whose namespace probes are evaluated."""
    if bug.tests.modules:
        return bug.tests.modules
    paths = [path.removesuffix(".py") for path in bug.editable if path.endswith(".py")]
    return tuple(path.removesuffix("/__init__").replace("/", ".") for path in paths)


def fingerprints(bug: Bug, result: Result) -> dict[str, str]:
    """Return the fingerprint of every probe, `missing` where the process did not tell one."""
    marks = dict.fromkeys(bug.probes, "missing")
    for frame in result.frames:
        index, mark = frame.get("index"), frame.get("fingerprint")
        if type(index) is int and 0 <= index < len(bug.probes) and isinstance(mark, str):
            marks[bug.probes[index]] = mark[:120]
    return marks
