"""The figures of a comparison: columns per bug, and a function of their means.

A figure that compares two checkpoints is computed from what one bug contributes in each arm. Whatever it is,
the same jackknife and the same sign flips then give its interval and its p-value. A bug for which a column is
undefined in either arm has no part in that figure; means of different bugs are never subtracted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reroll.records import Tally
from reroll.statistics.diversity import distinct_among_correct, distinct_in_attempts, marginal_strategies
from reroll.statistics.echo import echo
from reroll.statistics.intervals import Array, Interval, Statistic, jackknife, mean, ratio
from reroll.statistics.passk import pass_at_k
from reroll.statistics.retries import expected_attempts, marginal
from reroll.statistics.significance import FLIPS, Exchange, exchange_tests
from reroll.statistics.tilt import collide, kappa_parts
from reroll.statistics.validity import ErrorRates

Columns = tuple[float | None, ...]
Pair = tuple[Tally, Tally]
"""The tallies of one bug, before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure that each arm has by itself, so that the arms have a difference."""

    name: str
    """Name in tables, gates and JSON."""
    columns: Callable[[Tally], Columns]
    """What one bug contributes in one arm."""
    statistic: Statistic
    """From means of the columns to the figure."""
    needs: str
    """What a bug must have in both arms to take part."""
    span: float | None = None
    """The most that two bugs can differ by; None if unbounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMeasure:
    """A figure of two arms together, with a known value where they do not differ."""

    name: str
    """Name in tables, gates and JSON."""
    columns: Callable[[Tally, Tally], Columns]
    """What one bug contributes."""
    statistic: Statistic
    """From means of the columns to the figure."""
    needs: str
    """What a bug must have in both arms to take part."""
    unchanged: float = 0.0
    """The figure of a checkpoint compared with itself."""
    span: float | None = None
    """The most that two bugs can differ by; None if unbounded."""
    skewed: bool = False
    """Whether a few bugs dominate, so that Student's t is too short."""
    tested_as: str = ""
    """Figure whose test stands for this one; empty if it is tested itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure before and after, and its change."""

    before: Interval
    """In the first arm, over the bugs that take part."""
    after: Interval
    """In the second arm."""
    change: Interval
    """After minus before, paired over bugs."""
    p: float | None
    """Two-sided p-value of the change; None where untested or undefined."""
    needs: str
    """What a bug must have to take part."""
    tested_as: str = ""
    """Figure whose test stands for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """The columns of a measure, one row per bug, NaN where undefined."""

    before: Array
    """Shape (bugs, columns)."""
    after: Array
    """Same shape."""
    change: Statistic
    """Change of the measure, from the means of both arms' columns side by side."""


def standard_measures(
    *, ks: Sequence[int], b: int = 4, attempt: int | None = None
) -> list[Measure | PairMeasure]:
    """Return the figures of docs/method.md for these k, in the order of the table.

    Args:
        ks: attempts for pass@k; the last one is also the budget of gain, rescued fraction, C_k and costs.
        b: correct attempts for D_b.
        attempt: which attempt `discovery` is about; the last of `ks` if None.
    """
    k = max(ks)
    return [
        *(_mean(f"pass@{j}", _pass_at(j), needs=f"{j} attempts") for j in ks),
        _first_and_kth("retry_gain", _gain, k=k),
        _first_and_kth("rescued_fraction", _rescued, k=k),
        _first_and_kth("effective_retries", _effective, k=k, span=None),
        _mean(f"C_{k}", _distinct_in(k), needs=f"{k} attempts and known strategies", span=k),
        _mean(f"D_{b}", _distinct_among(b), needs=f"{b} correct attempts and known strategies", span=b - 1),
        _mean("echo", _echo, needs="2 correct attempts and known strategies"),
        _mean("discovery", _discovery(attempt or k), needs=f"{attempt or k} attempts and known strategies"),
        *_pair_measures(),
        _cost("attempts_per_fix", lambda _: 1.0, k=k),
        _cost("tokens_per_fix", lambda tally: tally.tokens / tally.attempts if tally.tokens else None, k=k),
        _cost(
            "seconds_per_fix", lambda tally: tally.seconds / tally.attempts if tally.seconds else None, k=k
        ),
    ]


def corrected_echo_measure(rates: ErrorRates) -> Measure:
    """Return the echo rate freed of the clusterer's errors, unclipped so that its mean is unbiased (M10)."""

    def corrected(means: Array) -> Array:
        return np.asarray((means[..., 0] - rates.false_merges) / (rates.recall - rates.false_merges))

    return Measure(
        name="echo_corrected",
        columns=lambda tally: (_echo(tally),),
        statistic=corrected,
        needs="2 correct attempts and known strategies",
    )


def curve_measures(*, ks: Sequence[int], marginals: Sequence[int]) -> list[Measure]:
    """Return C_k for `ks`, and what attempt k adds for `marginals`.

    `fix_k` is what attempt k adds to pass@k, `new_k` what it adds to C_k.
    """
    found = [_mean(f"C_{k}", _distinct_in(k), needs=f"{k} attempts and known strategies", span=k) for k in ks]
    for k in marginals:
        found.append(_mean(f"fix_{k}", _marginal(k), needs=f"{k} attempts"))
        found.append(_mean(f"new_{k}", _discovery(k), needs=f"{k} attempts and known strategies"))
    return found


def estimate(
    pairs: Sequence[Pair],
    measures: Sequence[Measure | PairMeasure],
    *,
    level: float = 0.95,
    flips: int = FLIPS,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Return each measure over the bugs that can take part, with its interval and p-value.

    p-values come from sign flips, `flips` at random beyond 20 bugs; 0 leaves them out. A `PairMeasure` is not
    symmetric where nothing changed, so sign flips reject too often; its p-value is dual to its interval.
    """
    results: dict[str, Estimate] = {}
    tests: dict[str, Exchange] = {}
    for measure in measures:
        if isinstance(measure, PairMeasure):
            values = _matrix([measure.columns(before, after) for before, after in pairs])
            results[measure.name] = _together(measure, values, level=level)
        else:
            arms = contrast(measure, pairs)
            results[measure.name] = _apart(measure, arms, level=level)
            tests[measure.name] = Exchange(before=arms.before, after=arms.after, statistic=measure.statistic)
    p_values: dict[str, float | None] = {}
    if flips:
        found_p = exchange_tests(list(tests.values()), flips=flips, seed=seed)
        p_values = dict(zip(tests, found_p, strict=True))
    return {name: replace(found, p=p_values.get(name, found.p)) for name, found in results.items()}


def contrast(measure: Measure, pairs: Sequence[Pair]) -> Contrast:
    """Return what the bugs contribute to a measure in both arms, and the statistic of its change."""
    before, after = (_matrix([measure.columns(pair[arm]) for pair in pairs]) for arm in (0, 1))
    width = before.shape[1]

    def change(means: Array) -> Array:
        return np.asarray(measure.statistic(means[..., width:]) - measure.statistic(means[..., :width]))

    return Contrast(before=before, after=after, change=change)


def _apart(measure: Measure, arms: Contrast, *, level: float) -> Estimate:
    both = np.hstack([arms.before, arms.after])
    rows = np.isfinite(both).all(axis=1)
    return Estimate(
        before=jackknife(arms.before[rows], statistic=measure.statistic, level=level, span=measure.span),
        after=jackknife(arms.after[rows], statistic=measure.statistic, level=level, span=measure.span),
        change=jackknife(both[rows], statistic=arms.change, level=level, span=measure.span),
        p=None,
        needs=measure.needs,
    )


def _together(measure: PairMeasure, values: Array, *, level: float) -> Estimate:
    used = values[np.isfinite(values).all(axis=1)]
    change = jackknife(
        used,
        statistic=lambda means: measure.statistic(means) - measure.unchanged,
        level=level,
        span=measure.span,
        skewed=measure.skewed,
    )
    nothing = Interval(
        estimate=None, low=None, high=None, standard_error=None, p_zero=None, units=change.units
    )
    if change.estimate is None:
        before = after = nothing
    else:
        before = replace(nothing, estimate=measure.unchanged)
        low, high = (None if end is None else end + measure.unchanged for end in (change.low, change.high))
        after = replace(change, estimate=change.estimate + measure.unchanged, low=low, high=high)
    p = None if measure.tested_as else change.p_zero
    return Estimate(
        before=before, after=after, change=change, p=p, needs=measure.needs, tested_as=measure.tested_as
    )


def _matrix(rows: Sequence[Columns]) -> Array:
    return np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=np.float64)


def _mean(name: str, column: Callable[[Tally], float | None], *, needs: str, span: float = 1.0) -> Measure:
    return Measure(name=name, columns=lambda tally: (column(tally),), statistic=mean, needs=needs, span=span)


def _first_and_kth(name: str, statistic: Statistic, *, k: int, span: float | None = 1.0) -> Measure:
    first, kth = _pass_at(1), _pass_at(k)
    return Measure(
        name=name,
        columns=lambda tally: (first(tally), kth(tally)),
        statistic=statistic,
        needs=f"{k} attempts",
        span=span,
    )


def _cost(name: str, price: Callable[[Tally], float | None], *, k: int) -> Measure:
    """Price of the attempts that a loop of at most k makes until its first fix, per fix."""

    def columns(tally: Tally) -> Columns:
        used = expected_attempts(tally.attempts, tally.correct, k=k)
        each = price(tally) if tally.attempts else None
        cost = None if used is None or each is None else used * each
        return cost, pass_at_k(tally.attempts, tally.correct, k=k)

    return Measure(
        name=name,
        columns=columns,
        statistic=ratio,
        needs=f"{k} attempts with known {name.removesuffix('_per_fix')}",
    )


def _pair_measures() -> list[PairMeasure]:
    needs = "2 correct attempts and known strategies"
    return [
        PairMeasure(name="tilt_A", columns=_tilt, statistic=mean, needs=needs, span=1.0),
        PairMeasure(name="dist2", columns=_drift, statistic=mean, needs=needs, span=2.0, skewed=True),
        PairMeasure(
            name="overlap",
            columns=_collisions,
            statistic=_overlap,
            needs=needs,
            unchanged=1.0,
            span=1.0,
            skewed=True,
            tested_as="dist2",
        ),
        PairMeasure(
            name="kappa",
            columns=_kappa,
            statistic=ratio,
            needs="4 correct attempts before, 2 after, and known strategies",
            tested_as="tilt_A",
        ),
    ]


def _pass_at(k: int) -> Callable[[Tally], float | None]:
    return lambda tally: pass_at_k(tally.attempts, tally.correct, k=k)


def _marginal(k: int) -> Callable[[Tally], float | None]:
    return lambda tally: marginal(tally.attempts, tally.correct, k=k)


def _spread(tally: Tally) -> Sequence[int] | None:
    """Return the counts by strategy, None where correct attempts have none."""
    return tally.counts if tally.strategies or not tally.correct else None


def _distinct_in(k: int) -> Callable[[Tally], float | None]:
    def column(tally: Tally) -> float | None:
        counts = _spread(tally)
        return None if counts is None else distinct_in_attempts(tally.attempts, counts, k=k)

    return column


def _distinct_among(b: int) -> Callable[[Tally], float | None]:
    def column(tally: Tally) -> float | None:
        counts = _spread(tally)
        return None if counts is None else distinct_among_correct(counts, b=b)

    return column


def _echo(tally: Tally) -> float | None:
    counts = _spread(tally)
    return None if counts is None else echo(counts)


def _discovery(attempt: int) -> Callable[[Tally], float | None]:
    def column(tally: Tally) -> float | None:
        counts = _spread(tally)
        return None if counts is None else marginal_strategies(tally.attempts, counts, k=attempt)

    return column


def _tilt(before: Tally, after: Tally) -> Columns:
    found = collide(before.strategies, after.strategies)
    return (None,) if found is None or found.tuned is None else (found.tilt,)


def _drift(before: Tally, after: Tally) -> Columns:
    found = collide(before.strategies, after.strategies)
    return (None,) if found is None else (found.drift,)


def _collisions(before: Tally, after: Tally) -> Columns:
    found = collide(before.strategies, after.strategies)
    return (None,) * 3 if found is None else (found.across, found.base, found.tuned)


def _kappa(before: Tally, after: Tally) -> Columns:
    found = kappa_parts(before.strategies, after.strategies)
    return (None, None) if found is None or sum(after.strategies.values()) < 2 else found


def _overlap(means: Array) -> Array:
    return np.asarray(2 * means[..., 0] / (means[..., 1] + means[..., 2]))


def _gain(means: Array) -> Array:
    return np.asarray(means[..., 1] - means[..., 0])


def _rescued(means: Array) -> Array:
    return np.asarray((means[..., 1] - means[..., 0]) / (1 - means[..., 0]))


def _effective(means: Array) -> Array:
    return np.asarray(np.log1p(-means[..., 1]) / np.log1p(-means[..., 0]))
