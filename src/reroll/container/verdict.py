"""From what the sandbox saw to a judgement: a pure function, and the only place where verdicts are made.

Everything in a result but the supervisor's own header comes from a process that a hostile patch controlled,
so a pass needs all of: the exact set of expected tests, each reported once and in form, the runner's own end,
and a process that ended by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from reroll.container import reports
from reroll.container.equality import equals, literal, written
from reroll.container.job import Result
from reroll.container.plan import FAILS, PASSES, Plan
from reroll.records import Bug, Case, Judgement, Verdict

LONGEST_MESSAGE = 2000
_LONGEST_EVIDENCE = 300
_LONGEST_SECONDS = 86_400.0
UNWRITTEN = "The report holds something that its reporter did not write"


def case_ids(bug: Bug) -> tuple[str, ...]:
    """Return the test ids of the bug's cases, visible first: the order in which they run."""
    visible = tuple(f"visible/{case.name}" for case in bug.tests.visible)
    return visible + tuple(f"hidden/{case.name}" for case in bug.tests.hidden)


def judge_cases(bug: Bug, result: Result) -> Judgement:
    """Return the judgement of a `cases` run: told values against expected ones."""
    ids = case_ids(bug)
    cases = (*bug.tests.visible, *bug.tests.hidden)
    outcomes = dict.fromkeys(ids, "missing")
    messages: dict[str, str] = {}
    seconds: dict[str, float] = {}
    odd: list[str] = []
    current: int | None = None
    for frame in result.frames:
        if "import" in frame:
            outcomes = dict.fromkeys(ids, f"error:{error_name(frame['import'])}")
            messages = dict.fromkeys(ids, error_text(frame["import"]))
        elif "start" in frame:
            current = _index(frame["start"], len(ids))
        elif "index" in frame:
            index = _index(frame["index"], len(ids))
            if index is None or index != current:
                odd.append(f"A result for {frame['index']!r} came out of turn")
                continue
            current = index + 1 if index + 1 < len(ids) else None
            outcomes[ids[index]], message = case_outcome(cases[index], frame)
            if message:
                messages[ids[index]] = message[:LONGEST_MESSAGE]
            seconds[ids[index]] = told_seconds(frame)
        elif frame.get("done") is not True:
            odd.append(f"A frame of an unknown form: {str(frame)[:80]}")
    if result.timed_out and not result.done:
        for name in ids if current is None else (ids[current],):
            if outcomes[name] == "missing":
                outcomes[name] = "timed_out"
                messages[name] = f"Did not end within {bug.limits.seconds:g} s"
    if result.malformed:
        odd.append(UNWRITTEN)
    return conclude(result, outcomes=outcomes, messages=messages, seconds=seconds, forged=odd)


@lru_cache(maxsize=1 << 14)
def _expected(text: str) -> Any:
    """Return the value of a literal, read once for all attempts; nothing changes it."""
    return literal(text)


def case_outcome(case: Case, frame: Mapping[str, Any]) -> tuple[str, str]:
    """Return outcome and failure message of one case."""
    raised = frame.get("raised")
    if raised is not None:
        if case.raises is not None and case.raises in exception_names(raised):
            return "passed", ""
        wanted = f"{case.raises} to be raised" if case.raises else str(case.expected)
        return f"error:{error_name(raised)}", f"{error_text(raised)}\n{case.value}: expected {wanted}"
    told = frame.get("value")
    if case.raises is not None:
        return "failed", f"{case.value} returned {written(told)}, expected {case.raises} to be raised"
    if equals(told, _expected(str(case.expected)), tolerance=case.tolerance):
        return "passed", ""
    return "failed", f"{case.value} returned {written(told)}, expected {case.expected}"


def exception_names(raised: Any) -> set[str]:
    """Return every class name under which a told exception may be expected.

    Its first builtin class stands for that class and its bases; its own classes may not pose as builtin ones.
    """
    if not isinstance(raised, dict):
        return set()
    builtin = vars(__import__("builtins"))
    base = builtin.get(raised.get("base", ""))
    names: set[str] = set()
    if isinstance(base, type) and issubclass(base, BaseException):
        names.update(kind.__name__ for kind in base.__mro__ if issubclass(kind, BaseException))
    own = raised.get("own")
    names.update(name for name in (own if isinstance(own, list) else ()) if name not in builtin)
    return names


def error_name(raised: Any) -> str:
    """Return the type name of a told exception."""
    if isinstance(raised, dict):
        for name in (*_strings(raised.get("own")), raised.get("base")):
            if isinstance(name, str) and name.isidentifier():
                return name[:80]
    return "Exception"


def error_text(raised: Any) -> str:
    """Return the text of a told exception, bounded."""
    text = raised.get("text") if isinstance(raised, dict) else None
    return text[-LONGEST_MESSAGE:] if isinstance(text, str) else ""


def judge_pytest(bug: Bug, plan: Plan, canaries: Mapping[str, str], result: Result) -> Judgement:
    """Return the judgement of a `pytest` run: told outcomes, against the exact set of tests and canaries."""
    reading = Reading(plan.ids, late=f"Did not end within {bug.limits.seconds:g} s")
    for frame in result.frames:
        reading.take(frame)
    reading.close(timed_out=result.timed_out)
    told, odd = reading.told, reading.odd
    if result.malformed:
        odd.append(UNWRITTEN)
    odd += [f"The canary {name} passed" for name in _of(canaries, FAILS) if told.get(name) == "passed"]
    judgement = conclude(
        result, outcomes=reading.outcomes, messages=reading.messages, seconds=reading.seconds, forged=odd
    )
    if not judgement.verdict.correct:
        return judgement
    reached = [
        f"The patch reaches into its test process: {d}" for d in reading.doubts if d not in plan.habits
    ]
    if reached:
        return replace(judgement, verdict=Verdict.FORGED, evidence=tuple(reached[:20]))
    unmet = [
        f"The canary {name} did not pass" for name in _of(canaries, PASSES) if told.get(name) != "passed"
    ]
    unmet += [f"The canary {name} was not run" for name in canaries if name not in told]
    unmet += [
        f"An unknown test was told: {name}" for name in told if name not in plan.known | canaries.keys()
    ]
    evidence = tuple(why[:_LONGEST_EVIDENCE] for why in unmet[:20])
    return replace(judgement, verdict=Verdict.FAILED, evidence=evidence) if unmet else judgement


def _of(canaries: Mapping[str, str], kind: str) -> list[str]:
    return [name for name, what in canaries.items() if what == kind]


class Reading:
    """Outcomes, messages and doubts, as the frames of one `pytest` run tell them one by one."""

    def __init__(self, ids: Sequence[str], *, late: str) -> None:
        self.outcomes = dict.fromkeys(ids, "missing")
        self.messages: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.told: dict[str, str] = {}
        self.odd: list[str] = []
        self.doubts: list[str] = []
        self._running = ""
        self._late = late

    def take(self, frame: Mapping[str, Any]) -> None:
        """Read one frame."""
        if "start" in frame:
            self._running = str(frame["start"])
        elif "collect" in frame:
            self._take_broken_file(frame)
        elif "test" in frame:
            self._take_test(str(frame["test"]), frame)
        elif "audit" in frame:
            self.doubts.append(str(frame["audit"])[:100])
        elif frame.get("done") is not True:
            self.odd.append(f"A frame of an unknown form: {str(frame)[:80]}")

    def _take_broken_file(self, frame: Mapping[str, Any]) -> None:
        if frame.get("outcome") == "skipped":
            return
        for name in self.outcomes:
            if name.startswith(f"{frame['collect']}::"):
                self.outcomes[name] = f"error:{error_name(frame.get('raised'))}"
                self.messages[name] = error_text(frame.get("raised"))

    def _take_test(self, name: str, frame: Mapping[str, Any]) -> None:
        self._running = ""
        if name in self.told:
            self.odd.append(f"{name} was told twice")
        self.told[name] = outcome = told_outcome(frame)
        if name in self.outcomes:
            self.outcomes[name] = outcome
            self.seconds[name] = told_seconds(frame)
            if outcome != "passed":
                self.messages[name] = error_text(frame.get("raised")) or str(frame.get("outcome"))[:80]

    def close(self, *, timed_out: bool) -> None:
        """Mark what was running, or all where nothing ran yet, when the time was up."""
        if timed_out:
            for name in [self._running] if self._running or self.told else list(self.outcomes):
                if self.outcomes.get(name) == "missing":
                    self.outcomes[name], self.messages[name] = "timed_out", self._late


def judge_command(plan: Plan, result: Result) -> Judgement:
    """Return the judgement of a `command` run: its report against the exact set of tests."""
    told = next((frame for frame in result.frames if "report" in frame), {})
    found = reports.outcomes(str(told.get("report", "")))
    outcomes = {name: found.get(name, ("missing", ""))[0] for name in plan.ids}
    if result.timed_out:
        outcomes = {name: "timed_out" if out == "missing" else out for name, out in outcomes.items()}
    messages = {name: found[name][1] for name in plan.ids if name in found and found[name][1]}
    odd = [UNWRITTEN] if result.malformed else []
    judgement = conclude(result, outcomes=outcomes, messages=messages, seconds={}, forged=odd)
    code = told.get("code")
    if judgement.verdict.correct and (code != 0 or set(found) - plan.known):
        unknown = [name[:80] for name in sorted(set(found) - plan.known)[:3]]
        why = f"All tests are reported as passed, but the exit code is {code!r}; unknown tests: {unknown}"
        return replace(judgement, verdict=Verdict.FAILED, evidence=(why,))
    return judgement


def told_seconds(frame: Mapping[str, Any]) -> float:
    """Return the time that a frame tells; 0 where it tells none, or one that cannot be."""
    took = frame.get("seconds")
    return float(took) if isinstance(took, float | int) and 0 <= took <= _LONGEST_SECONDS else 0.0


def told_outcome(frame: Mapping[str, Any]) -> str:
    """Return the outcome that one test frame tells."""
    match frame.get("outcome"):
        case "passed":
            return "passed"
        case "skipped":
            return "missing"
        case _:
            raised = frame.get("raised")
            plain = isinstance(raised, dict) and raised.get("failed") is True and frame.get("when") == "call"
            return "failed" if plain else f"error:{error_name(raised)}"


def conclude(
    result: Result,
    *,
    outcomes: Mapping[str, str],
    messages: Mapping[str, str],
    seconds: Mapping[str, float],
    forged: Sequence[str] = (),
) -> Judgement:
    """Return the judgement that outcomes and the supervisor's own findings make together."""
    verdict, evidence = _verdict(result, outcomes, forged)
    return Judgement(
        verdict=verdict,
        outcomes=outcomes,
        messages=messages,
        seconds=seconds,
        output=result.output,
        evidence=evidence,
        wall_seconds=result.wall_seconds,
        cpu_seconds=result.cpu_seconds,
        peak_memory_bytes=result.peak_memory_bytes,
    )


def _verdict(
    result: Result, outcomes: Mapping[str, str], forged: Sequence[str]
) -> tuple[Verdict, tuple[str, ...]]:
    passed = bool(outcomes) and all(outcome == "passed" for outcome in outcomes.values())
    findings = (
        (bool(forged), Verdict.FORGED, tuple(why[:_LONGEST_EVIDENCE] for why in forged[:20])),
        (
            result.out_of_memory or "error:MemoryError" in outcomes.values(),
            Verdict.OUT_OF_MEMORY,
            ("The attempt used more memory than it may",),
        ),
        (result.timed_out, Verdict.TIMED_OUT, ("The attempt did not end in time",)),
        (
            not result.done or result.exit_code != 0,
            Verdict.CRASHED,
            (f"The test process ended early, with {_ending(result.exit_code)}",),
        ),
        (passed, Verdict.FIXED, ()),
        ("missing" in outcomes.values(), Verdict.CRASHED, ("Some tests were not reported",)),
    )
    return next(((verdict, why) for holds, verdict, why in findings if holds), (Verdict.FAILED, ()))


def _ending(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _index(value: Any, length: int) -> int | None:
    return value if type(value) is int and 0 <= value < length else None


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
