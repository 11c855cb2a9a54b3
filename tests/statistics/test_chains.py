"""Life tables of chains, and the echo of a failed turn."""

from __future__ import annotations

import pytest

from reroll.errors import StatisticsError
from reroll.statistics.chains import Chain, life_table, self_echo
from reroll.statistics.passk import pass_at_k

CHAINS = [(1, True)] * 3 + [(2, True)] * 2 + [(3, True)] + [(4, False)] * 4


def test_the_life_table_of_the_example() -> None:
    rows = life_table(CHAINS)
    assert [row.hazard for row in rows] == pytest.approx([3 / 10, 2 / 7, 1 / 5, 0])
    assert [row.cumulative for row in rows] == pytest.approx([3 / 10, 1 / 2, 3 / 5, 3 / 5])


def test_a_chain_that_ended_early_leaves_the_risk_set() -> None:
    rows = life_table([(1, False), (2, True), (2, False)])
    assert [row.at_risk for row in rows] == [3, 2]
    assert rows[1].cumulative == pytest.approx(1 / 2)


def test_a_chain_that_stopped_for_good_is_never_solved() -> None:
    rows = life_table([Chain(1, False, stopped=True), Chain(2, True), Chain(2, False)])
    assert [(row.at_risk, row.solved, row.stopped) for row in rows] == [(3, 0, 1), (2, 1, 0)]
    assert rows[1].cumulative == pytest.approx(1 / 3)


def test_no_chain_has_no_table() -> None:
    assert life_table([]) == ()


def test_a_chain_without_a_turn_is_refused() -> None:
    with pytest.raises(StatisticsError, match="at least one turn"):
        life_table([(0, False)])


def test_pass_at_p_counts_chains() -> None:
    assert pass_at_k(len(CHAINS), sum(fixed for _, fixed in CHAINS), k=2) == pytest.approx(1 - 12 / 90)


def test_self_echo_counts_turns_that_repeat_the_failed_strategy() -> None:
    assert self_echo([["a", "a", "b"], ["a", None, "a"], ["c", "c"]]) == pytest.approx(2 / 3)


def test_self_echo_needs_a_turn_after_a_failure() -> None:
    assert self_echo([["a"], ["b", None]]) is None
