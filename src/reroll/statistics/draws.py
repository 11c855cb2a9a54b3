"""Drawing attempts without replacement: the one probability that every estimator here is made of.

An estimator that averages over all subsets of k attempts out of n is unbiased for k fresh attempts. Each such
average comes down to the chance that k draws miss all of x marked attempts, C(n − x, k) / C(n, k).
Integers are exact in Python, so the quotient is correctly rounded for any n.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb

from reroll.errors import StatisticsError


@lru_cache(maxsize=1 << 17)
def chance_to_miss(population: int, marked: int, *, draws: int) -> float:
    """Return the chance that `draws` of `population` attempts hold none of the `marked` ones.

    C(population − marked, draws) / C(population, draws); 0 where fewer than `draws` are unmarked.
    Needs 0 <= marked <= population and 0 <= draws <= population.
    """
    return comb(population - marked, draws) / comb(population, draws)


def falling(number: int, factors: int) -> int:
    """Return the falling factorial m (m − 1) … (m − r + 1); 1 for no factors."""
    product = 1
    for step in range(factors):
        product *= number - step
    return product


def check_counts(attempts: int, correct: int) -> None:
    """Raise `StatisticsError` unless 0 <= correct <= attempts."""
    if not 0 <= correct <= attempts:
        raise StatisticsError(f"Of {attempts!r} attempts {correct!r} cannot be correct: 0 <= c <= n")


def check_strategies(counts: Sequence[int]) -> int:
    """Return c, the number of correct attempts in `counts` by strategy, or raise `StatisticsError`."""
    if any(count < 0 for count in counts):
        raise StatisticsError(f"Counts by strategy cannot be negative: {list(counts)!r}")
    return sum(counts)
