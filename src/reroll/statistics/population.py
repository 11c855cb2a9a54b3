"""A population of bugs to plan with: how hard they are, how many ways to fix them, and what training does.

Success rates before and after are beta distributed with a share of bugs that are never fixed, and strongly
correlated over bugs (Gaussian copula). A bug has about three strategies; training multiplies the shares by
exp(kappa q). The default difficulty is a fit to a public study of self-distillation on 500 programming
tasks with 64 samples each, docs/method.md §8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from reroll.records import Tally
from reroll.statistics.difficulty import Difficulty

BEFORE = Difficulty(never=0.200, a=0.417, b=0.461)
"""Difficulty of the study's tasks for its base model."""
AFTER = Difficulty(never=0.238, a=0.446, b=0.374)
"""Difficulty of the same tasks after self-distillation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Where bugs of a planned study come from."""

    kappa: float = 2.0
    """Nats that training adds to a strategy, per unit of its share before; 0 leaves the strategies alone."""
    before: Difficulty = BEFORE
    """Success rates of the first checkpoint."""
    after: Difficulty = AFTER
    """Success rates of the second."""
    correlation: float = 0.985
    """Of a bug's difficulty before and after, on the normal scale."""
    strategies: float = 3.0
    """Mean number of strategies of a bug."""

    def draw(self, bugs: int, *, attempts: int, seed: int = 0) -> list[tuple[Tally, Tally]]:
        """Return the tallies of `bugs` new bugs, before and after, with `attempts` each."""
        random = np.random.default_rng(seed)
        first = random.standard_normal(bugs)
        second = self.correlation * first + np.sqrt(1 - self.correlation**2) * random.standard_normal(bugs)
        rates = (_rates(self.before, ndtr(first)), _rates(self.after, ndtr(second)))
        numbers = 1 + random.poisson(self.strategies - 1, size=bugs)
        pairs = []
        for bug, number in enumerate(numbers):
            base = random.dirichlet(np.ones(number))
            tuned = base * np.exp(self.kappa * base)
            pairs.append(
                (
                    _tally(bug, random, attempts=attempts, shares=rates[0][bug] * base),
                    _tally(bug, random, attempts=attempts, shares=rates[1][bug] * tuned / tuned.sum()),
                )
            )
        return pairs


def _rates(difficulty: Difficulty, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    inner = np.clip((uniform - difficulty.never) / (1 - difficulty.never), 0, 1)
    return np.where(uniform < difficulty.never, 0.0, betaincinv(difficulty.a, difficulty.b, inner))


def _tally(bug: int, random: np.random.Generator, *, attempts: int, shares: NDArray[np.float64]) -> Tally:
    failed = max(0.0, 1 - float(shares.sum()))
    counts = random.multinomial(attempts, np.append(shares, failed) / (shares.sum() + failed))[:-1]
    found = {f"s{number}": int(count) for number, count in enumerate(counts) if count}
    return Tally(
        bug=f"plan/{bug}", slice="plan", attempts=attempts, correct=sum(found.values()), strategies=found
    )
