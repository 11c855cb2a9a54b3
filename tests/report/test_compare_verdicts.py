"""The verdict, on tallies constructed to deserve each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reroll.records import Tally
from reroll.report.compare import compare
from reroll.report.grains import disagreement, with_grains
from reroll.report.numerals import number
from reroll.report.verdicts import loss
from reroll.report.words import answer, lines, rows
from reroll.statistics.intervals import Interval


def arm(*kinds: Sequence[int], bugs: int = 120, n: int = 32) -> list[Tally]:
    """Return an arm of `bugs` bugs; kind i % len(kinds) has the counts by strategy of bug i."""
    return [
        Tally(
            bug=f"s/{i}",
            slice="id",
            attempts=n,
            correct=sum(kinds[i % len(kinds)]),
            strategies={f"c-{j}": x for j, x in enumerate(kinds[i % len(kinds)]) if x},
        )
        for i in range(bugs)
    ]


EVEN = ([4, 4], [3, 3, 2], [1, 1], [6, 6])
SAME = ([4, 4], [2, 3, 3], [1, 1], [6, 6])
NARROW = ([8], [8], [2], [12])
LOCKED = ([24], [28], [], [32])


def test_unchanged_retries_still_pay() -> None:
    found = compare(arm(*EVEN, bugs=200), arm(*SAME, bugs=200))
    assert found.verdict == "still pays"
    assert found.sentence.startswith("Retries still pay with after")


def test_fewer_strategies_at_the_same_accuracy_pay_less() -> None:
    found = compare(arm(*EVEN), arm(*NARROW), before_name="base", after_name="sd")
    assert found.metrics["pass@16"].delta == 0
    assert found.verdict == "pays less"
    assert "four fixes of one bug show 1.00 strategies instead of" in found.sentence


def test_more_at_first_and_less_at_last_locks_in() -> None:
    found = compare(arm(*EVEN), arm(*LOCKED), after_name="sd")
    assert found.verdict == "locks in"
    assert found.sentence.startswith("sd locks in: one attempt fixes more (pass@1 0.23 → ")


def test_fewer_rescued_failures_pay_less_whatever_the_strategies() -> None:
    before = [replace(t, strategies={}) for t in arm([8], [2], [1], [0])]
    after = [replace(t, strategies={}) for t in arm([8], [0], [0], [0])]
    found = compare(before, after)
    assert found.verdict == "pays less"
    assert found.sentence.startswith("Retries pay far less with after: fifteen retries rescue")


def test_few_bugs_are_inconclusive_and_say_how_many_would_do() -> None:
    before, after = arm(*EVEN, bugs=8), arm([8], [3, 3, 2], [1, 1], [6, 6], bugs=8)
    found = compare(before, after)
    assert found.verdict == "inconclusive"
    assert any("bugs like these would settle it, 8 were run" in note for note in found.notes)


def test_too_few_fixes_name_the_attempts_that_would_do() -> None:
    found = compare(arm([1, 1], bugs=30, n=16), arm([1, 1], bugs=30, n=16))
    assert found.verdict == "inconclusive"
    assert any("about 40 attempts per bug would do" in note for note in found.notes)


def test_five_bugs_are_never_evidence() -> None:
    assert compare(arm(*EVEN, bugs=5), arm(*NARROW, bugs=5)).verdict == "inconclusive"


def test_retries_that_buy_nothing_do_not_still_pay() -> None:
    perfect = arm([16, 16])
    assert compare(perfect, perfect).verdict == "inconclusive"


def test_more_strategies_are_no_loss() -> None:
    assert compare(arm(*NARROW), arm(*EVEN)).verdict == "still pays"


@pytest.mark.parametrize(
    ("low", "high", "size"),
    [(-0.16, -0.05, "slight"), (-0.6, -0.05, "unsure"), (-0.6, -0.12, "moderate"), (-0.7, -0.55, "large")],
)
def test_a_loss_is_measured_by_the_margin(low: float, high: float, size: str) -> None:
    fall = Interval(estimate=(low + high) / 2, low=low, high=high, standard_error=0.1, p_zero=0.01, units=40)
    assert loss(fall, margin=0.1) == size


def test_a_slight_loss_is_told_as_one() -> None:
    found = compare(arm([4, 4], bugs=200), arm(*[[4, 4]] * 9, [8], bugs=200))
    assert (found.verdict, found.size) == ("pays less", "slight")
    assert found.sentence.startswith("Retries pay slightly less with after: ")
    assert "0.1 is the least that matters" in found.sentence


def test_only_losses_have_a_size() -> None:
    assert compare(arm(*EVEN, bugs=200), arm(*SAME, bugs=200)).size == ""


def test_what_stays_is_not_told_as_a_move() -> None:
    assert "pass@16 stays at" in compare(arm(*EVEN), arm(*NARROW)).sentence


def test_grains_that_disagree_are_noted() -> None:
    coarse = compare(arm(*EVEN, bugs=200), arm(*SAME, bugs=200))
    fine = compare(arm(*EVEN, bugs=200), arm(*NARROW, bugs=200), grain="fine")
    note = disagreement(coarse, fine)
    assert "'still pays' at the coarse grain and 'pays less' at the fine grain" in note
    assert with_grains(coarse, fine).notes[-1] == note


def test_figures_that_go_opposite_ways_are_noted() -> None:
    coarse, fine = compare(arm(*EVEN), arm(*NARROW)), compare(arm(*NARROW), arm(*EVEN), grain="fine")
    assert "D_4 changes by −" in disagreement(coarse, fine)


def test_grains_that_agree_leave_no_note() -> None:
    coarse = compare(arm(*EVEN), arm(*NARROW))
    assert with_grains(coarse, replace(coarse, grain="fine")) == coarse


def test_the_answer_names_slice_checkpoints_and_verdict() -> None:
    found = compare(arm(*EVEN), arm(*NARROW), before_name="base", after_name="sd", slice="id")
    assert answer([found])[0].startswith(
        "In distribution, base → sd (120 bugs): pays less · large. Retries pay far"
    )


def test_the_table_marks_the_primary_endpoint() -> None:
    table = {row.figure: row for row in rows(compare(arm(*EVEN), arm(*NARROW)))}
    assert table["D_4 *"].p_adjusted == "primary"
    assert table["D_4 *"].change.startswith("−")
    assert table["tokens_per_fix"].before == "–"


def test_the_text_has_answer_table_and_notes() -> None:
    text = "\n".join(lines(compare(arm(*EVEN), arm(*NARROW))))
    for part in (
        "pays less · large:",
        "95 % interval",
        "Bugs gained 0, lost 0.",
        "from concentration",
        "Attempt 16 adds",
        "Note: ",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.12345, "0.123"), (-1.5, "−1.50"), (12.34, "12.3"), (1234.5, "1234"), (0.9996, "1.00")],
)
def test_numbers_have_the_digits_they_deserve(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_loss_of_strategies_alone_says_that_the_fixes_are_kept() -> None:
    found = compare(arm(*EVEN, bugs=200), arm(*NARROW, bugs=200), after_name="sd")
    told = "Retries pay far less with sd: as many of the failures rescued, in fewer ways. Four fixes"
    assert found.sentence.startswith(told)


def test_a_change_that_is_clear_of_zero_never_reads_as_if_it_reached_it() -> None:
    found = compare(arm([4, 4], bugs=300), arm(*[[4, 4]] * 39, [8], bugs=300), after_name="sd")
    metric = found.metrics["D_4"]
    assert metric.high is not None
    assert -0.005 < metric.high < 0
    assert "to 0.00" not in found.sentence


def test_where_nothing_was_fixed_it_says_just_that() -> None:
    nothing = arm([0])
    told = compare(nothing, nothing, after_name="sd").sentence
    assert told == "Not decided for sd: sixteen attempts fixed nothing, before or after."
