"""The tilt on constructed studies whose answer is known."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from reroll.records import Prompt, Tally
from reroll.report.theory.scored import Scores, Shot, Target, score
from reroll.report.theory.tilt import Tilt, document, tilt
from reroll.report.theory.tilt_words import rows, sentence
from reroll.statistics.intervals import Interval

SHARES = (0.6, 0.3, 0.1)
CORRECT = 16
Study = tuple[list[Target], Scores, Scores, list[Tally], list[Tally]]


def study(kappa: float, *, bugs: int = 60, noise: float = 0.2) -> Study:
    """Return a base whose mass was tilted by kappa, with noise in how fixes are written."""
    random = np.random.default_rng(7)
    found, before, after = [], [], []
    base: dict[str, tuple[float, ...]] = {}
    tuned: dict[str, tuple[float, ...]] = {}
    weights = np.array(SHARES) * np.exp(kappa * np.array(SHARES))
    for number in range(bugs):
        name = f"s/{number}"
        drawn = random.choice(3, size=CORRECT, p=SHARES)
        logs = [float(np.log(SHARES[s]) - random.exponential()) for s in drawn]
        shots = tuple(
            Shot(tokens=(int(s), i), strategy=f"c-{s}", sampled=log)
            for i, (s, log) in enumerate(zip(drawn, logs, strict=True))
        )
        found.append(
            Target(
                bug=name, slice="id" if number % 2 else "ood", prompt=Prompt(bug=name, text=""), shots=shots
            )
        )
        base[name] = tuple(logs)
        tuned[name] = tuple(
            log + kappa * SHARES[s] - 1 + random.normal() * noise for s, log in zip(drawn, logs, strict=True)
        )
        echoes = random.choice(3, size=CORRECT, p=weights / weights.sum())
        for tallies, strategies in ((before, drawn), (after, echoes)):
            counts = Counter(f"c-{s}" for s in strategies)
            tallies.append(
                Tally(bug=name, slice=found[-1].slice, attempts=32, correct=CORRECT, strategies=counts)
            )
    lengths = dict.fromkeys(base, (5,) * CORRECT)
    return found, Scores(totals=base, tokens=lengths), Scores(totals=tuned, tokens=lengths), before, after


def measured(kappa: float, **options: object) -> Tilt:
    found, base, tuned, before, after = study(kappa)
    return tilt(
        found,
        base=base,
        again=base,
        tuned=tuned,
        before=before,
        after=after,
        before_name="base",
        after_name="sd",
        **options,
    )  # type: ignore[arg-type]


def test_a_tilt_is_found_and_its_size_is_right() -> None:
    found = measured(2.0)
    assert found.kappa
    assert found.kappa.low is not None
    assert found.kappa.high is not None
    assert 0 < found.kappa.low < 2.0 < found.kappa.high
    assert "sd moved toward the fixes that base already preferred" in found.sentence


def test_kept_ratios_are_not_called_a_tilt() -> None:
    found = measured(0.0)
    assert found.kappa
    assert found.kappa.low is not None
    assert found.kappa.high is not None
    assert found.kappa.low < 0 < found.kappa.high
    assert found.sentence.startswith("No tilt toward base's favourites")


def test_an_interval_that_holds_anything_is_not_called_kept() -> None:
    wide = Interval(estimate=13.0, low=-119.0, high=146.0, standard_error=50.0, p_zero=0.8, units=5)
    assert "cannot be told from these attempts" in sentence(wide, None, before="base", after="sd")


def test_mass_that_left_the_favourites_is_told_apart() -> None:
    assert "moved away from base's favourites" in measured(-2.0).sentence


def test_counts_and_log_ratios_agree_on_the_direction() -> None:
    found = measured(2.0)
    assert found.tilt_A
    assert found.kappa_counts
    assert (found.tilt_A.low or 0) > 0
    assert (found.kappa_counts.low or 0) > 0


def test_a_slice_holds_its_own_bugs() -> None:
    assert (measured(1.0).bugs, measured(1.0, slice="ood").bugs) == (60, 30)


def test_scoring_the_same_tokens_reproduces_the_sampling() -> None:
    found = measured(1.0)
    assert (found.noise, found.reproduced) == (0.0, pytest.approx(0.0))
    assert not found.notes


def test_another_prompt_or_checkpoint_than_the_run_s_is_noticed() -> None:
    found, base, tuned, before, after = study(1.0)
    wrong = Scores(
        totals={bug: tuple(x - 3 for x in logs) for bug, logs in base.totals.items()}, tokens=base.tokens
    )
    note = " ".join(tilt(found, base=wrong, again=None, tuned=tuned, before=before, after=after).notes)
    assert "misses the sampling log-probabilities by 0.6 nats a token" in note


def test_other_sampling_than_the_policy_s_own_is_noticed() -> None:
    notes = measured(1.0, sampling={"temperature": 0.7, "top_p": 1.0, "top_k": 0}).notes
    assert any("temperature 0.7" in note for note in notes)


def test_too_few_attempts_are_said_and_not_computed() -> None:
    found, base, tuned, before, after = study(1.0)
    one = tilt(found[:1], base=base, again=None, tuned=tuned, before=before[:1], after=after[:1])
    assert one.kappa is None
    assert "cannot be told" in one.sentence
    assert any("2 bugs with 4 correct" in note for note in one.notes)


def test_every_figure_has_a_row_and_is_in_the_document() -> None:
    found = measured(1.0)
    assert len(rows(found)) == 13
    assert document(found)["kappa"]["units"] == 60


def test_equal_completions_are_scored_once_and_in_the_order_asked_for() -> None:
    asked: list[list[int]] = []

    async def by(items: Sequence[tuple[Prompt | str, Sequence[int] | str]]) -> list[tuple[float, ...]]:
        asked.append([int(tokens[0]) for _, tokens in items])
        return [(float(tokens[0]), -1.0) for _, tokens in items]

    shots = tuple(Shot(tokens=(token,), strategy="c-0") for token in (4, 5, 4))
    found = [Target(bug="s/a", slice="id", prompt=Prompt(bug="s/a"), shots=shots)]
    forward = asyncio.run(score(found, by=by))
    backward = asyncio.run(score(found, by=by, backward=True))
    assert asked == [[4, 5], [5, 4]]
    assert forward == backward
    assert forward.totals["s/a"] == (3.0, 4.0, 3.0)
