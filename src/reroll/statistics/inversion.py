"""Changes of a positive figure, such as a price: a test on the log scale, inverted.

A price is a ratio whose error grows with it, and the same hard bugs make it dear before and after. The
difference of two prices then has neither a symmetric distribution nor an error that is independent of it, and
theta ± t SE is too long for small changes and too short for large ones (docs/method.md §10). On the log scale
both are mended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import copysign, inf

import numpy as np

from reroll.statistics.deletion import Array, Labels, Statistic, delete_each
from reroll.statistics.intervals import Interval, jackknife, t_quantile, two_sided

_DOUBLINGS = 60
_HALVINGS = 45
"""To the precision of a float, about."""


def positive_change(
    columns: Array, *, figure: Statistic, level: float = 0.95, groups: Labels | None = None
) -> Interval:
    """Return after − before of a positive figure, with the changes that the bugs do not contradict.

    With R the figure, a change d is kept if U(d) = log(R_after / R_before) − 2 asinh(d / 2 √(R_before
    R_after)), which is 0 where the change is d, is within t_{B−1} jackknife standard errors of 0. So did
    Fieller 1954 for a ratio. The interval holds 0 just if that of log(R_after / R_before) does.
    docs/method.md §5.

    Args:
        columns: shape (bugs, 2 · width): what a bug contributes before, then after.
        figure: the figure of one arm from the means of its columns.
        level: of the interval.
        groups: group of each bug, as in `jackknife`.
    """
    width = columns.shape[1] // 2

    def arms(means: Array) -> tuple[Array, Array]:
        return figure(means[..., :width]), figure(means[..., width:])

    def change(means: Array) -> Array:
        before, after = arms(means)
        return np.asarray(after - before)

    plain = jackknife(columns, statistic=change, level=level, groups=groups)
    deleted = delete_each(columns, groups=groups)
    if deleted is None or plain.estimate is None or plain.standard_error is None:
        return plain
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [np.log(arm) for means in (deleted.whole, deleted.without) for arm in arms(means)]
    if not all(np.isfinite(values).all() for values in logs):
        return replace(plain, low=None, high=None, standard_error=None, p_zero=None)
    freedom = deleted.units - 1
    before, after, before_without, after_without = logs

    def errors_away(change: float) -> float:
        """Return U(change) in standard errors: falls as the change rises, 0 at the estimate."""
        estimate = float(_contradiction(before, after, change=change))
        left_out = _contradiction(before_without, after_without, change=change)
        error = deleted.spread(estimate, left_out)[1]
        return estimate / error if error else copysign(inf, estimate)

    reach = t_quantile((1 + level) / 2, freedom=freedom)
    low, high = (
        _end(errors_away, start=plain.estimate, step=side * plain.standard_error, reach=reach)
        for side in (-1, 1)
    )
    return replace(plain, low=low, high=high, p_zero=two_sided(errors_away(0.0), freedom=freedom))


def _contradiction(before: Array, after: Array, *, change: float) -> Array:
    """Return U(change) from the logs of the figure."""
    return np.asarray(after - before - 2 * np.arcsinh(change / 2 * np.exp(-(before + after) / 2)))


def _end(errors_away: Callable[[float], float], *, start: float, step: float, reach: float) -> float | None:
    """Return how far from `start` a change stays within `reach`; None where that has no end.

    With very few bugs the changes within reach may have gaps. No change is looked at first, so that the end
    lies beyond 0 just if 0 is within reach.
    """
    inside, limit = 0.0, inf
    if start * step < 0:
        if abs(errors_away(0.0)) <= reach:
            inside = -start
        else:
            limit = abs(start)
    for _ in range(_DOUBLINGS):
        outside = inside + step
        if abs(outside) >= limit or abs(errors_away(start + outside)) > reach:
            outside = copysign(min(abs(outside), limit), step)
            break
        step *= 2
    else:
        return None
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if abs(errors_away(start + middle)) <= reach else (inside, middle)
    return start + inside
