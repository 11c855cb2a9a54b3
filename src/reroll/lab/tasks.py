"""A task of the lab: where its drafts come from, and how one answer to one of them is judged in process."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from reroll.errors import UsageError
from reroll.lab import forge, paths, trial
from reroll.lab.drafts import Draft
from reroll.lab.edits import amend, recover
from reroll.lab.prompts import demonstrated, prompt
from reroll.records import Case

Drawn = tuple[Draft, tuple[Case, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A generated suite, as training sees it."""

    name: str
    """Name of the suite."""
    drafts: Callable[..., Iterator[Drawn]]
    """Yields proved drafts of one slice without end."""
    prelude: str = ""
    """Text of the files that no patch may change."""

    def problems(self, part: str, *, seed: int, held_out: bool, distinct: bool = True) -> Iterator[Problem]:
        """Yield the problems of one slice without end."""
        for draft, cases in self.drafts(part, seed=seed, held_out=held_out, distinct=distinct):
            yield Problem(task=self, draft=draft, cases=cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One draft with its cases: what is asked, and what counts as an answer."""

    task: Task
    """Where it comes from."""
    draft: Draft
    """The faulty source and its repairs."""
    cases: tuple[Case, ...]
    """The tests, the visible one first."""

    @property
    def prompt(self) -> str:
        """The prompt, as the agent `lines` renders it."""
        return prompt(self.draft.lines, self.cases[0])

    def demonstrated(self, demonstration: str) -> str:
        """Return the prompt that shows one correct answer first."""
        return demonstrated(self.draft.lines, self.cases[0], demonstration=demonstration)

    def correct(self, answer: str) -> bool:
        """Return whether an answer is an edit that passes every case."""
        lines = amend(self.draft.lines, answer)
        return lines is not None and trial.passes(self.task.prelude + "\n".join(lines) + "\n", self.cases)

    def strategy(self, answer: str) -> str:
        """Return the strategy of a correct answer; one that the generator does not know is its own edit."""
        lines = amend(self.draft.lines, answer)
        edit = (recover(self.draft.lines, lines) if lines else None) or answer
        known = (repair.name for repair in self.draft.repairs if re.match(repair.shape, edit))
        return next(known, edit)


FORGE = Task(name="forge", drafts=forge.drafts)
PATHS = Task(name="paths", drafts=paths.drafts, prelude=paths.CHECKS)
_TASKS = {task.name: task for task in (FORGE, PATHS)}


def task(name: str) -> Task:
    """Return a task by name."""
    if name not in _TASKS:
        raise UsageError(f"Unknown task {name!r} of the lab: choose from {', '.join(_TASKS)}")
    return _TASKS[name]


def mixed(task: Task, *, seed: int, ood_share: float) -> Iterator[Problem]:
    """Yield training problems without end, a share of them out of distribution."""
    rng = Random(f"mix/{seed}")
    inside = task.problems("id", seed=seed, held_out=False, distinct=False)
    outside = task.problems("ood", seed=seed, held_out=False, distinct=False)
    for _ in itertools.count():
        yield next(outside if rng.random() < ood_share else inside)
