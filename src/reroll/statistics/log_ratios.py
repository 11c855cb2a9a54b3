"""Tilt from exact log-ratios: L = log π_tuned(y) − log π_base(y) on the base's own correct patches.

L has no sampling noise, so a tilt shows with fewer attempts than from counts. If training kept the ratios
among correct patches, L is constant within a bug.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from reroll.errors import StatisticsError
from reroll.statistics.draws import falling
from reroll.statistics.echo import share_spread
from reroll.statistics.intervals import Interval, jackknife, ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollouts:
    """The base's correct attempts on one bug, scored under both checkpoints; all of one length c."""

    bug: str
    """Id of the bug."""
    strategies: Sequence[str]
    """Strategy of each attempt."""
    log_base: Sequence[float]
    """Log-probability under the base, in nats, end token included."""
    log_tuned: Sequence[float]
    """Log-probability of the same tokens under the tuned model, in nats."""
    tokens: Sequence[int]
    """Length of each completion."""

    @property
    def log_ratios(self) -> list[float]:
        """L of each attempt, in nats."""
        return [tuned - base for base, tuned in zip(self.log_base, self.log_tuned, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Change of L per nat of log π_base, within bugs."""

    interval: Interval
    """The slope; 0 if ratios were kept, positive for sharpening."""
    p: float
    """From permuting L within bugs; exact without the length covariate, approximate with it."""


def log_tilt(log_ratios: Sequence[float], strategies: Sequence[str]) -> float | None:
    """Return K1 − K2 of one bug, unbiased for the covariance over q of E[L | s] and q_s. docs/method.md M14.

    K1 = sum of L (x − 1) / (c (c − 1)), and K2 = sum of L [sum of x (x − 1) − 2 (x − 1)] / (c (c − 1)(c −
    2)), where x counts the attempts of the attempt's own strategy. None for c < 3.
    """
    counts, correct = Counter(strategies), len(strategies)
    if correct < 3:
        return None
    pairs = sum(falling(count, 2) for count in counts.values())
    mates = [counts[strategy] - 1 for strategy in strategies]
    first = sum(ratio_ * mate for ratio_, mate in zip(log_ratios, mates, strict=True)) / falling(correct, 2)
    second = sum(ratio_ * (pairs - 2 * mate) for ratio_, mate in zip(log_ratios, mates, strict=True))
    return first - second / falling(correct, 3)


def kappa_from_log_ratios(bugs: Sequence[Rollouts], *, level: float = 0.95) -> Interval:
    """Return kappa: the sum of `log_tilt` over the sum of V, with a jackknife interval over bugs.

    The mean log tilt, which Jensen's inequality keeps at or below the tilt of the mass. docs/method.md M14.

    Raises:
        StatisticsError: unless two bugs have four correct attempts of the base each.
    """
    rows = []
    for bug in bugs:
        tilt = log_tilt(bug.log_ratios, bug.strategies)
        spread = share_spread(list(Counter(bug.strategies).values()))
        if tilt is not None and spread is not None:
            rows.append((tilt, spread))
    if len(rows) < 2:
        raise StatisticsError(f"kappa needs 2 bugs with 4 correct base attempts; {len(rows)} have them")
    return jackknife(np.array(rows), statistic=ratio, level=level)


def rollout_slope(
    bugs: Sequence[Rollouts],
    *,
    length: bool = True,
    level: float = 0.95,
    permutations: int = 2000,
    seed: int = 0,
) -> Slope:
    """Return the within-bug slope of L on log π_base, with token length as covariate unless `length` is off.

    Fixed-effect least squares; jackknife over bugs, permutation of L within bugs. Needs no strategies. Length
    is the main confounder: report both. docs/method.md M15.

    Raises:
        StatisticsError: unless two bugs have three correct attempts, or where the covariates do not vary.
    """
    usable = [bug for bug in bugs if len(bug.log_base) >= 3]
    if len(usable) < 2:
        raise StatisticsError(f"A slope needs 2 bugs with 3 correct base attempts; {len(usable)} have them")
    group = np.repeat(np.arange(len(usable)), [len(bug.log_base) for bug in usable])
    response = _within(np.concatenate([bug.log_ratios for bug in usable]), group)
    base = _within(np.concatenate([np.asarray(bug.log_base, float) for bug in usable]), group)
    size = _within(np.concatenate([np.asarray(bug.tokens, float) for bug in usable]), group)
    if length and size.any():
        base = base - size * (base @ size / (size @ size))
        response = response - size * (response @ size / (size @ size))
    if not (base @ base > 0):
        raise StatisticsError("A slope needs patches of different probability within a bug; all are alike")
    products: NDArray[np.float64] = np.stack(
        [np.bincount(group, base * response), np.bincount(group, base * base)], axis=1
    )
    observed, random = float(base @ response), np.random.default_rng(seed)
    extreme = 0
    for _ in range(permutations):
        shuffled = response[np.argsort(group + random.random(len(group)))]
        extreme += int(abs(float(base @ shuffled)) >= abs(observed) * (1 - 1e-12))
    return Slope(
        interval=jackknife(products, statistic=ratio, level=level), p=(1 + extreme) / (1 + permutations)
    )


def share_between_strategies(bugs: Sequence[Rollouts]) -> float | None:
    """Return the share of the within-bug variance of L that lies between strategies.

    Corrected for the number of strategies:
    1 − [SS within strategies / (N − strategies)] / [SS within bugs / (N − bugs)]. docs/method.md M15.
    None where nothing varies or every attempt is a strategy of its own.
    """
    inner = total = 0.0
    rollouts = groups = 0
    for bug in bugs:
        values = np.asarray(bug.log_ratios)
        _, labels = np.unique(np.asarray(bug.strategies), return_inverse=True)
        if len(values) < 2:
            continue
        inner += float((_within(values, labels) ** 2).sum())
        total += float(((values - values.mean()) ** 2).sum())
        rollouts, groups = rollouts + len(values), groups + int(labels.max()) + 1
    used = sum(len(bug.strategies) >= 2 for bug in bugs)
    if total == 0 or rollouts in (groups, used):
        return None
    return 1 - (inner / (rollouts - groups)) / (total / (rollouts - used))


def effective_sample_size(log_weights: Sequence[float]) -> float:
    """Return (sum w)² / sum w² for w = exp(L).

    Below half the attempts, do not turn L into strategy shares: a few patches would decide. docs/method.md
    M14.
    """
    top = max(log_weights)
    weights = [exp(value - top) for value in log_weights]
    return sum(weights) ** 2 / sum(weight * weight for weight in weights)


def _within(values: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    means = np.bincount(group, values) / np.bincount(group)
    return np.asarray(values - means[group], dtype=np.float64)
