"""pass@k: do retries add fixes? The cards of one bug with n attempts, c of them correct.

Attempts are independent draws with a seed each. A crash or a timeout of the patched program is an incorrect
attempt; an attempt that the harness lost is no attempt at all, see `bounds`.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import NamedTuple

from reroll.statistics.draws import chance_to_miss, check_counts


class Bounds(NamedTuple):
    """pass@k if every lost attempt had failed, and if every one had been a fix."""

    worst: float
    """Every lost attempt counted as a failure."""
    best: float
    """Every lost attempt counted as a fix."""


def pass_at_k(attempts: int, correct: int, *, k: int) -> float | None:
    """Return the chance that k attempts hold a fix: 1 − C(n − c, k) / C(n, k).

    Unbiased for 1 − (1 − a)^k, where a is the bug's success rate. Chen et al. 2021; docs/method.md M1.
    None for k > n: see `reroll.statistics.difficulty` for a model that goes beyond.
    """
    check_counts(attempts, correct)
    if not 1 <= k <= attempts:
        return None
    return 1.0 - chance_to_miss(attempts, correct, draws=k)


def pass_at_k_variance(attempts: int, correct: int, *, k: int) -> float | None:
    """Return the unbiased sampling variance of `pass_at_k` within the bug.

    [C(n − c, k) / C(n, k)]² − C(n − c, 2k) / C(n, 2k), which is p (1 − p) / (n − 1) for k = 1: the second
    term is unbiased for the squared miss rate. docs/method.md M1. None for 2k > n, where no unbiased estimate
    exists.
    """
    check_counts(attempts, correct)
    if not 1 <= k <= attempts // 2:
        return None
    miss = Fraction(comb(attempts - correct, k), comb(attempts, k))
    both = Fraction(comb(attempts - correct, 2 * k), comb(attempts, 2 * k))
    return float(miss * miss - both)


def bounds(attempts: int, correct: int, *, invalid: int, k: int) -> Bounds | None:
    """Return worst- and best-case pass@k where the harness lost `invalid` further attempts.

    docs/method.md M1. None for k > n + invalid.
    """
    worst = pass_at_k(attempts + invalid, correct, k=k)
    best = pass_at_k(attempts + invalid, correct + invalid, k=k)
    return None if worst is None or best is None else Bounds(worst, best)
