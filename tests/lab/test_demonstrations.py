"""Which success a teacher is shown."""

from __future__ import annotations

from collections import Counter

from reroll.lab.demonstrations import Memory
from reroll.lab.tasks import Problem, task

PROBLEM: Problem = next(task("forge").problems("id", seed=0, held_out=True))
FAVOURITE, RARE = (PROBLEM.draft.repairs[0].edits[0], PROBLEM.draft.repairs[2].edits[0])
ANSWERS = [FAVOURITE, FAVOURITE, FAVOURITE, FAVOURITE, FAVOURITE, FAVOURITE, RARE, "1|wrong"]
REWARDS = [1.0] * 7 + [0.0]


def shown(choice: str) -> Counter[str | None]:
    memory = Memory(choice=choice, problems={"p": PROBLEM}, seed=1)
    return Counter(shown for _ in range(200) for shown in memory.choose("p", ANSWERS, REWARDS))


def test_sampled_demonstrations_follow_the_rollouts() -> None:
    assert 0.08 < shown("sampled")[RARE] / 1600 < 0.20


def test_balanced_demonstrations_are_even_over_strategies() -> None:
    assert 0.44 < shown("balanced")[RARE] / 1600 < 0.56


def test_a_rollout_is_never_its_own_only_demonstration() -> None:
    memory = Memory(choice="sampled", problems={"p": PROBLEM}, seed=1)
    assert memory.choose("p", [FAVOURITE, "1|wrong"], [1.0, 0.0]) == [None, FAVOURITE]


def test_a_group_without_success_has_no_demonstration() -> None:
    memory = Memory(choice="balanced", problems={"p": PROBLEM}, seed=1)
    assert memory.choose("p", ["1|wrong"] * 2, [0.0, 0.0]) == [None, None]
