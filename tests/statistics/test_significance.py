"""Sign flips, Holm's correction and equivalence."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reroll.statistics.intervals import jackknife, mean, ratio
from reroll.statistics.significance import (
    Exchange,
    equivalent,
    exchange_tests,
    holm,
    not_above,
    not_below,
    sign_flip,
)


def test_the_example_is_enumerated_exactly() -> None:
    assert sign_flip([-1 / 2, -1 / 4, 0, 1 / 8, -3 / 8]) == 1 / 4


@given(st.lists(st.integers(-8, 8), min_size=1, max_size=8))
def test_few_bugs_are_enumerated(values: list[int]) -> None:
    flips = [
        abs(sum(s * v for s, v in zip(signs, values, strict=True)))
        for signs in product((1, -1), repeat=len(values))
    ]
    assert sign_flip(values) == sum(flip >= abs(sum(values)) for flip in flips) / len(flips)


def test_no_bug_has_no_p_value() -> None:
    assert sign_flip([]) is None


def test_many_bugs_are_sampled_near_the_exact_tail() -> None:
    values = [1.0] * 15 + [-1.0] * 15
    assert sign_flip(values) == 1.0
    shifted = [1.0] * 20 + [-1.0] * 10
    assert sign_flip(shifted) == pytest.approx(0.0987, abs=0.01)


def test_a_p_value_is_never_zero() -> None:
    assert sign_flip([1.0] * 40) == pytest.approx(1 / 10_001)


def test_exchanging_the_arms_tests_a_ratio() -> None:
    random = np.random.default_rng(0)
    before = random.uniform(1, 2, size=(12, 2))
    same = Exchange(before=before, after=before[::-1].copy(), statistic=ratio)
    other = Exchange(before=before, after=before * [3.0, 1.0], statistic=ratio)
    equal, different = exchange_tests([same, other])
    assert equal == pytest.approx(1.0)
    assert different == pytest.approx(2 / 2**12)


def test_bugs_without_a_value_have_no_part_in_the_test() -> None:
    values = np.array([[0.5], [0.25], [np.nan], [0.5]])
    test = Exchange(before=np.zeros_like(values), after=values, statistic=mean)
    assert exchange_tests([test]) == [sign_flip([0.5, 0.25, 0.5])]


def test_holm_steps_down_and_keeps_the_order() -> None:
    assert holm([0.01, 0.04, None, 0.03]) == pytest.approx([0.03, 0.06, None, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_equivalence_needs_both_sides_within_the_margin() -> None:
    tight = jackknife(np.array([[0.01], [-0.01]] * 20), statistic=mean)
    shifted = jackknife(np.array([[0.11], [0.09]] * 20), statistic=mean)
    assert equivalent(tight, margin=0.05)
    assert not equivalent(shifted, margin=0.05)
    assert not_below(shifted, margin=0.05)
    assert not not_above(shifted, margin=0.05)


def test_no_interval_is_never_equivalent() -> None:
    assert not equivalent(jackknife(np.array([[0.0]]), statistic=mean), margin=0.5)
