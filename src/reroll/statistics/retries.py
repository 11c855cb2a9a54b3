"""What a retry is worth: marginal fixes, gain, and two normalisations that a higher pass@1 does not shrink.

`marginal` and `expected_attempts` are of one bug; the others take the benchmark's mean pass@1 and pass@k
(P_1, P_k), because a ratio of means is stable where a mean of ratios is not.
"""

from __future__ import annotations

from math import inf, log, log1p

from reroll.statistics.draws import chance_to_miss, check_counts


def marginal(attempts: int, correct: int, *, k: int) -> float | None:
    """Return what attempt k adds: pass@k − pass@(k − 1) = C(n − c, k − 1) / C(n, k − 1) · c / (n − k + 1).

    docs/method.md M2. None for k > n.
    """
    check_counts(attempts, correct)
    if not 1 <= k <= attempts:
        return None
    return chance_to_miss(attempts, correct, draws=k - 1) * correct / (attempts - k + 1)


def expected_attempts(attempts: int, correct: int, *, k: int) -> float | None:
    """Return the attempts used when a loop of at most k stops at its first fix: sum over j < k of 1 − pass@j.

    docs/method.md M2. None for k > n.
    """
    check_counts(attempts, correct)
    if not 1 <= k <= attempts:
        return None
    return sum(chance_to_miss(attempts, correct, draws=step) for step in range(k))


def retry_gain(first: float, kth: float) -> float:
    """Return G = P_k − P_1. It shrinks mechanically when P_1 rises. docs/method.md M2."""
    return kth - first


def rescued_fraction(first: float, kth: float) -> float | None:
    """Return R = (P_k − P_1) / (1 − P_1): the share of first failures that the retries repair.

    docs/method.md M2. None for P_1 = 1: nothing is left to rescue.
    """
    return None if first >= 1 else (kth - first) / (1 - first)


def effective_retries(first: float, kth: float) -> float | None:
    """Return k_eff = ln(1 − P_k) / ln(1 − P_1): how many independent attempts the k are worth.

    Between 1 (retries are useless) and k (all bugs are equally hard). docs/method.md M2.
    None for P_1 of 0 or 1; infinite for P_k = 1.
    """
    if not 0 < first < 1:
        return None
    return inf if kth >= 1 else log1p(-kth) / log(1 - first)
