"""Intervals of changes of prices: a test on the log scale, inverted."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import t as student

from reroll.statistics.intervals import jackknife, ratio
from reroll.statistics.inversion import positive_change

ROWS = np.array([[4.0, 0.9, 3.0, 1.0], [9.0, 0.5, 8.0, 0.6], [2.0, 1.0, 2.0, 1.0], [15.0, 0.1, 16.0, 0.2]])
"""Attempts and fixes of four bugs, before and after."""
BUGS = st.lists(
    st.tuples(*[st.floats(1, 16), st.floats(0.1, 1)] * 2), min_size=3, max_size=12, unique=True
).map(np.array)


def _log_ratio(means: np.ndarray) -> np.ndarray:
    return np.log(means[..., 2] / means[..., 3]) - np.log(means[..., 0] / means[..., 1])


def test_the_estimate_is_the_plain_difference() -> None:
    found = positive_change(ROWS, figure=ratio)
    before, after = (ROWS[:, at].sum() / ROWS[:, at + 1].sum() for at in (0, 2))
    assert found.estimate == pytest.approx(after - before)
    assert found.low < found.estimate < found.high


def test_at_its_ends_a_change_is_as_far_from_the_data_as_t_allows() -> None:
    found = positive_change(ROWS, figure=ratio)

    def contradiction(rows: np.ndarray, change: float) -> float:
        before, after = (rows[:, at].sum() / rows[:, at + 1].sum() for at in (0, 2))
        return np.log(after / before) - 2 * np.arcsinh(change / (2 * np.sqrt(before * after)))

    for end in (found.low, found.high):
        left_out = [contradiction(np.delete(ROWS, bug, axis=0), end) for bug in range(4)]
        error = np.sqrt(3 / 4 * sum((value - np.mean(left_out)) ** 2 for value in left_out))
        assert abs(contradiction(ROWS, end)) / error == pytest.approx(student.ppf(0.975, 3), rel=1e-6)


@example(rows=np.array([(1.0, 0.25, 1.0, 1.0), (1.0, 0.125, 1.0, 1.0), (3.0, 0.125, 5.0, 1.0)]))
@given(rows=BUGS)
def test_it_excludes_zero_just_where_the_log_ratio_does(rows: np.ndarray) -> None:
    found, plain = positive_change(rows, figure=ratio), jackknife(rows, statistic=_log_ratio)
    if found.low is not None and plain.low is not None and min(abs(plain.low), abs(plain.high)) > 1e-6:
        assert (found.low < 0 < found.high) == (plain.low < 0 < plain.high)
        assert found.p_zero == pytest.approx(plain.p_zero, abs=1e-9)


@given(rows=BUGS)
def test_exchanging_the_arms_mirrors_it(rows: np.ndarray) -> None:
    found = positive_change(rows, figure=ratio)
    mirrored = positive_change(rows[:, [2, 3, 0, 1]], figure=ratio)
    if found.low is not None:
        assert (-mirrored.high, -mirrored.low) == pytest.approx((found.low, found.high), rel=1e-6, abs=1e-9)


def test_another_unit_of_price_only_scales_it() -> None:
    tokens = ROWS * [1000, 1, 1000, 1]
    one, thousand = (positive_change(rows, figure=ratio) for rows in (ROWS, tokens))
    assert thousand.low == pytest.approx(1000 * one.low)
    assert thousand.high == pytest.approx(1000 * one.high)


def test_copies_of_a_bug_in_one_group_add_no_certainty() -> None:
    copies, groups = np.repeat(ROWS, 3, axis=0), np.repeat(np.arange(4), 3)
    once, found = positive_change(ROWS, figure=ratio), positive_change(copies, figure=ratio, groups=groups)
    assert (found.low, found.high) == pytest.approx((once.low, once.high))


def test_a_figure_that_is_not_positive_has_no_interval() -> None:
    rows = ROWS * [0.0, 1, 1, 1]
    assert positive_change(rows, figure=ratio).low is None


def test_no_bug_and_one_bug_are_as_undefined_as_anywhere() -> None:
    assert positive_change(np.empty((0, 4)), figure=ratio).estimate is None
    assert positive_change(ROWS[:1], figure=ratio).low is None


def test_the_statistics_import_without_the_heavy_parts_of_scipy() -> None:
    """They cost most of a second, on the start of every command that needs a figure."""
    code = (
        "import sys, reroll.report.compare, reroll.report.site.overview, reroll.statistics.power; "
        "sys.exit(bool({'scipy.stats', 'scipy.optimize'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
