"""p-values over bugs: sign flips, Holm's correction, and tests of equivalence.

If training changed nothing, the two arms of a bug could as well be exchanged. Every exchange (a sign flip of
the bug's difference) gives a value of the statistic that was just as likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reroll.statistics.deletion import Array, Labels, Statistic
from reroll.statistics.intervals import Interval, t_quantile

EXACT_BUGS = 20
"""Up to here all sign flips are enumerated."""
FLIPS = 10_000
"""Random sign flips beyond."""
_CHUNK = 500
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a sign-flip test needs: the two arms of every bug, and the statistic that is compared."""

    before: Array
    """Shape (bugs, columns); rows of NaN for bugs that have no part in it."""
    after: Array
    """Same shape."""
    statistic: Statistic
    """Of the column means."""


def sign_flip(differences: Sequence[float], *, flips: int = FLIPS, seed: int = 0) -> float | None:
    """Return the two-sided p-value of the mean of `differences` over bugs. None without one."""
    after = np.asarray(differences, dtype=np.float64).reshape(-1, 1)
    test = Exchange(before=np.zeros_like(after), after=after, statistic=lambda means: means[..., 0])
    return exchange_tests([test], flips=flips, seed=seed)[0]


def exchange_tests(
    tests: Sequence[Exchange], *, flips: int = FLIPS, seed: int = 0, groups: Labels | None = None
) -> list[float | None]:
    """Return the two-sided p-value of each test; all have one row per bug, in the same order.

    Exact for up to 20 bugs; else (1 + extreme) / (1 + flips) over random flips, the same for all tests. A
    flip that makes the statistic undefined counts as extreme. docs/method.md §5. None where the difference is
    undefined. With `groups`, the bugs of a group are flipped together, and count as one.
    """
    results: list[float | None] = [None] * len(tests)
    large = []
    for position, test in enumerate(tests):
        finite = np.isfinite(np.hstack([test.before, test.after]))
        rows = np.asarray(finite.all(axis=1), dtype=np.bool_)
        part = _Part(test, rows, groups)
        if not np.isfinite(part.observed):
            continue
        flipped = part.half[part.rows]
        if len(flipped) <= EXACT_BUGS:
            results[position] = part.extreme(_all_flips(flipped)) / 2 ** (len(flipped) - 1)
        else:
            large.append((position, part))
    for position, extreme in zip([p for p, _ in large], _random(large, flips=flips, seed=seed), strict=True):
        results[position] = (1 + extreme) / (1 + flips)
    return results


class _Part:
    """One test reduced to the bugs that take part: column means, and half differences by group."""

    def __init__(self, test: Exchange, rows: NDArray[np.bool_], groups: Labels | None) -> None:
        before, after = test.before[rows], test.after[rows]
        self.bugs, self.statistic = len(before), test.statistic
        place = np.arange(len(rows)) if groups is None else np.unique(groups, return_inverse=True)[1]
        number = int(place.max(initial=-1)) + 1
        self.half = np.zeros((number, before.shape[1]))
        np.add.at(self.half, place[rows], (after - before) / 2)
        self.rows = np.bincount(place[rows], minlength=number) > 0
        self.centre = (
            (before + after).mean(axis=0) / 2 if self.bugs else np.full(test.before.shape[1], np.nan)
        )
        self.observed = float(self._difference(self.half.sum(axis=0))) if self.bugs else float("nan")

    def _difference(self, sums: Array) -> Array:
        shift = sums / self.bugs
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.statistic(self.centre + shift) - self.statistic(self.centre - shift)

    def extreme(self, sums: Array) -> int:
        """Count the flips at least as extreme as what was observed."""
        values = self._difference(sums)
        return int(np.count_nonzero(~(np.abs(values) < abs(self.observed) - _ROUNDING)))


def _all_flips(half: Array) -> Array:
    """Return the sums of the sign patterns that keep the first bug; the other half mirrors them."""
    sums = half[:1]
    for row in half[1:]:
        sums = np.concatenate([sums + row, sums - row])
    return sums


def _random(parts: Sequence[tuple[int, _Part]], *, flips: int, seed: int) -> list[int]:
    counts = [0] * len(parts)
    if not parts:
        return counts
    random = np.random.default_rng(seed)
    bugs = len(parts[0][1].rows)
    wide = np.hstack([part.half for _, part in parts])
    edges = np.cumsum([0, *(part.half.shape[1] for _, part in parts)])
    for done in range(0, flips, _CHUNK):
        size = (min(_CHUNK, flips - done), bugs)
        signs = random.integers(0, 2, size=size, dtype=np.int8).astype(np.float64) * 2 - 1
        sums = np.asarray(signs @ wide, dtype=np.float64)
        for index, (_, part) in enumerate(parts):
            counts[index] += part.extreme(sums[:, edges[index] : edges[index + 1]])
    return counts


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values corrected for their number, Holm 1979; None stays None and does not count."""
    known = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, index) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        adjusted[index] = highest
    return adjusted


def equivalent(interval: Interval, *, margin: float, level: float = 0.95) -> bool:
    """Return whether the figure lies within ± margin, by two one-sided tests (Schuirmann 1987)."""
    return not_below(interval, margin=margin, level=level) and not_above(interval, margin=margin, level=level)


def not_below(interval: Interval, *, margin: float, level: float = 0.95) -> bool:
    """Return whether the one-sided lower bound at `level` is above −margin: no loss beyond it."""
    reach = _one_sided(interval, level=level)
    return reach is not None and interval.estimate is not None and interval.estimate - reach > -margin


def not_above(interval: Interval, *, margin: float, level: float = 0.95) -> bool:
    """Return whether the one-sided upper bound at `level` is below margin."""
    reach = _one_sided(interval, level=level)
    return reach is not None and interval.estimate is not None and interval.estimate + reach < margin


def _one_sided(interval: Interval, *, level: float) -> float | None:
    if interval.standard_error is None or interval.independent < 2:
        return None
    return t_quantile(level, freedom=interval.independent - 1) * interval.standard_error
