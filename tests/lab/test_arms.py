"""The arms: one file each, matched where they must be."""

from __future__ import annotations

import pytest

from reroll.errors import UsageError
from reroll.lab import arms
from reroll.lab.demonstrations import CHOICES

POST = [name for name in arms.names() if arms.load(name).kind != "pretraining"]
ROLLOUTS = [name for name in POST if arms.load(name).kind != "rejection"]


@pytest.mark.parametrize("name", arms.names())
def test_every_arm_reads_and_says_what_it_is(name: str) -> None:
    arm = arms.load(name)
    assert arm.description
    assert arm.kind in arms.KINDS
    assert arm.demonstration in CHOICES


@pytest.mark.parametrize(
    "key", ["max_steps", "learning_rate", "per_device_train_batch_size", "num_generations"]
)
def test_rollout_arms_share_steps_rate_and_rollouts(key: str) -> None:
    assert len({arms.load(name).trainer[key] for name in ROLLOUTS}) == 1


def test_all_arms_practise_on_equally_many_bugs_at_one_rate() -> None:
    assert len({(arms.load(name).problems, arms.load(name).trainer["learning_rate"]) for name in POST}) == 1


def test_an_arm_like_another_changes_only_what_it_names() -> None:
    ema, frozen = arms.load("self-distilled"), arms.load("self-distilled-frozen")
    assert {**ema.trainer, "teacher_model_kind": "base"} == frozen.trainer


def test_an_arm_comes_after_the_one_it_starts_from() -> None:
    order = arms.chain(("self-distilled-rho0", "grpo-kl"))
    assert set(order) == {"base", "base-rho0", "self-distilled-rho0", "grpo-kl"}
    assert order.index("base-rho0") < order.index("self-distilled-rho0")
    assert order.index("base") < order.index("grpo-kl")


def test_rejection_draws_as_many_samples_as_the_others_roll_out() -> None:
    rollouts = arms.load("grpo-kl").trainer
    rejection = arms.load("rejection")
    assert (
        rejection.problems * rejection.attempts
        == rollouts["max_steps"] * rollouts["per_device_train_batch_size"]
    )


def test_an_unknown_arm_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="self-distilled-frozen"):
        arms.load("nonesuch")
