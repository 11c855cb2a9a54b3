"""Comparison at equal pass@1."""

from __future__ import annotations

from reroll.records import Tally
from reroll.report.matching import compare_matched, match, matches


def arm(correct: int, *, bugs: int = 20) -> list[Tally]:
    return [
        Tally(bug=f"s/{i}", slice="id", attempts=20, correct=correct, strategies={"c-0": correct})
        for i in range(bugs)
    ]


STEPS = {"base": arm(4), "rl-10": arm(8), "rl-20": arm(12), "sd": arm(12)}


def test_the_closest_checkpoint_is_found() -> None:
    found = match(STEPS, "sd")
    assert (found.closest, found.matched) == ("rl-20", True)
    assert "same pass@1" in found.sentence


def test_matched_checkpoints_are_compared() -> None:
    found, comparison = compare_matched(STEPS, "sd", among=["rl-10", "rl-20"])
    assert (comparison.before, comparison.after) == ("rl-20", "sd")
    assert comparison.metrics["pass@1"].delta == 0
    assert comparison.notes[0] == found.sentence


def test_what_cannot_be_matched_is_said() -> None:
    found, comparison = compare_matched(STEPS, "sd", among=["base", "rl-10"])
    assert comparison is None
    assert found.sentence == "sd cannot be matched: rl-10 is closest in pass@1, 0.400 and 0.600"


def test_no_bug_in_common_cannot_be_matched() -> None:
    found = match({"sd": arm(3), "other": []}, "sd")
    assert found.closest is None
    assert "no other checkpoint tried the same bugs" in found.sentence


def test_every_checkpoint_but_the_base_is_matched_and_no_pair_twice() -> None:
    found = matches(STEPS)
    assert [(one.checkpoint, one.matched) for one, _ in found] == [("rl-10", False), ("rl-20", True)]
    assert found[1][0].closest == "sd"
    assert [comparison is not None for _, comparison in found] == [False, True]
