"""The figures of a comparison, by the names that tables, gates and JSON use.

Each is a `Measure` or a `PairMeasure`: what one bug contributes, from the cards of the other modules, and a
function of the means over bugs. docs/method.md has a card for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from reroll.records import Tally
from reroll.statistics.deletion import Array, Statistic
from reroll.statistics.diversity import distinct_among_correct, distinct_in_attempts, marginal_strategies
from reroll.statistics.echo import echo
from reroll.statistics.intervals import mean, ratio
from reroll.statistics.measures import Columns, Measure, PairMeasure
from reroll.statistics.passk import pass_at_k
from reroll.statistics.retries import expected_attempts, marginal
from reroll.statistics.tilt import collide, kappa_parts
from reroll.statistics.validity import ErrorRates


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
        _first_and_kth("effective_retries", _effective, k=k, span=None, positive=True),
        _mean(f"C_{k}", _distinct_in(k), needs=f"{k} attempts and known strategies", span=k),
        # Most bugs have one strategy in both arms: few decide, and t covers too little (docs/method.md §10).
        _mean(
            f"D_{b}",
            _distinct_among(b),
            needs=f"{b} correct attempts and known strategies",
            span=b - 1,
            skewed=True,
        ),
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
        span=1 / (rates.recall - rates.false_merges),
    )


def curve_measures(*, ks: Sequence[int], marginals: Sequence[int]) -> list[Measure]:
    """Return C_k for `ks`, and what attempt k adds for `marginals`.

    `fix_k` is what attempt k adds to pass@k, `new_k` what it adds to C_k.
    """
    found = [_mean(f"C_{k}", _distinct_in(k), needs=f"{k} attempts and known strategies", span=k) for k in ks]
    for k in marginals:
        # pass@k flattens with k, so that no attempt adds more than 1 / k of what k attempts reach.
        found.append(_mean(f"fix_{k}", _marginal(k), needs=f"{k} attempts", span=1 / k))
        found.append(_mean(f"new_{k}", _discovery(k), needs=f"{k} attempts and known strategies"))
    return found


def _mean(
    name: str,
    column: Callable[[Tally], float | None],
    *,
    needs: str,
    span: float = 1.0,
    skewed: bool = False,
) -> Measure:
    return Measure(
        name=name,
        columns=lambda tally: (column(tally),),
        statistic=mean,
        needs=needs,
        span=span,
        skewed=skewed,
    )


def _first_and_kth(
    name: str, statistic: Statistic, *, k: int, span: float | None = 1.0, positive: bool = False
) -> Measure:
    first, kth = _pass_at(1), _pass_at(k)
    return Measure(
        name=name,
        columns=lambda tally: (first(tally), kth(tally)),
        statistic=statistic,
        needs=f"{k} attempts",
        span=span,
        positive=positive,
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
        positive=True,
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
