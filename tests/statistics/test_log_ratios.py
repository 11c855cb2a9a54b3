"""Tilt from exact log-ratios."""

from __future__ import annotations

import numpy as np
import pytest

from reroll.errors import StatisticsError
from reroll.statistics.log_ratios import (
    Rollouts,
    effective_sample_size,
    kappa_from_log_ratios,
    log_tilt,
    rollout_slope,
    share_between_strategies,
)

LABELS = ["0"] * 6 + ["1"] * 3 + ["2"]
RATIOS = [2, 2, 1, 1, 2, 1, 0, 0, -1, -2]


def bugs(
    kappa: float,
    *,
    number: int = 60,
    correct: int = 16,
    noise: float = 0.5,
    sharpening: float = 0.0,
    seed: int = 0,
) -> list[Rollouts]:
    random, found = np.random.default_rng(seed), []
    for bug in range(number):
        shares = random.dirichlet(np.ones(3))
        chosen = random.choice(3, size=correct, p=shares)
        tokens = random.integers(40, 60, size=correct)
        base = -0.5 * tokens + random.normal(0, 2, size=correct)
        ratio = (
            kappa * shares[chosen]
            + random.normal(0, noise, size=correct)
            + random.normal()
            + sharpening * base
        )
        found.append(
            Rollouts(
                bug=f"s/{bug}",
                strategies=[str(s) for s in chosen],
                log_base=base.tolist(),
                log_tuned=(base + ratio).tolist(),
                tokens=tokens.tolist(),
            )
        )
    return found


def test_the_log_tilt_of_the_example() -> None:
    assert log_tilt(RATIOS, LABELS) == pytest.approx(107 / 360)


def test_the_log_tilt_needs_three_correct_attempts() -> None:
    assert log_tilt([1.0, 2.0], ["a", "b"]) is None


def test_a_constant_ratio_within_a_bug_is_no_tilt() -> None:
    assert log_tilt([3.0] * 10, LABELS) == pytest.approx(0, abs=1e-12)


def test_kappa_is_found_and_its_interval_excludes_zero() -> None:
    found = kappa_from_log_ratios(bugs(2.0))
    assert found.low < 2.0 < found.high
    assert found.low > 0


def test_no_tilt_keeps_zero_in_the_interval() -> None:
    found = kappa_from_log_ratios(bugs(0.0))
    assert found.low < 0 < found.high


def test_kappa_without_enough_attempts_is_refused() -> None:
    with pytest.raises(StatisticsError, match="4 correct base attempts"):
        kappa_from_log_ratios(bugs(1.0, correct=3))


def test_the_slope_finds_sharpening_and_length_does_not_hide_it() -> None:
    for length in (True, False):
        found = rollout_slope(bugs(0.0, sharpening=0.3), length=length, permutations=200)
        assert found.interval.low < 0.3 < found.interval.high
        assert found.p < 0.01


def test_kept_ratios_have_no_slope() -> None:
    found = rollout_slope(bugs(0.0), permutations=200)
    assert found.interval.low < 0 < found.interval.high
    assert found.p > 0.05


def test_a_slope_needs_patches_of_different_probability() -> None:
    flat = [
        Rollouts(bug="s/b", strategies=["a"] * 3, log_base=[-1.0] * 3, log_tuned=[-1.0] * 3, tokens=[5] * 3)
    ] * 2
    with pytest.raises(StatisticsError, match="all are alike"):
        rollout_slope(flat)


def test_the_share_between_strategies_is_near_its_truth() -> None:
    assert share_between_strategies(bugs(0.0)) == pytest.approx(0, abs=0.05)
    assert share_between_strategies(bugs(20.0, noise=0.1)) > 0.95


def test_the_share_is_undefined_where_every_attempt_is_a_strategy() -> None:
    one = Rollouts(
        bug="s/b", strategies=["a", "b"], log_base=[-1.0, -2.0], log_tuned=[0.0, 0.0], tokens=[3, 3]
    )
    assert share_between_strategies([one]) is None


def test_one_heavy_weight_is_one_effective_attempt() -> None:
    assert effective_sample_size([0.0] * 8) == pytest.approx(8)
    assert effective_sample_size([500.0, 0.0, 0.0]) == pytest.approx(1)
