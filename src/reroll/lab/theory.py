"""What training should do to the correct patches of one bug, from the base's log-probabilities alone.

With l_i the base's log-probability of correct patch i, and l_ij the same with patch j shown as the
demonstration:

    ideal RL       p_i ∝ exp(l_i): the base restricted to what is correct, ratios kept
    one round      p_i ∝ exp(sum_j w_j l_ij), w the demonstrations' shares: the base times exp(mean log-ratio)
    fixed point    the same with w = p: demonstrations come from the student, the teacher stays the base
    balanced       one round with w even over strategies, and by ideal RL within a strategy

The last line is what balanced demonstrations would do. docs/method.md §1.2 derives the first three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
ROUNDS = 500
"""Most iterations toward the fixed point; a few dozen are usual."""
_STILL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Shares of the strategies among the correct patches of one bug."""

    shares: Mapping[str, float]
    """Strategy to share; sums to 1."""

    @property
    def echo(self) -> float:
        """Probability that two correct attempts share a strategy: sum of q²."""
        return sum(share**2 for share in self.shares.values())

    def distinct(self, correct: int) -> float:
        """Return D_b: expected distinct strategies among `correct` correct attempts, sum of 1 − (1 − q)^b."""
        return sum(1 - (1 - share) ** correct for share in self.shares.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """All predictions for one bug."""

    ideal: Prediction
    """KL-regularised RL at its optimum."""
    one_round: Prediction
    """One round of self-distillation with demonstrations from the base."""
    fixed_point: Prediction
    """Self-distillation from a frozen teacher, iterated with demonstrations from the student."""
    balanced: Prediction
    """One round with demonstrations even over strategies."""


def predict(plain: Vector, shown: NDArray[np.float64], strategies: Sequence[str]) -> Predictions:
    """Return what training should do to one bug.

    Args:
        plain: shape (patches,), l_i in nats.
        shown: shape (patches, patches), l_ij with patch j as the demonstration.
        strategies: Strategy of each patch.
    """
    ideal = _normal(plain)
    fixed = ideal
    for _ in range(ROUNDS):
        following = _normal(shown @ fixed)
        moved = float(np.abs(following - fixed).max())
        fixed = following
        if moved < _STILL:
            break
    return Predictions(
        ideal=_by_strategy(ideal, strategies),
        one_round=_by_strategy(_normal(shown @ ideal), strategies),
        fixed_point=_by_strategy(fixed, strategies),
        balanced=_by_strategy(_normal(shown @ _evened(ideal, strategies)), strategies),
    )


def _normal(logits: Vector) -> Vector:
    weights = np.exp(logits - logits.max())
    normal: Vector = weights / weights.sum()
    return normal


def _by_strategy(weights: Vector, strategies: Sequence[str]) -> Prediction:
    shares: dict[str, float] = {}
    for strategy, weight in zip(strategies, weights, strict=True):
        shares[strategy] = shares.get(strategy, 0.0) + float(weight)
    return Prediction(shares=shares)


def _evened(weights: Vector, strategies: Sequence[str]) -> Vector:
    shares = _by_strategy(weights, strategies).shares
    evened = [
        weight / shares[strategy] / len(shares) for strategy, weight in zip(strategies, weights, strict=True)
    ]
    return np.array(evened)
