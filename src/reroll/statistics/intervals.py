"""Intervals over bugs: the delete-one-bug jackknife with Student's t.

Bugs are the independent units, so the spread over bugs holds the noise of few attempts too. Bootstrap
intervals of differences and ratios were too short below 100 bugs (docs/method.md §7), which is why there are
none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From column means of shape (..., columns) to values of shape (...)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its uncertainty over bugs."""

    estimate: float | None
    """The figure; None where it is undefined."""
    low: float | None
    """Lower end; None with fewer than two bugs, or where leaving one bug out makes the figure undefined."""
    high: float | None
    """Upper end; None as `low`."""
    standard_error: float | None
    """Jackknife standard error; None as `low`."""
    units: int
    """Bugs that it rests on."""


def jackknife(columns: Array, *, statistic: Statistic, level: float = 0.95) -> Interval:
    """Return `statistic` of the column means with a delete-one-bug jackknife-t interval.

    SE² = (B − 1) / B · sum of (theta_(−i) − their mean)², and theta ± t_{B−1} SE. Tukey 1958; docs/method.md
    §7.

    Args:
        columns: shape (bugs, columns), every entry finite.
        statistic: vectorised over leading axes, see `Statistic`.
        level: of the interval.
    """
    bugs = len(columns)
    if bugs == 0:
        return Interval(estimate=None, low=None, high=None, standard_error=None, units=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = float(statistic(columns.mean(axis=0)))
        left_out = statistic((columns.sum(axis=0) - columns) / (bugs - 1)) if bugs > 1 else np.array([np.nan])
    if not np.isfinite(estimate):
        return Interval(estimate=None, low=None, high=None, standard_error=None, units=bugs)
    if not np.isfinite(left_out).all():
        return Interval(estimate=estimate, low=None, high=None, standard_error=None, units=bugs)
    spread = ((left_out - left_out.mean()) ** 2).sum()
    error = float(np.sqrt((bugs - 1) / bugs * spread))
    reach = float(student.ppf((1 + level) / 2, bugs - 1)) * error
    return Interval(
        estimate=estimate, low=estimate - reach, high=estimate + reach, standard_error=error, units=bugs
    )


def mean(means: Array) -> Array:
    """Statistic of one column: its mean."""
    return means[..., 0]


def ratio(means: Array) -> Array:
    """Statistic of two columns: the ratio of their means."""
    return np.asarray(means[..., 0] / means[..., 1])
