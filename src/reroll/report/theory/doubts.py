"""Whether a tilt can be trusted: the spread that it rests on, and the noise of the engine that scored it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np

from reroll.report.conditions import unlike_the_policy
from reroll.report.theory.scored import Scores, Target
from reroll.statistics.log_ratios import Rollouts

NOISE_SHARE = 0.1
"""Noise floor, as a share of the spread of the log-ratios, above which they are doubted."""
REPRODUCED_NATS = 0.05
"""Mean difference per token to the sampling log-probabilities above which the scoring is doubted."""


def doubts(
    sampling: Mapping[str, Any], *, spread: float | None, noise: float | None, reproduced: float | None
) -> list[str]:
    """Return why a tilt is to be doubted: how it was sampled, and how well it was scored, in nats."""
    notes = []
    other = unlike_the_policy(sampling)
    if other:
        notes.append(f"Sampled with {other}: base shares are not those of the policy that is scored")
    if spread is not None and noise is not None and noise > NOISE_SHARE * spread:
        notes.append(
            f"The noise floor of {noise:.2g} nats is not small beside the spread of {spread:.2g} nats"
        )
    if reproduced is not None and reproduced > REPRODUCED_NATS:
        notes.append(
            f"Scoring misses the sampling log-probabilities by {reproduced:.2g} nats a token: checkpoint, "
            "number format or prompt differ from those of the run"
        )
    return notes


def spread_of(rollouts: Sequence[Rollouts]) -> float | None:
    """Return the standard deviation of L within bugs, pooled."""
    several = [np.asarray(rollout.log_ratios) for rollout in rollouts if len(rollout.log_base) > 1]
    if not several:
        return None
    squares = sum(float(((values - values.mean()) ** 2).sum()) for values in several)
    return sqrt(squares / sum(len(values) - 1 for values in several))


def noise_of(found: Sequence[Target], base: Scores, again: Scores | None) -> float | None:
    """Return the standard deviation of the base's score between two orders of scoring, in nats."""
    if again is None or not found:
        return None
    pairs = [pair for t in found for pair in zip(base.totals[t.bug], again.totals[t.bug], strict=True)]
    return sqrt(sum((one - other) ** 2 for one, other in pairs) / len(pairs))


def reproduced_of(found: Sequence[Target], base: Scores) -> float | None:
    """Return the mean absolute difference per token between scoring and sampling, in nats."""
    known = [
        abs(shot.sampled - total) / max(count, 1)
        for t in found
        for shot, total, count in zip(t.shots, base.totals[t.bug], base.tokens[t.bug], strict=True)
        if shot.sampled is not None
    ]
    return sum(known) / len(known) if known else None
