"""Selection without an oracle, over bugs."""

from __future__ import annotations

import pytest

from reroll.report.selection import Pool, selection

POOLS = [
    Pool(bug="s/a", attempts=8, visible=5, fixed=3, clusters=[(3, True), (2, False), (3, False)]),
    Pool(bug="s/b", attempts=8, visible=0, fixed=0, clusters=[(8, False)]),
]


def test_selection_stands_beside_pass_at_k() -> None:
    found = selection(POOLS, ks=(3,))[0]
    assert found.selected.estimate == pytest.approx(33 / 56 / 2)
    assert found.false_fix.estimate == pytest.approx(11 / 28 / 2)
    assert found.oracle.estimate > found.selected.estimate
    assert found.oracle.low < found.oracle.estimate < found.oracle.high


def test_a_budget_beyond_all_attempts_is_left_out() -> None:
    assert [row.k for row in selection(POOLS, ks=(1, 8, 16))] == [1, 8]


def test_unknown_behaviours_have_no_majority() -> None:
    found = selection([Pool(bug="s/a", attempts=4, visible=2, fixed=1)], ks=(2,))[0]
    assert found.majority.estimate is None
    assert found.selected.estimate > 0


def test_all_attempts_together_elect_the_largest_cluster() -> None:
    assert selection(POOLS[:1], ks=(8,))[0].majority.estimate == pytest.approx(1 / 2)
