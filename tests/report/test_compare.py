"""The comparison of two checkpoints, from tallies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reroll.errors import StatisticsError, UsageError
from reroll.records import Tally
from reroll.report.compare import compare, compare_checkpoints, document, to_json
from reroll.statistics.passk import pass_at_k
from reroll.statistics.population import Population
from reroll.statistics.validity import ErrorRates


def bug(name: str, n: int, counts: Sequence[int] = (), *, part: str = "id", **more: Any) -> Tally:
    strategies = {f"c-{number}": count for number, count in enumerate(counts) if count}
    return Tally(bug=f"s/{name}", slice=part, attempts=n, correct=sum(counts), strategies=strategies, **more)


def study(
    bugs: int = 60, *, kappa: float = 4.0, attempts: int = 32, seed: int = 0
) -> tuple[list[Tally], list[Tally]]:
    pairs = Population(kappa=kappa).draw(bugs, attempts=attempts, seed=seed)
    return [before for before, _ in pairs], [after for _, after in pairs]


def test_every_figure_of_the_table_is_there() -> None:
    metrics = compare(*study()).metrics
    names = """pass@1 pass@2 pass@4 pass@8 pass@16 retry_gain rescued_fraction effective_retries C_16 D_4 echo
        discovery tilt_A dist2 overlap attempts_per_fix tokens_per_fix seconds_per_fix"""
    assert set(names.split()) <= set(metrics)


def test_pass_at_k_is_the_mean_over_bugs() -> None:
    before, after = [bug("a", 8, [2]), bug("b", 8, [5, 1])], [bug("a", 8), bug("b", 8, [8])]
    found = compare(before, after, ks=(1, 4)).metrics["pass@4"]
    assert found.before == pytest.approx(np.mean([pass_at_k(8, 2, k=4), pass_at_k(8, 6, k=4)]))
    assert found.after == pytest.approx(1 / 2)
    assert found.delta == pytest.approx(found.after - found.before)


def test_bugs_are_paired_by_id_not_by_order() -> None:
    before, after = study()
    assert compare(before, after[::-1]).metrics["D_4"] == compare(before, after).metrics["D_4"]


def test_d_4_rests_on_bugs_with_four_fixes_in_both_arms() -> None:
    before = [bug("a", 8, [2, 2]), bug("b", 8, [4]), bug("c", 8, [1])]
    after = [bug("a", 8, [4]), bug("b", 8, [3]), bug("c", 8, [4])]
    found = compare(before, after, ks=(1, 2)).metrics["D_4"]
    assert (found.bugs, found.before, found.after) == (1, 2.0, 1.0)
    assert "1 of 3 bugs" in found.note


def test_the_primary_endpoint_is_marked_and_not_corrected() -> None:
    found = compare(*study())
    assert found.primary.name == "D_4"
    assert found.primary.p_adjusted is None
    assert all(m.p is None or m.primary or m.p_adjusted >= m.p for m in found.metrics.values())


def test_a_checkpoint_has_no_tilt_against_fresh_attempts_of_itself() -> None:
    model = Population().before
    before, after = zip(
        *Population(kappa=0.0, after=model, correlation=1.0).draw(200, attempts=32, seed=6), strict=True
    )
    metrics = compare(before, after).metrics
    for name in ("tilt_A", "dist2", "D_4", "pass@16"):
        assert metrics[name].p > 0.01
    assert (metrics["tilt_A"].before, metrics["overlap"].before) == (0.0, 1.0)


def test_gained_and_lost_bugs_are_named() -> None:
    found = compare([bug("a", 4, [1]), bug("b", 4)], [bug("a", 4), bug("b", 4, [2])], ks=(1, 2))
    assert (found.gained, found.lost) == (("s/b",), ("s/a",))


def test_curves_have_a_band_for_both_arms_and_the_change() -> None:
    point = compare(*study()).curves[-1]
    assert point.k == 16
    assert point.before_low < point.before < point.before_high
    assert point.after_low < point.after < point.after_high
    assert point.low < point.delta < point.high


def test_marginal_fixes_sum_to_pass_at_k() -> None:
    found = compare(*study())
    assert sum(step.before for step in found.marginal) == pytest.approx(found.metrics["pass@16"].before)
    assert sum(step.after for step in found.marginal_strategies) == pytest.approx(found.metrics["C_16"].after)


def test_costs_count_attempts_until_the_first_fix() -> None:
    arm = [bug("a", 2, [2], tokens=200, seconds=3.0), bug("b", 2, tokens=400, seconds=1.0)]
    metrics = compare(arm, arm, ks=(1, 2)).metrics
    assert metrics["attempts_per_fix"].before == pytest.approx((1 + 2) / 1)
    assert metrics["tokens_per_fix"].before == pytest.approx(100 * 1 + 200 * 2)
    assert metrics["seconds_per_fix"].before == pytest.approx(1.5 * 1 + 0.5 * 2)


def test_unknown_costs_are_undefined_and_say_so() -> None:
    found = compare(*study()).metrics["tokens_per_fix"]
    assert (found.before, found.p) == (None, None)
    assert "known tokens" in found.note


def test_lost_attempts_give_bounds_beside_the_headline() -> None:
    before = [bug("a", 8, [3], invalid=2), bug("b", 8, [1])]
    found = compare(before, before, ks=(1, 4))
    bound = found.bounds[-1]
    assert bound.before_worst < found.metrics["pass@4"].before < bound.before_best
    assert any("lost 2 attempts before" in note for note in found.notes)


def test_no_lost_attempts_give_no_bounds() -> None:
    assert compare(*study()).bounds == ()


def test_lost_attempts_never_move_the_headline() -> None:
    clean, lossy = [bug("a", 8, [3]), bug("b", 8, [1])], [bug("a", 8, [3], invalid=5), bug("b", 8, [1])]
    assert compare(clean, clean, ks=(1, 4)).metrics == compare(lossy, lossy, ks=(1, 4)).metrics


def test_bugs_without_attempts_are_excluded_and_listed() -> None:
    before, after = study()
    empty = bug("none", 0)
    found = compare([*before, empty, bug("only", 32)], [*after, bug("none", 32)])
    assert found.excluded == ("s/none", "s/only")
    assert found.bugs == len(before)


def test_k_beyond_the_attempts_is_dropped_with_what_it_needs() -> None:
    found = compare(*study(attempts=8))
    assert "pass@16" not in found.metrics
    assert "C_8" in found.metrics
    assert any("pass@16 left out: 16 attempts per bug are needed, the fewest is 8" in n for n in found.notes)


def test_one_bug_with_a_lost_attempt_does_not_cost_everyone_pass_at_16() -> None:
    before, after = study(attempts=16)
    short = Tally(bug=before[0].bug, slice="plan", attempts=15, correct=0, strategies={}, invalid=1)
    found = compare([short, *before[1:]], after)
    assert found.metrics["pass@16"].bugs == len(before) - 1
    assert found.metrics["pass@8"].bugs == len(before)


def test_one_attempt_per_bug_is_refused_with_what_would_do() -> None:
    with pytest.raises(StatisticsError, match=r"2 of 2 bugs have fewer than 2 attempts.*at least 16"):
        compare([bug("a", 1), bug("b", 1, [1])], [bug("a", 1), bug("b", 1)])


def test_nothing_in_common_is_refused() -> None:
    with pytest.raises(StatisticsError, match="no bug in common"):
        compare([bug("a", 4)], [bug("b", 4)])
    with pytest.raises(StatisticsError, match="on slice 'ood'"):
        compare([bug("a", 4)], [bug("a", 4)], slice="ood")


def test_contradicting_counts_are_refused() -> None:
    wrong = Tally(bug="s/a", slice="id", attempts=4, correct=3, strategies={"c-0": 2})
    with pytest.raises(StatisticsError, match="do not sum to its 3 correct"):
        compare([wrong], [wrong])
    with pytest.raises(StatisticsError, match="one per bug"):
        compare([bug("a", 4), bug("a", 4)], [bug("a", 4)])


def test_attempts_without_strategies_keep_the_first_axis() -> None:
    before = [Tally(bug=f"s/{i}", slice="id", attempts=8, correct=4, strategies={}) for i in range(8)]
    found = compare(before, before, ks=(1, 4))
    assert found.metrics["D_4"].before is None
    assert found.metrics["pass@4"].before is not None
    assert any("have no strategy" in note for note in found.notes)


def test_the_echo_rate_is_corrected_for_the_clusterer_on_request() -> None:
    before, after = study()
    found = compare(before, after, errors=ErrorRates(recall=0.9, false_merges=0.1)).metrics
    raw, corrected = found["echo"], found["echo_corrected"]
    assert corrected.before == pytest.approx((raw.before - 0.1) / 0.8)
    assert corrected.delta == pytest.approx(raw.delta / 0.8)
    assert corrected.p == raw.p


def test_the_split_sums_to_the_change_of_c_k_over_its_bugs() -> None:
    before, after = [bug("a", 8, [2, 2])], [bug("a", 8, [5, 1])]
    found = compare(before, after, ks=(1, 2)).split
    assert (found.accuracy, found.concentration) == (pytest.approx(19 / 56), pytest.approx(-1 / 8))


def test_checkpoints_are_compared_with_one_base_on_every_slice() -> None:
    base = [bug(f"a{i}", 4, [2]) for i in range(3)] + [bug(f"b{i}", 4, [1], part="ood") for i in range(3)]
    found = compare_checkpoints({"base": base, "sd": base, "rl": base}, before="base", ks=(1, 2))
    assert [(c.after, c.slice, c.bugs) for c in found] == [
        (after, part, bugs) for after in ("sd", "rl") for part, bugs in (("all", 6), ("id", 3), ("ood", 3))
    ]


def test_an_unknown_checkpoint_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="No checkpoint 'sft' in this run; it has 'base', 'sd'"):
        compare_checkpoints({"base": [], "sd": []}, before="base", after=["sft"])


def test_json_has_the_promised_shape() -> None:
    found = document([compare(*study(), before_name="base", after_name="sd")])
    first = json.loads(json.dumps(found, allow_nan=False))["comparisons"][0]
    assert {"before": "base", "after": "sd", "slice": "all", "bugs": 60}.items() <= first.items()
    for name in ("pass@1", "pass@16", "retry_gain", "D_4", "echo", "tilt_A"):
        assert {"before", "after", "delta", "low", "high", "p"} <= first["metrics"][name].keys()


def test_json_of_undefined_figures_is_null() -> None:
    found = to_json(compare([bug("a", 4, [4])], [bug("a", 4, [4])], ks=(1, 2)))
    assert found["metrics"]["rescued_fraction"]["delta"] is None
    json.dumps(found, allow_nan=False)


def test_the_same_tallies_give_the_same_answer() -> None:
    assert compare(*study()) == compare(*study())


def uneven(attempts: int, *, bug: int, part: str = "id") -> Tally:
    """Return a bug of which a quarter of the attempts are fixes, half of these with either strategy."""
    each = attempts // 8
    return Tally(
        bug=f"s/{bug}", slice=part, attempts=attempts, correct=2 * each, strategies={"a": each, "b": each}
    )


def test_arms_with_different_numbers_of_attempts_are_comparable() -> None:
    found = compare([uneven(32, bug=b) for b in range(8)], [uneven(16, bug=b) for b in range(8)])
    assert found.metrics["pass@1"].delta == 0
    assert found.attempts == 16
    assert any("different numbers of attempts on 8 bugs" in note for note in found.notes)


def test_bugs_with_different_numbers_of_attempts_weigh_the_same() -> None:
    tallies = [uneven(16, bug=0), uneven(64, bug=1), uneven(32, bug=2)]
    found = compare(tallies, [replace(t, correct=0, strategies={}) for t in tallies])
    assert found.metrics["pass@1"].before == pytest.approx(1 / 4)
    assert (found.metrics["pass@1"].after, found.metrics["C_16"].after) == (0, 0)
    assert found.metrics["D_4"].delta is None


def test_a_first_attempt_that_always_fixes_leaves_nothing_to_rescue() -> None:
    sure = [Tally(bug=f"s/{b}", slice="id", attempts=16, correct=16, strategies={"a": 16}) for b in range(8)]
    found = compare([uneven(16, bug=b) for b in range(8)], sure)
    assert found.metrics["rescued_fraction"].delta is None
    assert found.metrics["effective_retries"].delta is None
    assert found.metrics["rescued_fraction"].note == "undefined: every bug is fixed, or none"


def test_a_comparison_without_curves_has_the_same_figures() -> None:
    before, after = study(30)
    whole, bare = compare(before, after, flips=0), compare(before, after, curves=False, flips=0)
    assert (bare.metrics, bare.verdict, bare.curves) == (whole.metrics, whole.verdict, whole.curves)
    assert (bare.strategy_curve, bare.marginal, bare.marginal_strategies) == ((), (), ())


def test_attempts_lost_by_one_checkpoint_alone_are_doubted() -> None:
    before = [bug(str(number), 32, [8, 4]) for number in range(20)]
    alike, uneven = ([replace(tally, invalid=lost) for tally in before] for lost in (1, 4))
    told = [
        compare([replace(tally, invalid=1) for tally in before], after).notes for after in (alike, uneven)
    ]
    assert not any("may not be like the rest" in note for note in told[0])
    assert any("may not be like the rest" in note for note in told[1])


def test_attempts_that_were_all_lost_are_not_blamed_on_the_suite() -> None:
    before, after = [bug("a", 16, [2])], [bug("a", 0, invalid=16)]
    with pytest.raises(StatisticsError, match="the harness lost the others"):
        compare(before, after)
