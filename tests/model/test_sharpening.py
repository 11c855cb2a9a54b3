"""kappa where nothing moved, where everything became sharper, and where strategies moved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from reroll.errors import StatisticsError
from reroll.report.theory.sharpening import sharpening
from reroll.report.theory.tilt_words import sentence
from reroll.statistics.intervals import Interval
from reroll.statistics.log_ratios import Rollouts, kappa_from_log_ratios

SHARES = np.array([0.75, 0.2, 0.05])
SPELLINGS = 5
BUGS = 80


def studies(
    count: int, *, kappa: float = 0.0, slope: float = 0.0, noise: float = 0.3
) -> Iterator[list[Rollouts]]:
    """Yield studies of 80 bugs: 8 to 16 correct attempts, three strategies, each in five uneven spellings.

    L is `slope` · log π_b + `kappa` · share + noise per spelling: heavy-tailed, the same for every attempt
    that repeats it, larger for long spellings, and of another size in every bug.
    """
    random = np.random.default_rng(3)
    for _ in range(count):
        bugs = []
        for number in range(BUGS):
            correct = int(random.integers(8, 17))
            spelled = random.dirichlet(np.full(SPELLINGS, 0.7), size=3)
            lengths = random.integers(5, 40, size=(3, SPELLINGS))
            scale = noise * random.exponential() * lengths / lengths.mean()
            moved = random.standard_t(4, size=(3, SPELLINGS)) * scale
            which = random.choice(3, size=correct, p=SHARES)
            ways = [int(random.choice(SPELLINGS, p=spelled[s])) for s in which]
            base = [float(np.log(SHARES[s] * spelled[s, way])) for s, way in zip(which, ways, strict=True)]
            tuned = [
                log * (1 + slope) + kappa * SHARES[s] + moved[s, way] - 1
                for log, s, way in zip(base, which, ways, strict=True)
            ]
            bugs.append(
                Rollouts(
                    bug=str(number),
                    strategies=[str(s) for s in which],
                    log_base=base,
                    log_tuned=tuned,
                    tokens=[int(lengths[s, way]) for s, way in zip(which, ways, strict=True)],
                )
            )
        yield bugs


def covers(found: Interval, value: float) -> bool:
    return found.low is not None and found.high is not None and found.low <= value <= found.high


def test_kappa_of_kept_ratios_is_unbiased_and_its_interval_honest() -> None:
    found = [kappa_from_log_ratios(bugs) for bugs in studies(120)]
    estimates = np.array([kappa.estimate for kappa in found], float)
    assert abs(estimates.mean()) < 3 * estimates.std() / np.sqrt(len(found))
    assert 0.90 <= np.mean([covers(kappa, 0.0) for kappa in found]) <= 0.99


def test_a_lower_temperature_shows_as_kappa_and_not_beyond_sharpening() -> None:
    found = [(kappa_from_log_ratios(bugs), sharpening(bugs)) for bugs in studies(60, slope=0.25)]
    assert np.mean([(kappa.low or 0) > 0 for kappa, _ in found]) > 0.5
    assert np.mean([covers(sharper.beyond, 0.0) for _, sharper in found]) >= 0.9
    assert np.mean([covers(sharper.within, 0.25) for _, sharper in found]) >= 0.85
    assert np.mean([covers(sharper.between, 0.25) for _, sharper in found]) >= 0.85


def test_a_tilt_of_strategies_is_left_beyond_sharpening() -> None:
    found = [sharpening(bugs) for bugs in studies(60, kappa=3.0, slope=0.25)]
    assert np.mean([covers(sharper.beyond, 3.0) for sharper in found]) >= 0.9


def test_spellings_that_sharpen_alone_are_no_tilt() -> None:
    within = next(iter(studies(1, noise=0.0)))
    sharper = [
        Rollouts(
            bug=bug.bug,
            strategies=bug.strategies,
            log_base=bug.log_base,
            log_tuned=[
                log + 0.25 * (log - float(np.log(SHARES[int(s)])))
                for log, s in zip(bug.log_base, bug.strategies, strict=True)
            ],
            tokens=bug.tokens,
        )
        for bug in within
    ]
    kappa = kappa_from_log_ratios(sharper)
    assert covers(kappa, 0.0)
    assert sharpening(sharper).within.estimate == pytest.approx(0.25)


def test_the_sentence_says_that_temperature_may_explain_it() -> None:
    bugs = next(iter(studies(1, slope=0.5, noise=0.05)))
    text = sentence(
        kappa_from_log_ratios(bugs), 0.8, sharper=sharpening(bugs), before="base", after="rejection"
    )
    assert "sharper within strategies too, by a slope of " in text
    assert "higher sampling temperature" in text


def test_one_spelling_a_strategy_cannot_tell() -> None:
    bug = Rollouts(
        bug="b",
        strategies=["a", "a", "b", "b"],
        log_base=[-1, -1, -2, -2],
        log_tuned=[-1] * 4,
        tokens=[5] * 4,
    )
    with pytest.raises(StatisticsError, match="several spellings"):
        sharpening([bug, bug])
