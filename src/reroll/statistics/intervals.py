"""Intervals over bugs: the delete-one-bug jackknife with Student's t.

Bugs are the independent units, so the spread over bugs holds the noise of few attempts too. Bootstrap
intervals of differences and ratios were too short below 100 bugs (docs/method.md §5), which is why there are
none. Figures that are positive and skewed have theirs from `inversion`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from reroll.statistics.deletion import Array, Labels, Statistic, delete_each


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its uncertainty over bugs."""

    estimate: float | None
    """The figure; None where it is undefined."""
    low: float | None
    """Lower end; None where one bug decides, or where all agree on an unbounded figure."""
    high: float | None
    """Upper end; None as `low`."""
    standard_error: float | None
    """Jackknife standard error; None as `low`."""
    p_zero: float | None
    """Two-sided p-value of the figure being 0, dual to the interval; None as `low`."""
    units: int
    """Bugs that it rests on."""
    groups: int | None = None
    """Groups of bugs that are independent of each other; None where each bug stands alone."""

    @property
    def independent(self) -> int:
        """What the degrees of freedom count: groups, or else bugs."""
        return self.units if self.groups is None else self.groups


_RESAMPLES = 599
_ROUNDING = 1e-12


def jackknife(
    columns: Array,
    *,
    statistic: Statistic,
    level: float = 0.95,
    span: float | None = None,
    skewed: bool = False,
    groups: Labels | None = None,
) -> Interval:
    """Return `statistic` of the column means with a delete-one-bug jackknife-t interval.

    theta ± t_{B−1} SE, with SE of `deletion`. docs/method.md §5. Where all bugs say the same, SE is 0 and
    would claim certainty: the interval then reaches as far as a share 1 − (α/2)^(1/B) of unlike bugs would
    move the figure, the largest share that B like bugs do not rule out.

    With `groups`, bugs of one group may depend on each other and a whole group is left out at a time.

    Args:
        columns: shape (bugs, columns), every entry finite.
        statistic: vectorised over leading axes, see `Statistic`.
        level: of the interval.
        span: the most that a bug can differ from another; None for no interval where all bugs say the same.
        skewed: take the multiplier from a symmetric studentised bootstrap if it exceeds t.
        groups: group of each bug, shape (bugs,); None where each stands alone.
    """
    deleted = delete_each(columns, groups=groups)
    if deleted is None:
        return undefined(groups=None if groups is None else 0)
    number = deleted.units
    nothing = undefined(bugs=deleted.bugs, groups=None if groups is None else number)
    estimate, left_out = deleted.apply(statistic)
    if not np.isfinite(estimate):
        return nothing
    alone = replace(nothing, estimate=estimate)
    if number < 2 or not np.isfinite(left_out).all():
        return alone
    pseudo, error = deleted.spread(estimate, left_out)
    multiplier = t_quantile((1 + level) / 2, freedom=number - 1)
    if error <= _ROUNDING * (1 + abs(estimate)):
        if span is None:
            return alone
        error = span * (1 - ((1 - level) / 2) ** (1 / number)) / multiplier
    p_zero = two_sided(estimate / error, freedom=number - 1)
    if skewed:
        ratios = _studentised(pseudo)
        multiplier = max(multiplier, float(np.quantile(ratios, level)))
        p_zero = max(p_zero, float(np.mean(ratios >= abs(estimate) / error)))
    return replace(
        alone,
        low=estimate - multiplier * error,
        high=estimate + multiplier * error,
        standard_error=error,
        p_zero=p_zero,
    )


def undefined(*, bugs: int = 0, groups: int | None = None) -> Interval:
    """Return the interval of a figure that the bugs do not define."""
    return Interval(
        estimate=None, low=None, high=None, standard_error=None, p_zero=None, units=bugs, groups=groups
    )


def t_quantile(probability: float, *, freedom: int) -> float:
    """Return the quantile of Student's t. From scipy.special: scipy.stats costs half a second to import."""
    return float(stdtrit(freedom, probability))


def two_sided(ratio_to_error: float, *, freedom: int) -> float:
    """Return the two-sided p-value of an estimate that is so many standard errors from 0."""
    return 2 * float(stdtr(freedom, -abs(ratio_to_error)))


def mean(means: Array) -> Array:
    """Statistic of one column: its mean."""
    return means[..., 0]


def ratio(means: Array) -> Array:
    """Statistic of two columns: the ratio of their means."""
    return np.asarray(means[..., 0] / means[..., 1])


def _studentised(pseudo: Array) -> Array:
    """Return |mean| / SE of resampled bugs, 0 where a sample has no spread. Hall 1988."""
    chosen = np.random.default_rng(0).integers(0, len(pseudo), size=(_RESAMPLES, len(pseudo)))
    drawn = pseudo[chosen]
    errors = drawn.std(axis=1, ddof=1) / np.sqrt(len(pseudo))
    size = np.abs(drawn.mean(axis=1))
    # Equal values leave a spread of rounding errors, by which a ratio would be arbitrarily large.
    spread = errors > _ROUNDING * (1 + np.abs(pseudo).max())
    return np.asarray(np.divide(size, errors, out=np.zeros(_RESAMPLES), where=spread))
