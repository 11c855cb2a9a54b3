"""Leaving out one unit at a time: what every interval here is made of.

A unit is a bug, or a group of bugs that may depend on each other. Any figure that is a function of column
means has a standard error this way. `intervals` and `inversion` turn it into intervals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
"""Group of each bug, as numbers."""
Statistic = Callable[[Array], Array]
"""From column means of shape (..., columns) to values of shape (...)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """Column means of the bugs, with all of them and without each unit."""

    bugs: int
    """Bugs, at least one."""
    whole: Array
    """Means over all bugs, shape (columns,)."""
    without: Array
    """Means without each unit, shape (units, columns)."""
    shares: Array
    """Share of the bugs that each unit holds, shape (units,)."""

    @property
    def units(self) -> int:
        """Units that are independent of each other."""
        return len(self.shares)

    def apply(self, statistic: Statistic) -> tuple[float, Array]:
        """Return a figure of all bugs, and without each unit; NaN or infinite where it is undefined."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(statistic(self.whole)), statistic(self.without)

    def spread(self, estimate: float, left_out: Array) -> tuple[Array, float]:
        """Return the centred pseudo-values of the units, and the standard error of the figure.

        SE² = (B − 1) / B · sum of (theta_(−i) − their mean)², Tukey 1958; for units of different size the
        delete-m_j jackknife of Busing, Meijer and van der Leeden 1999, which is that for units of one bug.
        """
        weights = 1 / self.shares - 1
        pseudo = estimate + weights * (estimate - left_out)
        # The centre of the delete-m_j jackknife; with units of one bug it is the mean of the pseudo-values.
        centre = self.units * estimate - float(((1 - self.shares) * left_out).sum())
        scaled = (pseudo - centre) * np.sqrt((self.units - 1) / weights)
        return scaled, float(np.sqrt((scaled**2).sum() / (self.units - 1) / self.units))


def delete_each(columns: Array, *, groups: Labels | None = None) -> Deletion | None:
    """Return the means with all bugs and without each unit; None without a bug.

    Args:
        columns: shape (bugs, columns), every entry finite.
        groups: group of each bug, shape (bugs,); None where each stands alone.
    """
    bugs = len(columns)
    if not bugs:
        return None
    if groups is None:
        sums, sizes = columns, np.ones(bugs)
    else:
        _, place = np.unique(groups, return_inverse=True)
        sizes = np.bincount(place).astype(np.float64)
        sums = np.zeros((len(sizes), columns.shape[1]))
        np.add.at(sums, place, columns)
    return Deletion(
        bugs=bugs,
        whole=columns.mean(axis=0),
        without=(columns.sum(axis=0) - sums) / np.maximum(bugs - sizes, 1)[:, None],
        shares=sizes / bugs,
    )
