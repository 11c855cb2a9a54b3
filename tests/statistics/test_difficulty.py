"""pass@k beyond the attempts that were made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from reroll.errors import StatisticsError
from reroll.records import Tally
from reroll.statistics.difficulty import Difficulty, fit_difficulty, pass_beyond


def attempts(
    tally: Callable[..., Tally], model: Difficulty, *, bugs: int = 300, n: int = 32, seed: int = 0
) -> list[Tally]:
    random = np.random.default_rng(seed)
    rates = np.where(random.random(bugs) < model.never, 0, random.beta(model.a, model.b, size=bugs))
    return [tally(n, [int(c)] if c else []) for c in random.binomial(n, rates)]


def test_the_fit_recovers_the_curve(tally: Callable[..., Tally]) -> None:
    model = Difficulty(never=0.2, a=0.5, b=0.5)
    found = fit_difficulty(attempts(tally, model, bugs=3000))
    for k in (1, 16, 64):
        assert found.pass_at_k(k) == pytest.approx(model.pass_at_k(k), abs=0.03)


def test_the_interval_holds_the_truth(tally: Callable[..., Tally]) -> None:
    model = Difficulty(never=0.2, a=0.5, b=0.5)
    found = pass_beyond(attempts(tally, model, bugs=100), 64)
    assert found.low < model.pass_at_k(64) < found.high


def test_too_far_is_refused_with_what_would_do(tally: Callable[..., Tally]) -> None:
    with pytest.raises(StatisticsError, match="make 33 attempts per bug"):
        pass_beyond([tally(32, [3])] * 20, 129)


def test_few_bugs_are_refused(tally: Callable[..., Tally]) -> None:
    with pytest.raises(StatisticsError, match="needs 10 bugs"):
        fit_difficulty([tally(16, [3])] * 9)


def test_attempts_that_all_end_alike_are_refused(tally: Callable[..., Tally]) -> None:
    with pytest.raises(StatisticsError, match="both fixes and failures"):
        fit_difficulty([tally(16, [16])] * 20)
