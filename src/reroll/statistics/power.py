"""How many bugs and attempts an effect needs.

The variance of a paired difference over bugs is taken from a run of the user's own, or from a planning
population. Then B = (z_{1−α/2} + z_power)² sd² / effect², 7.849 sd² / effect² at 5 % and 80 %. docs/method.md
§8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from reroll.errors import StatisticsError, UsageError
from reroll.records import Tally
from reroll.statistics.catalogue import standard_measures
from reroll.statistics.measures import Measure, PairMeasure, estimate
from reroll.statistics.population import Population

PLANNING_BUGS = 3000
"""Bugs drawn from the planning population, for its variances."""
THINNINGS = 5
"""Random halvings of a run that are averaged."""
EFFECTS = {"D_4": -0.2, "echo": 0.1, "tilt_A": 0.05, "retry_gain": -0.04}
"""Effects that a study should see, where the user names none; 0.05 in pass@k otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one number of attempts per bug and arm asks for."""

    attempts: int
    """Attempts per bug and arm."""
    deviation: float | None
    """Of the paired difference, per bug of the suite, those included that cannot take part."""
    eligible: float
    """Share of bugs that can take part."""
    bugs: int | None
    """Bugs of the suite that give the power; None where so few attempts cannot show the figure."""
    power: float | None
    """Power with the number of bugs that was asked about; None if none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Bugs needed to see an effect, by attempts."""

    metric: str
    """Figure that is to change."""
    effect: float
    """Change to be seen, in the figure's unit."""
    power: float
    """Chance to see it."""
    level: float
    """Two-sided error rate."""
    basis: str
    """Where the variances come from, in words."""
    needs: tuple[Need, ...]
    """One row per number of attempts."""

    def lines(self) -> list[str]:
        """Return the plan as text."""
        head = (
            f"To see a change of {self.effect:+g} in {self.metric} with {self.power:.0%} power at the "
            f"{self.level:.0%} level (variances {self.basis}):"
        )
        return [head, *(_line(need, self.metric) for need in self.needs)]


def plan(
    metric: str = "D_4",
    effect: float | None = None,
    *,
    attempts: Sequence[int] = (8, 16, 32, 64),
    k: int = 16,
    power: float = 0.8,
    level: float = 0.05,
    bugs: int | None = None,
    population: Population | None = None,
) -> Plan:
    """Return the bugs needed at each number of attempts, by the planning population.

    Args:
        metric: name of a figure of `standard_measures`.
        effect: change to be seen; a customary one if None.
        attempts: attempts per bug and arm to plan for.
        k: budget of gain, rescued fraction and costs.
        power: chance to see the effect.
        level: two-sided error rate.
        bugs: number of bugs to state the power for.
        population: where bugs come from; the default one if None.

    Raises:
        UsageError: for an unknown metric, with those that exist, or an effect of 0.
    """
    model = population or Population()
    size = _effect(metric, effect)
    needs = []
    for number in attempts:
        pairs = model.draw(PLANNING_BUGS, attempts=number)
        deviation, eligible = _deviation(pairs, metric, k=k)
        needs.append(
            _need(number, deviation, eligible=eligible, effect=size, power=power, level=level, bugs=bugs)
        )
    basis = f"of a population with about {model.strategies:g} strategies per bug"
    return Plan(metric=metric, effect=size, power=power, level=level, basis=basis, needs=tuple(needs))


def plan_from(
    before: Sequence[Tally],
    after: Sequence[Tally],
    *,
    metric: str = "D_4",
    effect: float | None = None,
    k: int = 16,
    power: float = 0.8,
    level: float = 0.05,
    bugs: int | None = None,
    seed: int = 0,
) -> Plan:
    """Return the bugs needed at half, the same and twice the attempts of a run, by its own variances.

    Half the attempts are tried by thinning; twice is extrapolated, because variance is what bugs differ by
    plus what few attempts add, and the latter halves. Arguments and errors as `plan`.

    Raises:
        StatisticsError: unless two bugs were tried by both checkpoints.
    """
    own = {tally.bug: tally for tally in after if tally.attempts}
    pairs = [(tally, own[tally.bug]) for tally in before if tally.attempts and tally.bug in own]
    if len(pairs) < 2:
        raise StatisticsError(f"A plan from a run needs 2 bugs that both checkpoints tried, not {len(pairs)}")
    size, random = _effect(metric, effect), np.random.default_rng(seed)
    number = min(min(x.attempts, y.attempts) for x, y in pairs)
    full, eligible = _deviation(pairs, metric, k=k)
    halved = [
        _deviation(
            [(thin(x, x.attempts // 2, random), thin(y, y.attempts // 2, random)) for x, y in pairs],
            metric,
            k=k,
        )
        for _ in range(THINNINGS)
    ]
    known = [deviation for deviation, _ in halved if deviation is not None]
    half = sqrt(sum(d * d for d in known) / len(known)) if len(known) == THINNINGS else None
    double = None if full is None else full
    if full is not None and half is not None:
        double = sqrt(max(full**2 - max(0.0, half**2 - full**2) / 2, full**2 / 2))
    rows = [
        (number // 2, half, sum(share for _, share in halved) / THINNINGS),
        (number, full, eligible),
        (2 * number, double, eligible),
    ]
    needs = tuple(
        _need(n, deviation, eligible=share, effect=size, power=power, level=level, bugs=bugs)
        for n, deviation, share in rows
        if n
    )
    return Plan(
        metric=metric, effect=size, power=power, level=level, basis=f"of {len(pairs)} bugs run", needs=needs
    )


def bugs_needed(deviation: float, effect: float, *, power: float = 0.8, level: float = 0.05) -> int:
    """Return the bugs that show `effect` where its paired difference has this standard deviation per bug."""
    return ceil((_normal(1 - level / 2) + _normal(power)) ** 2 * (deviation / effect) ** 2)


def power_with(bugs: int, *, deviation: float, effect: float, level: float = 0.05) -> float:
    """Return the chance that `bugs` bugs show `effect` in a two-sided test at `level`."""
    reach = abs(effect) * sqrt(bugs) / deviation if deviation else float("inf")
    return float(ndtr(reach - _normal(1 - level / 2)))


def thin(tally: Tally, attempts: int, random: np.random.Generator) -> Tally:
    """Return the tally of a random subset of the attempts, drawn without replacement."""
    unclustered = tally.correct - sum(tally.strategies.values())
    cells = [*tally.strategies.values(), unclustered, tally.attempts - tally.correct]
    drawn = random.multivariate_hypergeometric(cells, min(attempts, tally.attempts))
    kept = {name: int(count) for name, count in zip(tally.strategies, drawn, strict=False) if count}
    correct = int(drawn[:-1].sum())
    scale = min(attempts, tally.attempts) / tally.attempts if tally.attempts else 0.0
    return Tally(
        bug=tally.bug,
        slice=tally.slice,
        attempts=int(drawn.sum()),
        correct=correct,
        strategies=kept,
        tokens=round(tally.tokens * scale),
        seconds=tally.seconds * scale,
    )


def _deviation(pairs: Sequence[tuple[Tally, Tally]], metric: str, *, k: int) -> tuple[float | None, float]:
    """Return the standard deviation of the change per bug of the suite, and the share that takes part."""
    found = estimate(pairs, [_measure(metric, k=k)], flips=1)[metric].change
    if found.standard_error is None:
        return None, found.units / len(pairs)
    return found.standard_error * sqrt(len(pairs)), found.units / len(pairs)


def _measure(metric: str, *, k: int) -> Measure | PairMeasure:
    head, _, tail = metric.replace("@", "_").rpartition("_")
    ks = sorted({1, k, *([int(tail)] if head in {"pass", "C"} and tail.isdigit() else [])})
    if head == "C" and tail.isdigit():
        ks = sorted({1, int(tail)})
    b = int(tail) if head == "D" and tail.isdigit() else 4
    measures = {measure.name: measure for measure in standard_measures(ks=ks, b=b)}
    if metric not in measures:
        raise UsageError(f"Unknown metric {metric!r}; known: {', '.join(measures)}")
    return measures[metric]


def _effect(metric: str, effect: float | None) -> float:
    _measure(metric, k=16)
    size = EFFECTS.get(metric, -0.05) if effect is None else effect
    if size == 0:
        raise UsageError("No number of bugs shows an effect of 0: name the smallest that matters")
    if not isfinite(size):
        raise UsageError(f"An effect of {size!r} is no size: name the smallest that matters")
    return size


def _need(
    attempts: int,
    deviation: float | None,
    *,
    eligible: float,
    effect: float,
    power: float,
    level: float,
    bugs: int | None,
) -> Need:
    if deviation is None:
        return Need(attempts=attempts, deviation=None, eligible=eligible, bugs=None, power=None)
    return Need(
        attempts=attempts,
        deviation=deviation,
        eligible=eligible,
        bugs=max(2, bugs_needed(deviation, effect, power=power, level=level)),
        power=None if bugs is None else power_with(bugs, deviation=deviation, effect=effect, level=level),
    )


def _normal(probability: float) -> float:
    return float(ndtri(probability))


def _line(need: Need, metric: str) -> str:
    if need.bugs is None:
        return f"  {need.attempts:>4} attempts per bug: {metric} is undefined, make more"
    chance = "" if need.power is None else f"; the bugs asked about give {need.power:.0%} power"
    part = "" if need.eligible > 0.995 else f" ({need.eligible:.0%} of them can take part)"
    return f"  {need.attempts:>4} attempts per bug: {need.bugs} bugs{part}{chance}"
