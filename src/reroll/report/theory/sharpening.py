"""Is a tilt one of strategies, or did everything become sharper? What is left of kappa beyond sharpening.

A checkpoint that is the base at a lower temperature has L = (1/T − 1) log π_b + constant: frequent strategies
gain, and so do frequent spellings *within* a strategy, at the same rate. Self-distillation moves strategies
and leaves spellings alone. So the slope of L on log π_b within strategies tells how much sharper the
checkpoint is in general, and

    kappa beyond = [sum of tilt(L) − slope within · sum of tilt(log π_b)] / sum of V

is what strategies gained on top, with `log_tilt` and V of docs/method.md M14. All three parts are sums over
bugs, so the jackknife over bugs covers the error of the slope too. The slope rests on bugs where one strategy
was written in several ways; where spellings hardly vary, its interval is long and that of kappa beyond too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reroll.errors import StatisticsError
from reroll.statistics.echo import share_spread
from reroll.statistics.intervals import Interval, jackknife
from reroll.statistics.log_ratios import Rollouts, log_tilt

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharpening:
    """How much sharper a checkpoint is within and between strategies, and its tilt beyond that."""

    within: Interval
    """Slope of L on log π_b among patches of one strategy."""
    between: Interval
    """The same among strategies of one bug, each at its mean."""
    beyond: Interval
    """kappa without what the slope within strategies explains."""


def sharpening(bugs: Sequence[Rollouts], *, level: float = 0.95) -> Sharpening:
    """Part the change of a checkpoint into sharpening in general and a tilt of strategies.

    Raises:
        StatisticsError: unless two bugs have four correct attempts of the base, some strategy is written in
            several ways, and some bug has several strategies.
    """
    rows = np.array([row for bug in bugs if (row := _row(bug)) is not None])
    if len(rows) < 2 or not (rows[:, 1].any() and rows[:, 3].any() and rows[:, 6].any()):
        raise StatisticsError(
            "Sharpening needs 2 bugs with 4 correct base attempts, several strategies and several spellings"
        )
    return Sharpening(
        within=jackknife(rows[:, :2], statistic=_ratio, level=level),
        between=jackknife(rows[:, 2:4], statistic=_ratio, level=level),
        beyond=jackknife(rows, statistic=_beyond, level=level),
    )


def _row(bug: Rollouts) -> tuple[float, ...] | None:
    """Return the sums of one bug: products and squares within and between strategies, tilts, and V."""
    spread = share_spread(list(Counter(bug.strategies).values()))
    tilt, plain = log_tilt(bug.log_ratios, bug.strategies), log_tilt(bug.log_base, bug.strategies)
    if spread is None or tilt is None or plain is None:
        return None
    _, labels = np.unique(np.asarray(bug.strategies), return_inverse=True)
    ratios, base = np.asarray(bug.log_ratios), np.asarray(bug.log_base, float)
    ratio_means, base_means = _means(ratios, labels), _means(base, labels)
    rest, base_rest = ratios - ratio_means, base - base_means
    between, base_between = ratio_means - ratios.mean(), base_means - base.mean()
    return (
        *(float(rest @ base_rest), float(base_rest @ base_rest)),
        *(float(between @ base_between), float(base_between @ base_between)),
        *(tilt, plain, spread),
    )


def _means(values: Array, labels: NDArray[np.int64]) -> Array:
    means: Array = np.bincount(labels, values) / np.bincount(labels)
    return means[labels]


def _ratio(sums: Array) -> Array:
    return np.asarray(sums[..., 0] / sums[..., 1])


def _beyond(sums: Array) -> Array:
    slope = sums[..., 0] / sums[..., 1]
    return np.asarray((sums[..., 4] - slope * sums[..., 5]) / sums[..., 6])
