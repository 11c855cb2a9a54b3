"""The forecast's theory on cases that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reroll.lab.theory import predict

SHARES = np.array([0.7, 0.3])
PLAIN = np.log(SHARES / 2)


def shown(kappa: float) -> np.ndarray:  # type: ignore[type-arg]
    return PLAIN[:, None] + kappa * np.eye(2)


def test_ideal_training_keeps_the_ratios_of_the_base() -> None:
    assert predict(PLAIN, shown(2), ["a", "b"]).ideal.shares == pytest.approx({"a": 0.7, "b": 0.3})


def test_one_round_tilts_by_what_a_demonstration_adds_to_its_own_strategy() -> None:
    # docs/method.md §1.2: q = (0.7, 0.3), kappa = 2 gives (0.83853, 0.16147).
    assert predict(PLAIN, shown(2), ["a", "b"]).one_round.shares["a"] == pytest.approx(0.83853, abs=5e-6)


def test_the_fixed_point_reproduces_itself_and_lies_beyond_one_round() -> None:
    found = predict(PLAIN, shown(2), ["a", "b"])
    p = found.fixed_point.shares["a"]
    odds = math.log(0.7 / 0.3) + 2 * (p - (1 - p))
    assert p == pytest.approx(1 / (1 + math.exp(-odds)), abs=1e-6)
    assert p > found.one_round.shares["a"]


def test_a_demonstration_that_adds_nothing_changes_nothing() -> None:
    found = predict(PLAIN, shown(0), ["a", "b"])
    assert found.fixed_point.shares == pytest.approx(found.ideal.shares)


def test_balanced_demonstrations_cancel_the_tilt() -> None:
    assert predict(PLAIN, shown(2), ["a", "b"]).balanced.shares == pytest.approx({"a": 0.7, "b": 0.3})


def test_patches_of_one_strategy_are_one_share() -> None:
    found = predict(np.log([0.4, 0.3, 0.3]), np.log([[0.4] * 3, [0.3] * 3, [0.3] * 3]), ["a", "a", "b"])
    assert found.ideal.shares == pytest.approx({"a": 0.7, "b": 0.3})
    assert found.ideal.echo == pytest.approx(0.58)
    assert found.ideal.distinct(4) == pytest.approx(2 - 0.3**4 - 0.7**4)
