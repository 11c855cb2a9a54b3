"""The overview: means over bugs, the table of bugs, and what is left out."""

from typing import Any

import pytest

from reroll.records import Tally
from reroll.report.site.overview import overview, within
from reroll.report.view import Estimate, RunView
from reroll.statistics.intervals import Interval


def tally(
    bug: str,
    correct: int,
    *,
    attempts: int = 16,
    part: str = "id",
    strategies: dict[str, int] | None = None,
    invalid: int = 0,
) -> Any:
    found = {"c-1": correct} if strategies is None and correct else strategies or {}
    return Tally(bug=bug, slice=part, attempts=attempts, correct=correct, strategies=found, invalid=invalid)


def curve(view: RunView, metric: str, checkpoint: str = "a", part: str = "id") -> Any:
    return next(
        c for c in view.curves if (c.metric, c.checkpoint, c.slice) == (metric, checkpoint, part)
    ).points


def test_curves_are_means_over_bugs() -> None:
    view = overview({"a": [tally("s/1", 0), tally("s/2", 3), tally("s/3", 8), tally("s/4", 16)]}, name="r")
    values = {k: estimate.value for k, estimate in curve(view, "pass@k").items()}
    assert values == pytest.approx({1: 27 / 64, 2: 127 / 240, 4: 935 / 1456, 8: 18661 / 25740, 16: 3 / 4})


def test_a_curve_ends_where_one_bug_has_no_more_attempts() -> None:
    view = overview({"a": [tally("s/1", 1, attempts=16), tally("s/2", 1, attempts=5)]}, name="r")
    assert sorted(curve(view, "pass@k")) == [1, 2, 4]


def test_a_bug_without_counted_attempts_is_in_the_table_and_in_no_mean() -> None:
    view = overview({"a": [tally("s/1", 8), tally("s/2", 0, attempts=0, invalid=4)]}, name="r")
    assert curve(view, "pass@k")[1].value == 0.5
    assert [bug.id for bug in view.bugs] == ["s/1", "s/2"]
    assert view.invalid == 4


def test_intervals_stay_within_what_a_share_can_be() -> None:
    wide = Interval(estimate=0.9, low=-0.1, high=1.2, standard_error=0.3, p_zero=0.01, units=4)
    assert within(wide, least=0.0, most=1.0) == Estimate(value=0.9, low=0.0, high=1.0)


def test_one_bug_has_no_interval() -> None:
    point = curve(overview({"a": [tally("s/1", 8)]}, name="r"), "pass@k")[1]
    assert (point.value, point.low, point.high) == (0.5, None, None)


def test_bugs_that_agree_are_no_certainty() -> None:
    point = curve(overview({"a": [tally(f"s/{n}", 16) for n in range(9)]}, name="r"), "pass@k")[16]
    assert point.value == 1.0
    assert point.low < 0.7


def test_the_slices_are_pooled_where_there_are_several() -> None:
    view = overview(
        {"a": [tally("s/1", 1), tally("s/2", 1, part="ood"), tally("s/3", 1, part="new")]}, name="r"
    )
    assert view.slices == ("all", "id", "ood", "new")


def test_a_single_slice_stands_alone() -> None:
    assert overview({"a": [tally("s/1", 1)]}, name="r").slices == ("id",)


def test_a_row_says_which_strategies_were_gained_and_lost() -> None:
    before = tally("s/1", 3, strategies={"c-1": 2, "c-2": 1})
    after = tally("s/1", 3, strategies={"c-1": 2, "c-3": 1})
    count = overview({"a": [before], "b": [after]}, name="r").bugs[0].counts["b"]
    assert (count.gained, count.lost, count.strategies) == (1, 1, 2)


@pytest.mark.parametrize(
    ("before", "after", "change"), [(0, 1, "gained"), (1, 0, "lost"), (1, 2, ""), (0, 0, "")]
)
def test_a_row_says_whether_the_bug_was_gained_or_lost(before: int, after: int, change: str) -> None:
    view = overview({"a": [tally("s/1", before)], "b": [tally("s/1", after)]}, name="r")
    assert view.bugs[0].change == change


def test_one_checkpoint_says_what_retries_buy_and_what_an_answer_needs() -> None:
    bugs = [tally(f"s/{number}", number) for number in range(9)]
    note = overview({"a": bugs}, name="r").notes[0]
    assert note.startswith("One checkpoint, so nothing to compare it with. 16 attempts fix 89 % of the bugs")
    assert overview({"a": bugs, "b": bugs}, name="r").notes == ()
