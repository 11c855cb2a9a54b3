"""The worked examples of docs/method.md and the edge cases of every card."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import pytest

from reroll.errors import StatisticsError
from reroll.records import Tally
from reroll.statistics.decomposition import split_change
from reroll.statistics.difficulty import Difficulty
from reroll.statistics.discovery import extrapolate, good_turing, richness
from reroll.statistics.diversity import (
    distinct_among_correct,
    distinct_among_correct_variance,
    distinct_in_attempts,
    marginal_strategies,
)
from reroll.statistics.echo import echo, echo_variance, share_spread
from reroll.statistics.hill import entropy, hill_numbers
from reroll.statistics.passk import bounds, pass_at_k, pass_at_k_variance
from reroll.statistics.retries import (
    effective_retries,
    expected_attempts,
    marginal,
    rescued_fraction,
    retry_gain,
)
from reroll.statistics.tilt import collide, kappa_parts


def mean_pass(k: int) -> float:
    return np.mean([pass_at_k(16, c, k=k) for c in (0, 3, 8, 16)])


def test_benchmark_pass_at_k_is_the_mean_over_bugs() -> None:
    assert [mean_pass(k) for k in (1, 2, 4, 8, 16)] == pytest.approx(
        [27 / 64, 127 / 240, 935 / 1456, 18661 / 25740, 3 / 4]
    )


def test_standard_error_over_bugs_is_that_of_the_mean() -> None:
    errors = [np.std([pass_at_k(16, c, k=k) for c in (0, 3, 8, 16)], ddof=1) / 2 for k in (1, 4)]
    assert errors == pytest.approx([0.218564, 0.231597], abs=5e-7)


def test_marginal_retry_values() -> None:
    assert [marginal(16, 3, k=k) for k in (1, 2, 3, 4)] == pytest.approx(
        [3 / 16, 13 / 80, 39 / 280, 33 / 280]
    )
    assert [marginal(16, 3, k=k) for k in (8, 15, 16)] == pytest.approx([1 / 20, 0, 0])


def test_expected_attempts_until_the_first_fix() -> None:
    assert expected_attempts(16, 3, k=4) == pytest.approx(333 / 112)


def test_gain_rescued_fraction_and_effective_retries() -> None:
    first, fourth = mean_pass(1), mean_pass(4)
    assert retry_gain(first, fourth) == pytest.approx(1283 / 5824)
    assert rescued_fraction(first, fourth) == pytest.approx(1283 / 3367)
    assert effective_retries(first, fourth) == pytest.approx(1.875481, abs=5e-7)


def test_published_accuracies_give_the_known_retry_figures() -> None:
    before, after = (0.719, 0.836), (0.734, 0.785)
    assert [retry_gain(*arm) for arm in (before, after)] == pytest.approx([0.117, 0.051])
    assert [rescued_fraction(*arm) for arm in (before, after)] == pytest.approx([0.416, 0.192], abs=5e-4)
    assert [effective_retries(*arm) for arm in (before, after)] == pytest.approx([1.42, 1.16], abs=5e-3)


def test_nothing_to_rescue_is_none() -> None:
    assert rescued_fraction(1.0, 1.0) is None
    assert effective_retries(1.0, 1.0) is None
    assert effective_retries(0.0, 0.5) is None


def test_effective_retries_are_infinite_where_everything_is_fixed() -> None:
    assert effective_retries(0.5, 1.0) == inf


def test_c_k_of_the_example() -> None:
    found = [distinct_in_attempts(16, [5, 2, 1], k=k) for k in (1, 2, 4, 8, 16)]
    assert found == pytest.approx([1 / 2, 109 / 120, 691 / 455, 293 / 130, 3])


def test_the_last_marginal_strategy_is_good_turing() -> None:
    assert marginal_strategies(16, [5, 2, 1], k=16) == pytest.approx(1 / 16)
    assert good_turing([5, 2, 1], attempts=16) == 1 / 16


def test_d_b_variance_of_the_example() -> None:
    assert distinct_among_correct_variance([5, 2, 1], b=2) == pytest.approx(83 / 2352)
    assert distinct_among_correct_variance([5, 2, 1], b=4) == pytest.approx(11 / 49)


def test_hill_numbers_of_the_example() -> None:
    found = hill_numbers([5, 2, 1])
    assert found is not None
    assert entropy([5, 2, 1]) == pytest.approx(1.082218, abs=5e-7)
    assert found.entropy == pytest.approx(2.951, abs=5e-4)
    assert (found.richness, found.collision) == (3, pytest.approx(28 / 11))


def test_hill_numbers_refuse_nothing_but_singletons() -> None:
    found = hill_numbers([1, 1, 1])
    assert found is not None
    assert (found.entropy, found.collision) == (None, None)


def test_split_of_the_example(tally: Callable[..., Tally]) -> None:
    found = split_change(tally(8, [2, 2]), tally(8, [5, 1]), k=2)
    assert found is not None
    assert found.accuracy == pytest.approx(19 / 56)
    assert found.concentration == pytest.approx(-1 / 8)
    change = distinct_in_attempts(8, [5, 1], k=2) - distinct_in_attempts(8, [2, 2], k=2)
    assert found.accuracy + found.concentration == pytest.approx(change)


def test_split_needs_enough_correct_attempts_in_both_arms(tally: Callable[..., Tally]) -> None:
    assert split_change(tally(8), tally(8, [4]), k=2) is None


def test_extrapolation_of_the_examples() -> None:
    assert extrapolate([9, 3, 2, 1, 1], further=16) == pytest.approx(6.207361, abs=5e-7)
    assert extrapolate([9, 3, 2, 1, 1], further=1) == pytest.approx(5 + 15 / 128)
    assert extrapolate([1, 1, 1], further=3) == pytest.approx(119 / 27)


def test_extrapolation_beyond_twice_the_sample_is_refused() -> None:
    with pytest.raises(StatisticsError, match="at most 6"):
        extrapolate([4, 1, 1], further=7)


def test_the_first_extrapolated_step_is_the_uncovered_mass() -> None:
    found = richness([9, 3, 2, 1, 1])
    assert extrapolate([9, 3, 2, 1, 1], further=1) == pytest.approx(5 + 1 - found.coverage)


def test_one_singleton_without_doubleton_is_flagged() -> None:
    found = richness([7, 1])
    assert (found.unseen, found.coverage, found.informative) == (0, 1, False)


def test_all_singletons_are_flagged() -> None:
    found = richness([1, 1, 1, 1])
    assert not found.informative
    assert found.coverage < 0.5
    assert found.total > 8
    assert echo([1, 1, 1, 1]) == 0


def test_beta_binomial_pass_at_k_of_the_example() -> None:
    model = Difficulty(never=0.0, a=0.5, b=1.5)
    exact = [1 / 4, 3 / 8, 65 / 128, 20613 / 32768, 1564082093 / 2147483648]
    assert [model.pass_at_k(k) for k in (1, 2, 4, 8, 16)] == pytest.approx(exact, rel=1e-12)
    inflated = Difficulty(never=0.2, a=0.5, b=1.5)
    assert [inflated.pass_at_k(k) for k in (1, 4)] == pytest.approx([1 / 5, 13 / 32])


def test_tilt_of_the_example() -> None:
    found = collide({"a": 6, "b": 3, "c": 1}, {"a": 8, "b": 2})
    assert found.tilt == pytest.approx(7 / 50)
    assert found.drift == pytest.approx(-8 / 225)
    assert found.tuned - found.base == pytest.approx(2 * found.tilt + found.drift)
    assert 2 * found.across / (found.base + found.tuned) == pytest.approx(243 / 235)


def test_kappa_parts_of_the_example() -> None:
    tilt, spread = kappa_parts({"a": 6, "b": 3, "c": 1}, {"a": 8, "b": 2})
    assert (tilt, spread) == (pytest.approx(7 / 50), pytest.approx(9 / 280))
    assert tilt / spread == pytest.approx(196 / 45)


def test_a_bug_that_was_never_fixed_counts_and_has_no_strategies() -> None:
    assert pass_at_k(8, 0, k=4) == 0
    assert distinct_in_attempts(8, [], k=4) == 0
    assert distinct_among_correct([], b=1) is None
    assert echo([]) is None
    assert collide({}, {"a": 3}) is None


def test_one_correct_attempt_has_c_k_and_no_echo() -> None:
    assert distinct_in_attempts(8, [1], k=4) == pytest.approx(1 / 2)
    assert echo([1]) is None


def test_more_draws_than_attempts_is_none() -> None:
    assert pass_at_k(8, 3, k=9) is None
    assert distinct_in_attempts(8, [3], k=9) is None
    assert marginal(8, 3, k=9) is None
    assert expected_attempts(8, 3, k=9) is None
    assert distinct_among_correct([2, 1], b=4) is None


def test_variance_needs_twice_the_draws() -> None:
    assert pass_at_k_variance(8, 3, k=5) is None
    assert distinct_among_correct_variance([4, 3], b=4) is None
    assert echo_variance([2, 1]) is None


def test_one_strategy_alone_is_all_echo() -> None:
    found = richness([8])
    assert distinct_among_correct([8], b=4) == 1
    assert (echo([8]), found.total) == (1, 1)
    assert echo_variance([8]) == distinct_among_correct_variance([8], b=4) == 0


def test_one_strategy_alone_has_no_spread() -> None:
    assert share_spread([8]) == 0


def test_a_strategy_of_one_arm_only_is_fine() -> None:
    found = collide({"a": 3, "b": 1}, {"c": 4})
    assert (found.across, found.tuned) == (0, 1)


def test_no_correct_attempt_after_training_leaves_no_tilt() -> None:
    assert collide({"a": 3, "b": 1}, {}) is None


def test_one_correct_attempt_after_training_has_tilt_and_no_drift() -> None:
    found = collide({"a": 3, "b": 1}, {"a": 1})
    assert found.tilt == pytest.approx(3 / 4 - 1 / 2)
    assert found.drift is None


def test_counts_beyond_a_thousand_do_not_overflow() -> None:
    assert pass_at_k(100_000, 3, k=16) == pytest.approx(1 - (1 - 3e-5) ** 16, rel=1e-3)
    assert distinct_in_attempts(5_000, [2_000, 500], k=2_500) == pytest.approx(2)
    assert pass_at_k_variance(5_000, 10, k=2_000) > 0


def test_lost_attempts_bound_pass_at_k() -> None:
    found = bounds(14, 3, invalid=2, k=4)
    assert found.worst == pytest.approx(pass_at_k(16, 3, k=4))
    assert found.best == pytest.approx(pass_at_k(16, 5, k=4))
    assert found.worst < pass_at_k(14, 3, k=4) < found.best


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(StatisticsError, match="Of 3 attempts 4 cannot be correct"):
        pass_at_k(3, 4, k=1)
    with pytest.raises(StatisticsError, match="negative"):
        echo([3, -1])
