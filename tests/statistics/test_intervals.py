"""The jackknife over bugs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from reroll.statistics.intervals import jackknife, mean, ratio


def test_the_jackknife_of_a_mean_is_students_t() -> None:
    values = np.array([-0.5, -0.25, 0.0, 0.125, -0.375])
    found = jackknife(values.reshape(-1, 1), statistic=mean)
    theirs = ttest_1samp(values, 0)
    interval = theirs.confidence_interval(0.95)
    assert found.estimate == pytest.approx(-1 / 5)
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert found.p_zero == pytest.approx(theirs.pvalue)


def test_the_jackknife_of_a_ratio_leaves_out_one_bug_at_a_time() -> None:
    columns = np.array([[1.0, 2.0], [2.0, 3.0], [4.0, 5.0]])
    left_out = [6 / 8, 5 / 7, 3 / 5]
    spread = sum((theta - np.mean(left_out)) ** 2 for theta in left_out)
    found = jackknife(columns, statistic=ratio)
    assert found.estimate == pytest.approx(7 / 10)
    assert found.standard_error == pytest.approx((2 / 3 * spread) ** 0.5)


def test_one_bug_has_no_interval() -> None:
    found = jackknife(np.array([[0.5]]), statistic=mean)
    assert (found.estimate, found.low, found.high, found.units) == (0.5, None, None, 1)


def test_no_bug_has_no_estimate() -> None:
    assert jackknife(np.empty((0, 2)), statistic=ratio).estimate is None


def test_an_undefined_figure_is_none() -> None:
    found = jackknife(np.array([[1.0, 0.0], [2.0, 0.0]]), statistic=ratio)
    assert (found.estimate, found.low, found.units) == (None, None, 2)


def test_a_figure_that_hangs_on_one_bug_has_no_interval() -> None:
    found = jackknife(np.array([[1.0, 0.0], [2.0, 1.0]]), statistic=ratio)
    assert (found.estimate, found.low) == (3.0, None)


def test_bugs_that_agree_still_leave_room_for_one_that_does_not() -> None:
    found = jackknife(np.full((20, 1), 0.1), statistic=mean, span=1.0)
    reach = 1 - 0.025 ** (1 / 20)
    assert found.low == pytest.approx(0.1 - reach)
    assert found.high == pytest.approx(0.1 + reach)


def test_bugs_that_agree_on_an_unbounded_figure_have_no_interval() -> None:
    assert jackknife(np.full((20, 1), 0.1), statistic=mean).low is None


def test_a_skewed_figure_gets_a_longer_interval() -> None:
    values = np.array([[0.0]] * 18 + [[0.01], [1.0]])
    plain, careful = (jackknife(values, statistic=mean, skewed=skewed) for skewed in (False, True))
    assert careful.high > plain.high
    assert careful.estimate == plain.estimate
