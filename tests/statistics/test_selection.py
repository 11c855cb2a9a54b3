"""Picking one attempt without an oracle."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reroll.errors import StatisticsError
from reroll.statistics.passk import pass_at_k
from reroll.statistics.selection import best_at_k, majority_at_k, selected_at_k


def test_a_choice_among_visible_passes() -> None:
    assert selected_at_k(8, 5, hidden=3, k=3) == pytest.approx((33 / 56, 11 / 28))
    assert pass_at_k(8, 4, k=3) == pytest.approx(13 / 14)


def test_nothing_visible_is_nothing_selected() -> None:
    assert selected_at_k(8, 0, hidden=0, k=3) == (0, 0)
    assert selected_at_k(8, 5, hidden=3, k=9) is None


@given(kinds=st.lists(st.sampled_from(["none", "false", "fix"]), min_size=1, max_size=7), k=st.integers(1, 7))
def test_selection_averages_over_all_subsets(kinds: list[str], k: int) -> None:
    if k <= len(kinds):
        chances = []
        for subset in combinations(kinds, k):
            offered = [kind for kind in subset if kind != "none"]
            chances.append(offered.count("fix") / len(offered) if offered else 0)
        visible = len(kinds) - kinds.count("none")
        found = selected_at_k(len(kinds), visible, hidden=kinds.count("fix"), k=k)
        assert found.fixed == pytest.approx(sum(chances) / len(chances))


def test_the_best_score_wins_and_ties_are_shared() -> None:
    assert best_at_k([9, 7, 7, 5, 5, 1], [True, False, True, True, False, False], k=2) == pytest.approx(2 / 3)
    assert best_at_k([1], [True], k=2) is None


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=6), k=st.integers(1, 6)
)
def test_best_at_k_averages_over_all_subsets(rows: list[Any], k: int) -> None:
    if k <= len(rows):
        chances = []
        for subset in combinations(rows, k):
            top = [fixed for score, fixed in subset if score == max(s for s, _ in subset)]
            chances.append(sum(top) / len(top))
        found = best_at_k([score for score, _ in rows], [fixed for _, fixed in rows], k=k)
        assert found == pytest.approx(sum(chances) / len(chances))


def test_the_majority_of_the_example() -> None:
    assert majority_at_k([3, 2, 1], [True, False, False], k=3) == pytest.approx(3 / 5)
    assert pass_at_k(6, 3, k=3) == pytest.approx(19 / 20)


@given(
    clusters=st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=4),
    k=st.integers(1, 8),
)
def test_the_majority_averages_over_all_subsets(clusters: list[tuple[int, bool]], k: int) -> None:
    attempts = [number for number, (size, _) in enumerate(clusters) for _ in range(size)]
    if k <= len(attempts):
        chances = []
        for subset in combinations(attempts, k):
            votes = Counter(subset)
            top = [clusters[number][1] for number, count in votes.items() if count == max(votes.values())]
            chances.append(sum(top) / len(top))
        found = majority_at_k([size for size, _ in clusters], [fixed for _, fixed in clusters], k=k)
        assert found == pytest.approx(sum(chances) / len(chances))


def test_a_hundred_attempts_are_counted_as_a_simulation_finds() -> None:
    sizes = [30, 20, *([1] * 50)]
    random, won = np.random.default_rng(0), 0.0
    for _ in range(2000):
        votes = random.multivariate_hypergeometric(sizes, 16)
        won += (votes[0] == votes.max()) / np.count_nonzero(votes == votes.max())
    found = majority_at_k(sizes, [True] + [False] * 51, k=16)
    assert found == pytest.approx(won / 2000, abs=0.04)


@pytest.mark.parametrize(("sizes", "k"), [([5, 3, 3, 1, 1], 6), ([3000, 2000, 1000], 150)])
def test_a_majority_of_fixes_alone_is_certain_to_win(sizes: list[int], k: int) -> None:
    assert majority_at_k(sizes, [True] * len(sizes), k=k) == pytest.approx(1, rel=1e-12)


def test_clusters_and_verdicts_must_match() -> None:
    with pytest.raises(StatisticsError, match="2 clusters but 1 verdicts"):
        majority_at_k([1, 2], [True], k=1)
