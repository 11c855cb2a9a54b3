"""Which correct answer the teacher is shown: TRL's own choice, a sample, or a sample that is even over
strategies.

TRL shows every rollout of a group the group's first success. The builder here replaces only that choice;
everything else of the teacher's context is TRL's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from reroll.lab.tasks import Problem

CHOICES = ("first", "sampled", "balanced")
"""`first` is TRL's own; `sampled` draws another success of the group for each rollout; `balanced` draws a
strategy evenly among those seen so far for the bug, then one of its answers."""


class Memory:
    """The correct answers seen so far, by bug and strategy, and the choice among them."""

    def __init__(self, *, choice: str, problems: Mapping[str, Problem], seed: int) -> None:
        self.choice = choice
        self._problems = problems
        self._rng = Random(f"demonstrations/{seed}")
        self._seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def choose(self, prompt: str, answers: Sequence[str], rewards: Sequence[float]) -> list[str | None]:
        """Return the demonstration of every rollout of one group, None where there is none."""
        right = [number for number, reward in enumerate(rewards) if reward >= 1.0]
        for number in right:
            strategy = self._problems[prompt].strategy(answers[number])
            self._seen[prompt][strategy].append(answers[number])
        return [
            self._one(prompt, answers, [n for n in right if n != rollout]) for rollout in range(len(answers))
        ]

    def _one(self, prompt: str, answers: Sequence[str], others: Sequence[int]) -> str | None:
        if self.choice == "sampled":
            return answers[self._rng.choice(others)] if others else None
        seen = self._seen[prompt]
        return self._rng.choice(seen[self._rng.choice(sorted(seen))]) if seen and others else None


def builder(trainer: Any, memory: Memory) -> Any:
    """Return a teacher context builder for `SDPOTrainer` that takes its demonstrations from a memory."""
    from trl.experimental.sdpo.sdpo_trainer import SuccessfulRolloutTeacherContextBuilder

    class Chosen(SuccessfulRolloutTeacherContextBuilder):
        """TRL's builder, with another choice of demonstration."""

        def build(self, output: Any, prompts: Any, rewards: Any, feedbacks: Any = None) -> dict[str, Any]:
            import torch

            del feedbacks
            group = self.trainer.num_generations
            answers = self.trainer.processing_class.batch_decode(
                output["completion_ids"], skip_special_tokens=True
            )
            chosen: list[str | None] = []
            for start in range(0, len(prompts), group):
                part = slice(start, start + group)
                chosen += memory.choose(prompts[start], answers[part], rewards[part].tolist())
            template = self.trainer.args.solution_template
            teacher = self._tokenize_teacher_messages(
                [
                    prompt
                    if shown is None
                    else self._build_reprompt_text(
                        prompt, template.format(successful_previous_attempt=shown), ""
                    )
                    for prompt, shown in zip(prompts, chosen, strict=True)
                ]
            )
            mask = torch.tensor([float(shown is not None) for shown in chosen])
            self.last_metrics = {
                "self_distillation/reprompt_sample_fraction": float(mask.mean()),
                "self_distillation/success_group_fraction": float(
                    (rewards.view(-1, group) >= 1.0).any(dim=1).float().mean()
                ),
            }
            return {
                "teacher_input_ids": torch.cat([teacher["prompt_ids"], output["completion_ids"]], dim=1),
                "teacher_attention_mask": torch.cat(
                    [teacher["prompt_mask"], output["completion_mask"]], dim=1
                ),
                "self_distillation_mask": mask,
            }

    return Chosen(trainer)  # type: ignore[no-untyped-call]  # TRL's constructor is not annotated
