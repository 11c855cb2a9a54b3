"""Batched sampling and in-process verdicts, for rewards and for a look during development.

Figures that are reported come from `reroll run` instead; a test compares the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reroll.lab.tasks import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """The answers to one problem."""

    problem: Problem
    """The problem."""
    answers: tuple[str, ...]
    """One text an attempt."""

    @property
    def right(self) -> tuple[str, ...]:
        """The correct answers."""
        verdicts = {answer: self.problem.correct(answer) for answer in set(self.answers)}
        return tuple(answer for answer in self.answers if verdicts[answer])

    @property
    def strategies(self) -> Counter[str]:
        """Correct answers by strategy."""
        return Counter(self.problem.strategy(answer) for answer in self.right)


def sample(
    model: Any, tokens: Any, problems: Sequence[Problem], *, attempts: int, seed: int, batch: int = 256
) -> list[Sampled]:
    """Return `attempts` answers to every problem, at temperature 1."""
    import torch

    torch.manual_seed(seed)
    answers: list[str] = []
    order = [problem for problem in problems for _ in range(attempts)]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), batch):
            prompts = tokens(
                [p.prompt for p in order[start : start + batch]], return_tensors="pt", padding=True
            )
            prompts.pop("token_type_ids", None)
            made = model.generate(**prompts, max_new_tokens=40, do_sample=True, temperature=1.0, top_k=0)
            answers += tokens.batch_decode(made[:, prompts["input_ids"].shape[1] :], skip_special_tokens=True)
    return [
        Sampled(problem=problem, answers=tuple(answers[n * attempts : (n + 1) * attempts]))
        for n, problem in enumerate(problems)
    ]
