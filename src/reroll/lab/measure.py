"""Measure a checkpoint with the generator's own strategies: no sandbox, no clustering, exact.

It calibrates the instrument: `reroll run` judges the same bugs in a sandbox and clusters their patches, and
the two must agree. docs/lab.md says which figure comes from which.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reroll.lab.forecast import Answer, Question
from reroll.lab.sample import Sampled, sample
from reroll.lab.tasks import Task
from reroll.records import Tally


def draw(
    checkpoint: Path, *, task: Task, part: str, bugs: int = 128, attempts: int = 32, seed: int = 0
) -> list[Sampled]:
    """Return a checkpoint's answers to the bugs of one slice of a suite, as `suites/` generates them.

    Args:
        checkpoint: Folder.
        task: `forge` or `paths`.
        part: Slice.
        bugs: Number of bugs.
        attempts: Attempts per bug, at temperature 1.
        seed: Seed of the sampling; the suite's seed is 0.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(checkpoint, padding_side="left")
    model: Any = AutoModelForCausalLM.from_pretrained(checkpoint, dtype="float32")
    problems = list(itertools.islice(task.problems(part, seed=0, held_out=True), bugs))
    return sample(model.eval(), tokens, problems, attempts=attempts, seed=seed)


def tallies(drawn: Sequence[Sampled], *, part: str) -> list[Tally]:
    """Return the counts of every bug, with exact strategies."""
    return [
        Tally(
            bug=f"{one.problem.task.name}/{part}-{number:04d}",
            slice=part,
            attempts=len(one.answers),
            correct=len(one.right),
            strategies=dict(one.strategies),
        )
        for number, one in enumerate(drawn)
    ]


def questions(drawn: Sequence[Sampled], *, part: str, checkpoint: Path) -> list[Question]:
    """Return the same answers as questions for the forecast, with exact strategies and the end token."""
    from transformers import AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(checkpoint)

    def encoded(text: str) -> tuple[int, ...]:
        return (*tokens(text, add_special_tokens=False)["input_ids"], tokens.eos_token_id)

    return [
        Question(
            bug=f"{one.problem.task.name}/{part}-{number:04d}",
            slice=part,
            prompt=one.problem.prompt,
            answers=tuple(
                Answer(
                    text=text,
                    tokens=encoded(text),
                    strategy=one.problem.strategy(text),
                    count=one.right.count(text),
                )
                for text in sorted(set(one.right))
            ),
            demonstrate=one.problem.demonstrated,
        )
        for number, one in enumerate(drawn)
    ]
