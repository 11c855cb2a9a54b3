"""The page of a bug, as data: counted from its attempts, correct strategies first."""

from dataclasses import replace
from typing import Any

BUG = "made/median-000"


def test_shares_of_correct_strategies_sum_to_one(run: Any) -> None:
    found = run.details(BUG)
    for name in found.checkpoints:
        shares = [s.shares[name].fraction for s in found.strategies if s.correct and name in s.shares]
        assert abs(sum(shares) - 1) < 1e-9


def test_counts_agree_with_the_tally(run: Any) -> None:
    found = run.details(BUG)
    for name, tallies in run.tallies.items():
        tally = next(t for t in tallies if t.bug == BUG)
        count = found.counts[name]
        assert (count.attempts, count.correct, count.invalid) == (
            tally.attempts,
            tally.correct,
            tally.invalid,
        )
        assert count.strategies == len(tally.strategies)


def test_strategies_that_fix_come_first(run: Any) -> None:
    correct = [strategy.correct for strategy in run.details(BUG).strategies]
    assert correct == sorted(correct, reverse=True)


def test_a_strategy_is_lost_where_only_the_first_checkpoint_has_it(run: Any) -> None:
    for bug in run.bugs:
        for strategy in run.details(bug).strategies:
            for name, change in strategy.change.items():
                used = name in strategy.shares and strategy.shares[name].correct > 0
                assert change == ("gained" if used else "lost")


def test_visible_tests_come_first(run: Any) -> None:
    tests = run.details(BUG).tests
    assert [test.split("/")[0] for test in tests] == ["visible", "visible", "hidden", "hidden"]


def test_completions_are_few_and_from_every_checkpoint(run: Any) -> None:
    strategy = run.details(BUG).strategies[0]
    for name in strategy.shares:
        shown = [c for c in strategy.completions if c.checkpoint == name]
        assert 1 <= len(shown) <= 3


def test_completions_can_be_left_out(run: Any) -> None:
    from reroll.report.site.details import details

    bug = run.bugs[BUG]
    rows = run.attempts[run.attempts["bug"] == BUG]
    found = details(
        bug, rows, checkpoints=list(run.tallies), strategies=run.strategies, patches={}, outcomes={}
    )
    assert all(not s.completions and not s.diff for s in found.strategies)


def test_the_fine_grain_is_shown_where_it_is_asked_for(run: Any) -> None:
    assert {s.grain for s in run.details(BUG, grain="fine").strategies} == {"fine"}


def test_a_source_too_long_for_a_page_is_named_with_its_lines(make: Any) -> None:
    run = make(bugs=1, attempts=4)
    (name, bug), *_ = run.bugs.items()
    run.bugs[name] = replace(bug, source={"median.py": "x = 1\n" * 4000})
    found = run.details(name)
    assert (found.source, found.withheld) == ({}, {"median.py": 4000})
