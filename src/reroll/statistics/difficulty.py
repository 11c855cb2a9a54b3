"""pass@k beyond the attempts that were made: always a model's word, labelled so.

Success rates over bugs are taken as a beta distribution, with a share of bugs that are never fixed. Attempts
of one bug are then beta-binomial with extra zeros. Straight lines through log pass@k are no substitute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit, gammaln

from reroll.errors import StatisticsError
from reroll.records import Tally
from reroll.statistics.intervals import Interval

FARTHEST = 4
"""How far beyond n the model is trusted: k <= 4 n."""
RESAMPLES = 200
"""Bootstrap samples of bugs for the interval of a model-based pass@k."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """Success rates over bugs: never with chance `never`, else drawn from Beta(a, b)."""

    never: float
    """Share of bugs that no attempt ever fixes."""
    a: float
    """First shape: the smaller, the more bugs are nearly never fixed."""
    b: float
    """Second shape: the smaller, the more bugs are nearly always fixed."""

    def pass_at_k(self, k: int) -> float:
        """Return (1 − z) [1 − product over j < k of (b + j) / (a + b + j)]. docs/method.md M9."""
        steps = np.arange(k)
        miss = np.exp(np.sum(np.log((self.b + steps) / (self.a + self.b + steps))))
        return float((1 - self.never) * (1 - miss))


def fit_difficulty(tallies: Sequence[Tally]) -> Difficulty:
    """Return the maximum-likelihood difficulty of the bugs. Kazdan et al. 2025; docs/method.md M9.

    Raises:
        StatisticsError: with fewer than 10 bugs, or where all attempts agree.
    """
    usable = [tally for tally in tallies if tally.attempts]
    if len(usable) < 10:
        raise StatisticsError(f"A model of difficulty needs 10 bugs with attempts, not {len(usable)}")
    if all(t.correct == 0 for t in usable) or all(t.correct == t.attempts for t in usable):
        raise StatisticsError(
            "A model of difficulty needs both fixes and failures: every attempt ended alike"
        )
    groups = Counter((tally.attempts, tally.correct) for tally in usable)
    return _fit(np.array(list(groups)), weights=np.array(list(groups.values()), dtype=float))


def pass_beyond(tallies: Sequence[Tally], k: int, *, level: float = 0.95, seed: int = 0) -> Interval:
    """Return model-based pass@k over the bugs, with a percentile interval from resampled bugs.

    Raises:
        StatisticsError: for k above four times the fewest attempts, and as `fit_difficulty`.
    """
    fewest = min((tally.attempts for tally in tallies if tally.attempts), default=0)
    if k > FARTHEST * fewest:
        needed = -(-k // FARTHEST)
        raise StatisticsError(f"pass@{k} from {fewest} attempts is too far: make {needed} attempts per bug")
    estimate = fit_difficulty(tallies).pass_at_k(k)
    groups = Counter((tally.attempts, tally.correct) for tally in tallies if tally.attempts)
    cells, weights = np.array(list(groups)), np.array(list(groups.values()), dtype=float)
    random, bugs = np.random.default_rng(seed), int(weights.sum())
    draws = [
        _fit(cells, weights=random.multinomial(bugs, weights / bugs).astype(float)).pass_at_k(k)
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(
        estimate=estimate,
        low=float(low),
        high=float(high),
        standard_error=float(np.std(draws, ddof=1)),
        p_zero=None,
        units=bugs,
    )


def _fit(cells: NDArray[np.int64], *, weights: NDArray[np.float64]) -> Difficulty:
    from scipy.optimize import minimize  # a quarter of a second that only a fit needs

    attempts, correct = cells[:, 0].astype(float), cells[:, 1].astype(float)
    ways = gammaln(attempts + 1) - gammaln(correct + 1) - gammaln(attempts - correct + 1)

    def loss(point: NDArray[np.float64]) -> float:
        never, (a, b) = expit(point[0]), np.exp(np.clip(point[1:], -9, 9))
        density = np.log1p(-never) + ways + betaln(correct + a, attempts - correct + b) - betaln(a, b)
        density = np.where(correct == 0, np.logaddexp(density, np.log(never + 1e-300)), density)
        return float(-(weights * density).sum())

    start = np.array([log(0.1 / 0.9), log(0.5), log(0.5)])
    best = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6, "maxiter": 2000}
    ).x
    return Difficulty(never=float(expit(best[0])), a=float(np.exp(best[1])), b=float(np.exp(best[2])))
