"""Estimators equal the brute force that they stand for, and keep their identities, on anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import factorial, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reroll.records import Tally
from reroll.statistics.decomposition import split_change
from reroll.statistics.discovery import good_turing
from reroll.statistics.diversity import (
    distinct_among_correct,
    distinct_among_correct_variance,
    distinct_in_attempts,
    marginal_strategies,
)
from reroll.statistics.echo import echo, echo_of_three, echo_squared, echo_variance
from reroll.statistics.log_ratios import log_tilt
from reroll.statistics.passk import pass_at_k, pass_at_k_variance
from reroll.statistics.retries import expected_attempts, marginal
from reroll.statistics.tilt import collide

SHARES = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
spreads = st.lists(st.integers(1, 4), max_size=4)


def drawn(counts: Sequence[int], wrong: int) -> list[int | None]:
    """List attempts: the number of the strategy, or None for an incorrect one."""
    return [s for s, x in enumerate(counts) for _ in range(x)] + [None] * wrong


def expectation(
    value: Callable[[Sequence[int]], float | None], *, shares: Sequence[Fraction], size: int
) -> float:
    """Average `value` of the counts exactly over all multinomial samples of `size`."""
    total = Fraction(0)
    for counts in product(range(size + 1), repeat=len(shares)):
        if sum(counts) == size:
            ways = factorial(size) // prod(factorial(x) for x in counts)
            chance = ways * prod(q**x for q, x in zip(shares, counts, strict=True))
            total += chance * Fraction(value(counts)).limit_denominator(10**9)
    return float(total)


@given(counts=spreads, wrong=st.integers(0, 4), k=st.integers(1, 6))
def test_pass_at_k_and_c_k_average_over_all_subsets(counts: Sequence[int], wrong: int, k: int) -> None:
    attempts = drawn(counts, wrong)
    if k <= len(attempts):
        subsets = [set(subset) - {None} for subset in combinations(attempts, k)]
        fixed = sum(bool(subset) for subset in subsets) / len(subsets)
        distinct = sum(len(subset) for subset in subsets) / len(subsets)
        assert pass_at_k(len(attempts), sum(counts), k=k) == pytest.approx(fixed)
        assert distinct_in_attempts(len(attempts), counts, k=k) == pytest.approx(distinct)


@given(counts=spreads, b=st.integers(1, 4))
def test_d_b_averages_over_all_subsets_of_correct_attempts(counts: Sequence[int], b: int) -> None:
    correct = drawn(counts, 0)
    if b <= len(correct):
        subsets = [len(set(subset)) for subset in combinations(correct, b)]
        assert distinct_among_correct(counts, b=b) == pytest.approx(sum(subsets) / len(subsets))


@given(counts=st.lists(st.integers(1, 3), min_size=1, max_size=3), b=st.integers(1, 3))
def test_d_b_variance_takes_away_the_product_over_disjoint_subsets(counts: Sequence[int], b: int) -> None:
    labelled = list(enumerate(drawn(counts, 0)))
    if 2 * b <= len(labelled):
        products = [
            len({s for _, s in first}) * len({s for _, s in second})
            for first in combinations(labelled, b)
            for second in combinations([x for x in labelled if x not in first], b)
        ]
        expected = distinct_among_correct(counts, b=b) ** 2 - sum(products) / len(products)
        assert distinct_among_correct_variance(counts, b=b) == pytest.approx(expected, abs=1e-12)


@given(counts=st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_echo_counts_pairs_that_agree(counts: Sequence[int]) -> None:
    correct = drawn(counts, 0)
    if len(correct) >= 2:
        pairs = [a == b for a, b in combinations(correct, 2)]
        assert echo(counts) == pytest.approx(sum(pairs) / len(pairs))
        assert distinct_among_correct(counts, b=2) == pytest.approx(2 - echo(counts))


@given(counts=st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_both_forms_of_the_echo_variance_agree(counts: Sequence[int]) -> None:
    c = sum(counts)
    if c >= 4:
        e, t3, t22 = echo(counts), echo_of_three(counts), echo_squared(counts)
        other = 2 / (c * (c - 1)) * (e + 2 * (c - 2) * t3 - (2 * c - 3) * t22)
        assert echo_variance(counts) == pytest.approx(other, abs=1e-12)


@given(counts=st.lists(st.integers(1, 9), max_size=6), wrong=st.integers(0, 20))
def test_curves_rise_and_flatten(counts: Sequence[int], wrong: int) -> None:
    n = sum(counts) + wrong
    curves = [
        [pass_at_k(n, sum(counts), k=k) for k in range(1, n + 1)],
        [distinct_in_attempts(n, counts, k=k) for k in range(1, n + 1)],
        [distinct_among_correct(counts, b=b) for b in range(1, sum(counts) + 1)],
    ]
    for curve in curves:
        steps = [after - before for before, after in zip([0.0, *curve], curve, strict=False)]
        assert all(step >= -1e-12 for step in steps)
        assert all(after <= before + 1e-12 for before, after in pairwise(steps))


@given(
    counts=st.lists(st.integers(1, 9), min_size=1, max_size=6), wrong=st.integers(0, 20), k=st.integers(1, 30)
)
def test_c_k_stays_below_k_and_the_strategies_seen(counts: Sequence[int], wrong: int, k: int) -> None:
    n = sum(counts) + wrong
    if k <= n:
        assert distinct_in_attempts(n, counts, k=k) <= min(k, len(counts)) + 1e-12
        assert distinct_in_attempts(n, counts, k=1) == pytest.approx(pass_at_k(n, sum(counts), k=1))


@given(
    counts=st.lists(st.integers(1, 9), min_size=1, max_size=6), wrong=st.integers(0, 20), k=st.integers(2, 30)
)
def test_marginal_values_are_the_steps_of_the_curves(counts: Sequence[int], wrong: int, k: int) -> None:
    n, c = sum(counts) + wrong, sum(counts)
    if k <= n:
        step = pass_at_k(n, c, k=k) - pass_at_k(n, c, k=k - 1)
        assert marginal(n, c, k=k) == pytest.approx(step, abs=1e-12)
        step = distinct_in_attempts(n, counts, k=k) - distinct_in_attempts(n, counts, k=k - 1)
        assert marginal_strategies(n, counts, k=k) == pytest.approx(step, abs=1e-12)
    assert marginal_strategies(n, counts, k=n) == pytest.approx(good_turing(counts, attempts=n))


@given(n=st.integers(1, 40), share=st.floats(0, 1), k=st.integers(1, 40))
def test_expected_attempts_sum_the_failures_before(n: int, share: float, k: int) -> None:
    c = round(share * n)
    if k <= n:
        failures = [1.0] + [1 - pass_at_k(n, c, k=j) for j in range(1, k)]
        assert expected_attempts(n, c, k=k) == pytest.approx(sum(failures))


@given(
    base=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 6), min_size=1),
    tuned=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 6), min_size=1),
)
def test_the_change_of_echo_is_twice_the_tilt_and_the_drift(
    base: dict[str, int], tuned: dict[str, int]
) -> None:
    found = collide(base, tuned)
    if found is not None and found.tuned is not None:
        assert found.tuned - found.base == pytest.approx(2 * found.tilt + found.drift, abs=1e-12)
        pairs = [a == b for a in Counter(base).elements() for b in Counter(tuned).elements()]
        assert found.across == pytest.approx(sum(pairs) / len(pairs))


@given(
    before=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    after=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    k=st.integers(1, 8),
)
def test_the_split_sums_to_the_change_of_c_k(
    tally: Callable[..., Tally], before: list[int], after: list[int], k: int
) -> None:
    arms = tally(20, before), tally(20, after)
    found = split_change(*arms, k=k)
    if found is not None:
        change = distinct_in_attempts(20, after, k=k) - distinct_in_attempts(20, before, k=k)
        assert found.accuracy + found.concentration == pytest.approx(change, abs=1e-9)


def test_c_k_is_unbiased() -> None:
    shares = (*(q / 2 for q in SHARES), Fraction(1, 2))
    for k, value in ((1, 1 / 2), (2, 65 / 72), (3, 59 / 48)):
        found = expectation(lambda x, k=k: distinct_in_attempts(6, x[:-1], k=k), shares=shares, size=6)
        assert found == pytest.approx(value, abs=1e-7)


def test_d_b_and_echo_are_unbiased() -> None:
    for b, value in ((2, 29 / 18), (3, 2.0)):
        found = expectation(lambda x, b=b: distinct_among_correct(x, b=b), shares=SHARES, size=5)
        assert found == pytest.approx(value, abs=1e-7)
    assert expectation(echo, shares=SHARES, size=5) == pytest.approx(
        float(sum(q * q for q in SHARES)), abs=1e-7
    )


def test_the_variance_estimates_are_unbiased() -> None:
    spread = (
        expectation(lambda x: echo(x) ** 2, shares=SHARES, size=5) - float(sum(q * q for q in SHARES)) ** 2
    )
    assert spread == pytest.approx(107 / 3240, abs=1e-7)
    assert expectation(echo_variance, shares=SHARES, size=5) == pytest.approx(107 / 3240, abs=1e-7)
    rate = (Fraction(1, 3), Fraction(2, 3))
    first = expectation(lambda x: pass_at_k(6, x[0], k=3), shares=rate, size=6)
    second = expectation(lambda x: pass_at_k(6, x[0], k=3) ** 2, shares=rate, size=6)
    found = expectation(lambda x: pass_at_k_variance(6, x[0], k=3), shares=rate, size=6)
    assert found == pytest.approx(second - first**2, abs=1e-6)


def test_the_log_tilt_is_unbiased() -> None:
    means = (1.0, 0.0, -1.0)

    def value(counts: Sequence[int]) -> float | None:
        labels = [str(s) for s, x in enumerate(counts) for _ in range(x)]
        return log_tilt([means[int(s)] for s in labels], labels)

    assert expectation(value, shares=SHARES, size=5) == pytest.approx(5 / 54, abs=1e-7)
