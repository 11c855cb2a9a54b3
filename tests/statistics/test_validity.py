"""Agreement of partitions, and the correction of the echo rate."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reroll.errors import StatisticsError
from reroll.statistics.validity import ErrorRates, agreement, corrected_echo

labels = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8)


def test_agreement_of_the_example() -> None:
    found = agreement([1, 1, 1, 2, 2, 3], [1, 1, 2, 2, 2, 3])
    assert (found.precision, found.recall, found.f1) == (1 / 2, 1 / 2, 1 / 2)
    assert found.adjusted_rand == pytest.approx(7 / 22)


@given(labels)
def test_pairwise_figures_count_pairs(rows: list[Any]) -> None:
    pairs = list(combinations(rows, 2))
    true = {pair for pair in range(len(pairs)) if pairs[pair][0][0] == pairs[pair][1][0]}
    said = {pair for pair in range(len(pairs)) if pairs[pair][0][1] == pairs[pair][1][1]}
    found = agreement([t for t, _ in rows], [p for _, p in rows])
    assert found.precision == (pytest.approx(len(true & said) / len(said)) if said else None)
    assert found.recall == (pytest.approx(len(true & said) / len(true)) if true else None)
    apart = len(pairs) - len(true)
    assert found.false_merges == (pytest.approx(len(said - true) / apart) if apart else None)


@given(labels)
def test_b_cubed_averages_over_items(rows: list[Any]) -> None:
    found = agreement([t for t, _ in rows], [p for _, p in rows])
    shares = [sum(t == u for u, q in rows if q == p) / sum(q == p for _, q in rows) for t, p in rows]
    assert found.b_cubed_precision == pytest.approx(sum(shares) / len(shares))


def test_equal_partitions_agree_fully_under_any_names() -> None:
    found = agreement(["a", "a", "b"], [7, 7, 1])
    assert (found.f1, found.b_cubed_precision, found.b_cubed_recall, found.adjusted_rand) == (1, 1, 1, 1)


def test_trivial_partitions_that_are_equal_agree() -> None:
    assert agreement([1, 1, 1], [2, 2, 2]).adjusted_rand == 1
    assert agreement([1, 2, 3], [3, 2, 1]).adjusted_rand == 1
    assert agreement([1, 2, 3], [3, 2, 1]).f1 is None


def test_partitions_of_other_items_are_refused() -> None:
    with pytest.raises(StatisticsError, match="not 2 and 1"):
        agreement([1, 2], [1])


def test_the_corrected_echo_of_the_example() -> None:
    assert corrected_echo(0.45, ErrorRates(recall=0.8, false_merges=0.1)) == pytest.approx(0.5)


def test_the_corrected_echo_stays_a_probability() -> None:
    rates = ErrorRates(recall=0.8, false_merges=0.1)
    assert (corrected_echo(0.05, rates), corrected_echo(0.95, rates)) == (0, 1)


def test_clusters_that_tell_nothing_are_refused() -> None:
    with pytest.raises(StatisticsError, match="tell nothing"):
        ErrorRates(recall=0.2, false_merges=0.3)
