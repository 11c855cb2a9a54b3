"""Bugs that depend on each other: the group is then the unit of intervals and of tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reroll.errors import UsageError
from reroll.report.compare import compare
from reroll.statistics.intervals import jackknife, mean, ratio
from reroll.statistics.population import Population
from reroll.statistics.significance import Exchange, exchange_tests

ROWS = np.array([[0.0, 1.0], [0.5, 1.5], [0.25, 1.0], [1.0, 2.0], [0.125, 1.25]])


@given(
    values=st.lists(st.floats(0, 1), min_size=3, max_size=12, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_groups_of_one_change_nothing(values: list[float], order: Any) -> None:
    columns = np.array(values).reshape(-1, 1)
    labels = list(range(len(values)))
    order.shuffle(labels)
    alone = jackknife(columns, statistic=mean)
    grouped = jackknife(columns, statistic=mean, groups=np.array(labels))
    assert (grouped.low, grouped.high) == pytest.approx((alone.low, alone.high))


def test_copies_of_a_bug_add_no_certainty() -> None:
    copies, labels = np.repeat(ROWS, 4, axis=0), np.repeat(np.arange(5), 4)
    once = jackknife(ROWS, statistic=ratio)
    found = jackknife(copies, statistic=ratio, groups=labels)
    assert (found.low, found.high) == pytest.approx((once.low, once.high))
    assert (found.units, found.groups, found.independent) == (20, 5, 5)
    assert jackknife(copies, statistic=ratio).high < found.high


def test_groups_of_different_size_follow_the_published_formula() -> None:
    values, labels = np.array([0.1, 0.3, 0.9, 0.4, 0.6, 0.2]), np.array([0, 0, 1, 1, 1, 2])
    total, parts = len(values), [values[labels == group] for group in range(3)]
    without = [values[labels != group].mean() for group in range(3)]
    centre = 3 * values.mean() - sum((1 - len(p) / total) * w for p, w in zip(parts, without, strict=True))
    variance = 0.0
    for part, left in zip(parts, without, strict=True):
        share = total / len(part)
        variance += (share * values.mean() - (share - 1) * left - centre) ** 2 / (share - 1) / 3
    found = jackknife(values.reshape(-1, 1), statistic=mean, groups=labels)
    assert found.standard_error == pytest.approx(variance**0.5)


def test_one_group_has_no_interval() -> None:
    assert jackknife(ROWS, statistic=mean, groups=np.zeros(5, dtype=np.int64)).low is None


def test_a_group_is_flipped_as_one() -> None:
    after = np.array([-1 / 2, -1 / 4, 0, 1 / 8, -3 / 8]).reshape(-1, 1)
    copies = np.repeat(after, 3, axis=0)
    test = Exchange(before=np.zeros_like(copies), after=copies, statistic=lambda means: means[..., 0])
    assert exchange_tests([test], groups=np.repeat(np.arange(5), 3)) == [pytest.approx(1 / 4)]


def test_dependent_bugs_widen_the_interval_of_a_comparison() -> None:
    """Bugs come in fours that differ by their attempts alone, as those of one repository might."""
    pairs = Population(kappa=2.0).draw(25, attempts=32, seed=3)
    arms = [
        [replace(pair[arm], bug=f"{pair[arm].bug}-{copy}") for pair in pairs for copy in range(4)]
        for arm in (0, 1)
    ]
    groups = {tally.bug: tally.bug.rpartition("-")[0] for tally in arms[0]}
    loose, tied = compare(*arms, flips=500), compare(*arms, groups=groups, flips=500)
    metric, wide = loose.metrics["pass@1"], tied.metrics["pass@1"]
    assert wide.delta == metric.delta
    assert wide.high - wide.low > 1.8 * (metric.high - metric.low)
    assert "The 100 bugs are 25 groups, the units of intervals and tests" in tied.notes


def test_few_groups_are_no_evidence_however_many_the_bugs() -> None:
    pairs = Population(kappa=4.0).draw(100, attempts=32, seed=3)
    groups = {before.bug: str(number % 5) for number, (before, _) in enumerate(pairs)}
    found = compare([x for x, _ in pairs], [y for _, y in pairs], groups=groups, flips=500)
    assert found.verdict == "inconclusive"


def test_groups_come_from_tags_and_unknown_ones_are_refused() -> None:
    from types import SimpleNamespace

    import pandas as pd

    from reroll.report.from_run import groups_of

    bugs = pd.DataFrame({"bug": ["s/a", "s/b", "s/c"], "tags": [["repo:x"], ["repo:x", "guard"], []]})
    run: Any = SimpleNamespace(bugs=bugs, name="r")
    assert groups_of(run, "repo") == {"s/a": "x", "s/b": "x"}
    with pytest.raises(UsageError, match="No bug of run 'r' has a tag 'owner:NAME': tags name repo"):
        groups_of(run, "owner")
