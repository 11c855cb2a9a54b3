"""C_k and D_b: do retries add strategies? The cards of one bug whose correct attempts fall into strategies.

`counts` is x: correct attempts per strategy, in any order, summing to c. pass@k cannot see strategies at all:
for one bug it depends on the success rate alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import comb

from reroll.statistics.draws import chance_to_miss, check_counts, check_strategies


def distinct_in_attempts(attempts: int, counts: Sequence[int], *, k: int) -> float | None:
    """Return C_k, the expected number of distinct correct strategies in k attempts.

    Sum over s of 1 − C(n − x_s, k) / C(n, k). Rarefaction, Hurlbert 1971; docs/method.md M4. C_1 = pass@1.
    0 without a correct attempt; None for k > n.
    """
    check_counts(attempts, check_strategies(counts))
    if not 1 <= k <= attempts:
        return None
    return sum(1.0 - chance_to_miss(attempts, count, draws=k) for count in counts)


def marginal_strategies(attempts: int, counts: Sequence[int], *, k: int) -> float | None:
    """Return what attempt k adds to the strategies: C_k − C_{k−1}; at k = n this is Good–Turing's f1 / n.

    Sum over s of C(n − x_s, k − 1) / C(n, k − 1) · x_s / (n − k + 1). docs/method.md M4. None for k > n.
    """
    check_counts(attempts, check_strategies(counts))
    if not 1 <= k <= attempts:
        return None
    return sum(chance_to_miss(attempts, count, draws=k - 1) * count / (attempts - k + 1) for count in counts)


def distinct_among_correct(counts: Sequence[int], *, b: int) -> float | None:
    """Return D_b, the expected number of distinct strategies among b correct attempts; free of accuracy.

    Sum over s of 1 − C(c − x_s, b) / C(c, b). docs/method.md M5. D_1 = 1 and D_2 = 2 − echo. None for c < b.
    """
    return _distinct_among(tuple(counts), b)


# One base is compared with many checkpoints, on every slice, and for every b up to k.
@lru_cache(maxsize=1 << 17)
def _distinct_among(counts: tuple[int, ...], b: int) -> float | None:
    correct = check_strategies(counts)
    if not 1 <= b <= correct:
        return None
    return sum(1.0 - chance_to_miss(correct, count, draws=b) for count in counts)


def distinct_among_correct_variance(counts: Sequence[int], *, b: int) -> float | None:
    """Return the unbiased sampling variance of D_b within the bug: D_b² − M_b.

    M_b, unbiased for the square of what D_b estimates, is the mean of the product of the distinct counts of
    two disjoint sets of b correct attempts. docs/method.md M5. None for c < 2b.
    """
    correct = check_strategies(counts)
    if not 1 <= b <= correct // 2:
        return None
    sizes = sorted(Counter(count for count in counts if count).items())
    pairs = comb(correct, b) * comb(correct - b, b)
    missed = {size: Fraction(comb(correct - size, b), comb(correct, b)) for size, _ in sizes}
    distinct = sum((many * (1 - missed[size]) for size, many in sizes), Fraction(0))
    product = Fraction(0)
    for first, many in sizes:
        both = Fraction(comb(correct - first, 2 * b), comb(correct, 2 * b))
        product += many * (1 - 2 * missed[first] + both)
        for second, others in sizes:
            ordered = many * (others - (first == second))
            if ordered:
                apart = Fraction(_disjoint_misses(correct, first, second=second, b=b), pairs)
                product += ordered * (1 - missed[first] - missed[second] + apart)
    return float(distinct * distinct - product)


def _disjoint_misses(correct: int, first: int, *, second: int, b: int) -> int:
    """Count the pairs of disjoint b-sets: one misses strategy `first`, the other `second`."""
    rest = correct - first - second
    return sum(
        comb(second, i) * comb(rest, b - i) * comb(max(0, correct - b - second + i), b)
        for i in range(min(second, b) + 1)
    )
