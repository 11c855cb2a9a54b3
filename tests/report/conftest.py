"""A run that nobody made: two slices, three checkpoints whose differences are drawn, not measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reroll.records import Bug, Completion, Patch, Strategy, Tally, Tests
from reroll.report.bugview import BugDetails
from reroll.report.compare import compare_checkpoints
from reroll.report.comparison import Comparison
from reroll.report.site.details import details
from reroll.report.site.overview import overview
from reroll.report.site.writer import write_site
from reroll.report.view import RunView

SOURCE = '''def median(values):
    """Return the middle value."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle] + ordered[middle + 1]) / 2
'''
FIXES = (
    (
        "reads one place to the left",
        "    return (ordered[middle] + ordered[middle + 1]) / 2",
        "    return (ordered[middle - 1] + ordered[middle]) / 2",
    ),
    ("moves the middle first", "    middle = len(ordered) // 2", "    middle = (len(ordered) - 1) // 2"),
    (
        "calls the library",
        "    ordered = sorted(values)",
        "    from statistics import median as exact  # <the> & 'library'\n    return exact(values)",
    ),
)
WRONG = ("swaps the branches", "    if len(ordered) % 2:", "    if not len(ordered) % 2:")
SHARES = {"base": (0.6, 0.27, 0.13), "sd": (0.96, 0.03, 0.01), "grpo-kl": (0.58, 0.3, 0.12)}
RATES = {
    "base": {"id": (0.9, 0.9), "ood": (0.8, 2.0)},
    "sd": {"id": (3.0, 0.7), "ood": (0.25, 1.4)},
    "grpo-kl": {"id": (3.0, 0.8), "ood": (1.0, 1.9)},
}
SITE_BUGS = 12
TESTS = (
    "visible/test_median.py::test_odd",
    "visible/test_median.py::test_even[2]",
    "hidden/test_median.py::test_one",
    "hidden/test_median.py::test_empty_raises",
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A made-up run, with everything that a report is built from."""

    bugs: dict[str, Bug]
    attempts: pd.DataFrame
    tallies: dict[str, list[Tally]]
    strategies: tuple[Strategy, ...]
    patches: dict[str, Patch]
    outcomes: dict[str, dict[str, str]]
    comparisons: tuple[Comparison, ...]

    def view(self, **options: Any) -> RunView:
        options = {"name": "made-up", "comparisons": self.comparisons, "created": "on a day", **options}
        tags = {bug.id: bug.tags for bug in self.bugs.values()}
        return overview(self.tallies, tags=tags, specification={"seed": 0, "suites": ["made"]}, **options)

    def details(self, bug: str, **options: Any) -> BugDetails:
        return details(
            self.bugs[bug],
            self.attempts[self.attempts["bug"] == bug],
            checkpoints=list(self.tallies),
            strategies=self.strategies,
            patches=self.patches,
            outcomes=self.outcomes,
            completion=_completion,
            **options,
        )


def _completion(checkpoint: str, index: int, turn: int) -> Completion:
    text = f"I looked at <b>it</b> from {checkpoint}.\n\n```python\nreturn 1 & 2\n```\n\u202eevil\x1b[2J"
    return Completion(text=text, completion_tokens=12 + index, finish_reason="stop" if index else "length")


def _patch(old: str, new: str) -> Patch:
    assert old in SOURCE
    return Patch(files={"median.py": SOURCE.replace(old, new)})


def make_run(*, bugs: int, attempts: int, seed: int = 0, names: tuple[str, ...] = tuple(SHARES)) -> Run:
    """Draw a run: success rates from a beta distribution, strategies from fixed shares."""
    rng = np.random.default_rng(seed)
    patches = [_patch(old, new) for _, old, new in (*FIXES, WRONG)]
    strategies = [
        Strategy(id=f"{grain[0]}-{place:04x}", grain=grain, label=label, members=(patch.digest,))
        for grain in ("fine", "coarse")
        for place, ((label, _, _), patch) in enumerate(zip((*FIXES, WRONG), patches, strict=True))
    ]
    found, rows, tallies = {}, [], {name: [] for name in names}
    for number in range(bugs):
        part = "id" if number % 2 == 0 else "ood"
        bug = Bug(
            suite="made",
            name=f"median-{number:03d}",
            report="`median([1, 2])` fails\n\nwith an `IndexError`, <instead> of giving 1.5.",
            source={"median.py": SOURCE},
            editable=("median.py",),
            tests=Tests(runner="pytest"),
            slice=part,
            tags=("boundary", "off-by-one") if number % 3 == 0 else ("guard",),
            provenance="Made up",
        )
        found[bug.id] = bug
        for name in names:
            rate = rng.beta(*RATES[name][part])
            drawn = [
                _row(bug, name, index, rng=rng, rate=rate, strategies=strategies, patches=patches)
                for index in range(attempts)
            ]
            rows += drawn
            used = Counter(row["coarse"] for row in drawn if row["correct"])
            tallies[name].append(
                Tally(
                    bug=bug.id,
                    slice=part,
                    attempts=sum(row["counted"] for row in drawn),
                    correct=sum(used.values()),
                    strategies=dict(used),
                    invalid=sum(not row["counted"] for row in drawn),
                    tokens=20 * attempts,
                    seconds=0.1 * attempts,
                )
            )
    passed = dict.fromkeys(TESTS, "passed")
    broken = {**passed, TESTS[1]: "failed", TESTS[2]: "error:IndexError", TESTS[3]: "timed_out"}
    outcomes = {patch.digest: passed for patch in patches[:-1]} | {patches[-1].digest: broken}
    return Run(
        bugs=found,
        attempts=pd.DataFrame(rows),
        tallies=tallies,
        strategies=tuple(strategies),
        patches={patch.digest: patch for patch in patches},
        outcomes=outcomes,
        comparisons=compare_checkpoints(tallies, before=names[0], flips=200) if len(names) > 1 else (),
    )


def _row(
    bug: Bug,
    checkpoint: str,
    index: int,
    *,
    rng: np.random.Generator,
    rate: float,
    strategies: list[Strategy],
    patches: list[Patch],
) -> Mapping[str, Any]:
    correct = bool(rng.random() < rate)
    kind = int(rng.choice(3, p=SHARES[checkpoint])) if correct else 3 if rng.random() < 0.7 else -1
    counted = correct or rng.random() > 0.01
    verdict = "fixed" if correct else "failed" if kind == 3 else "no_patch"
    label = (*FIXES, WRONG)[kind][0] if kind >= 0 else None
    return {
        "suite": bug.suite,
        "bug": bug.id,
        "slice": bug.slice,
        "checkpoint": checkpoint,
        "index": index,
        "turn": 0,
        "seed": int(rng.integers(2**62)),
        "verdict": verdict if counted else "invalid",
        "correct": correct,
        "counted": counted,
        "visible_passed": correct,
        "patch": patches[kind].digest if kind >= 0 else None,
        "reason": "No edit in the completion" if kind < 0 else None,
        "fine": strategies[kind].id if kind >= 0 else None,
        "coarse": strategies[4 + kind].id if kind >= 0 else None,
        "label": label,
        "finish_reason": "stop",
        "prompt_tokens": 55,
        "completion_tokens": 20,
        "generation_seconds": 0.05,
        "test_seconds": 0.05,
        "temperature": 1.0,
        "top_p": 1.0,
    }


@pytest.fixture(scope="session")
def make() -> Callable[..., Run]:
    return make_run


@pytest.fixture(scope="session")
def run() -> Run:
    return make_run(bugs=24, attempts=32)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a report once, and return its folder."""
    run = make_run(bugs=SITE_BUGS, attempts=32)
    view = replace(run.view(), matched=run.comparisons[:1], unmatched=("grpo-kl cannot be matched",))
    return write_site(view, tmp_path_factory.mktemp("report"), details=run.details).parent
