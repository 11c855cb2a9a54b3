"""Planning: bugs and attempts for an effect."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from reroll.errors import StatisticsError, UsageError
from reroll.records import Tally
from reroll.statistics.population import Population
from reroll.statistics.power import bugs_needed, plan, plan_from, power_with, thin


@pytest.mark.parametrize(
    ("deviation", "effect", "bugs"),
    [(0.515, -0.511, 8), (1.91, -0.88, 37), (0.168, -0.0356, 175), (0.152, 0.05, 73), (0.152, 0.02, 454)],
)
def test_published_effects_need_the_known_bugs(deviation: float, effect: float, bugs: int) -> None:
    assert bugs_needed(deviation, effect) == bugs


def test_the_bugs_needed_have_the_power_asked_for() -> None:
    assert power_with(175, deviation=0.168, effect=-0.0356) == pytest.approx(0.8, abs=0.01)


def test_more_attempts_need_fewer_bugs() -> None:
    needs = plan("D_4", -0.2, attempts=(8, 32)).needs
    assert needs[0].bugs > needs[1].bugs


def test_d_4_needs_far_fewer_bugs_than_the_retry_gain() -> None:
    strategies, gain = plan("D_4", attempts=(32,)).needs[0], plan("retry_gain", attempts=(32,)).needs[0]
    assert strategies.bugs * 3 < gain.bugs


def test_too_few_attempts_are_said_so() -> None:
    found = plan("pass@16", attempts=(8,))
    assert found.needs[0].bugs is None
    assert "make more" in found.lines()[1]


def test_a_plan_states_the_power_of_the_bugs_at_hand() -> None:
    found = plan("D_4", -0.2, attempts=(32,), bugs=40)
    assert 0.7 < found.needs[0].power < 0.95


def test_an_unknown_metric_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"Unknown metric 'D_x'.*retry_gain"):
        plan("D_x")


def test_no_effect_is_refused() -> None:
    with pytest.raises(UsageError, match="effect of 0"):
        plan("D_4", 0.0)


def test_a_plan_from_a_run_uses_its_variances() -> None:
    pairs = Population().draw(200, attempts=32, seed=1)
    found = plan_from([b for b, _ in pairs], [a for _, a in pairs], metric="D_4", effect=-0.2)
    assert [need.attempts for need in found.needs] == [16, 32, 64]
    assert found.needs[0].bugs > found.needs[1].bugs >= found.needs[2].bugs
    reference = plan("D_4", -0.2, attempts=(32,)).needs[0]
    assert found.needs[1].bugs == pytest.approx(reference.bugs, rel=0.4)


def test_a_plan_from_a_run_needs_bugs_in_common(tally: Callable[..., Tally]) -> None:
    with pytest.raises(StatisticsError, match="needs 2 bugs"):
        plan_from([tally(8, [3], bug="s/a")], [tally(8, [3], bug="s/b")])


def test_thinning_draws_without_replacement(tally: Callable[..., Tally]) -> None:
    found = thin(tally(8, [5, 1]), 8, np.random.default_rng(0))
    assert (found.attempts, found.correct, found.strategies) == (8, 6, {"s0": 5, "s1": 1})
    half = thin(tally(8, [5, 1]), 4, np.random.default_rng(0))
    assert half.attempts == 4
    assert half.correct == sum(half.strategies.values())


def test_the_population_has_the_difficulty_that_it_claims() -> None:
    model = Population()
    pairs = model.draw(4000, attempts=16, seed=3)
    first = np.mean([before.correct / 16 for before, _ in pairs])
    assert first == pytest.approx(model.before.pass_at_k(1), abs=0.02)


@pytest.mark.parametrize("effect", [float("nan"), float("inf")])
def test_an_effect_without_a_size_is_refused(effect: float) -> None:
    with pytest.raises(UsageError, match="is no size"):
        plan("D_4", effect, attempts=(8,))
