"""Whether the statistics keep their promises: coverage, size, power, false verdicts, speed.

    python benchmarks/intervals.py [--quick] [--json]

Bugs come from the planning population of `reroll.statistics.population`, so the truth is known: it is the
value over the whole pool that a simulated study is drawn from. Prints tables; with `--json`, one object on
the last line.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reroll.report.compare import compare_checkpoints
from reroll.report.verdicts import VERDICTS, Margins, judge
from reroll.statistics.catalogue import standard_measures
from reroll.statistics.deletion import Array, Statistic, delete_each
from reroll.statistics.intervals import Interval, jackknife
from reroll.statistics.measures import Measure, Pair, PairMeasure, change_of, contrast, estimate
from reroll.statistics.population import BEFORE, Population
from reroll.statistics.significance import Exchange, exchange_tests

KS = (1, 2, 4, 8, 16)
BUGS = (20, 40, 100, 300)
TESTED = ("pass@1", "pass@16", "retry_gain", "rescued_fraction", "C_16", "D_4", "echo", "tilt_A", "dist2")
POWERED = ("retry_gain", "C_16", "tilt_A", "D_4")
COUNTED = ("pass@1", "pass@8", "pass@16", "rescued_fraction", "D_4", "tilt_A", "attempts_per_fix")
"""Figures for which the bugs that decide are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much to simulate."""

    pool: int
    """Bugs in the pool that studies are drawn from."""
    coverage: int
    """Simulated studies per number of bugs, for coverage."""
    size: int
    """The same for the size of sign-flip tests and for power."""
    dual: int
    """The same for the size of tests that are dual to an interval, which are quick."""
    verdicts: int
    """The same for verdicts."""
    bugs: int
    """Bugs of the timed comparison."""


QUICK = Scale(pool=4_000, coverage=300, size=60, dual=300, verdicts=40, bugs=300)
FULL = Scale(pool=30_000, coverage=3_000, size=1_000, dual=10_000, verdicts=400, bugs=2_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """One figure over the whole pool: what every bug contributes, and the true change."""

    measure: Measure | PairMeasure
    before: Array
    after: Array
    change: Statistic
    truth: float

    def interval(self, drawn: NDArray[np.int64]) -> Interval:
        """Return the interval of the change in a study of these bugs."""
        rows = np.hstack([self.before[drawn], self.after[drawn]])
        kept = rows[np.isfinite(rows).all(axis=1)]
        measure = self.measure
        if isinstance(measure, Measure):
            return change_of(measure, kept)
        return jackknife(kept, statistic=self.change, span=measure.span, skewed=measure.skewed)


def pooled(pairs: Sequence[Pair], names: Sequence[str] | None = None) -> list[Pooled]:
    """Return the figures over the pool, for drawing studies from."""
    found = []
    for measure in standard_measures(ks=KS):
        if (names is not None and measure.name not in names) or measure.name.startswith(
            ("tokens", "seconds")
        ):
            continue
        if isinstance(measure, Measure):
            arms = contrast(measure, pairs)
            before, after, change = arms.before, arms.after, arms.change
        else:
            rows = [measure.columns(*pair) for pair in pairs]
            after = np.array([[np.nan if value is None else value for value in row] for row in rows])
            before, change = after[:, :0], measure.statistic
        both = np.hstack([before, after])
        truth = float(change(both[np.isfinite(both).all(axis=1)].mean(axis=0)))
        found.append(Pooled(measure=measure, before=before, after=after, change=change, truth=truth))
    return found


def coverage(pool: Sequence[Pooled], *, bugs: int, studies: int, seed: int) -> dict[str, float]:
    """Return how often the 95 % interval of each change holds the truth."""
    random, hits, tried = np.random.default_rng(seed), Counter[str](), Counter[str]()
    for _ in range(studies):
        drawn = random.integers(0, len(pool[0].after), size=bugs)
        for one in pool:
            found = one.interval(drawn)
            if found.low is not None and found.high is not None:
                tried[one.measure.name] += 1
                hits[one.measure.name] += found.low <= one.truth <= found.high
    return {name: round(hits[name] / number, 4) for name, number in tried.items()}


def deciding(pool: Sequence[Pooled], *, bugs: int, studies: int, seed: int) -> dict[str, float]:
    """Return the median number of bugs that decide about each change: (sum of v²)² / sum of v⁴.

    v are the centred pseudo-values; where m bugs differ alike and the others not at all, the number is m.
    """
    random, found = np.random.default_rng(seed), dict[str, list[float]]()
    for _ in range(studies):
        drawn = random.integers(0, len(pool[0].after), size=bugs)
        for one in pool:
            rows = np.hstack([one.before[drawn], one.after[drawn]])
            deleted = delete_each(rows[np.isfinite(rows).all(axis=1)])
            if deleted is None or deleted.units < 2:
                continue
            estimate, left_out = deleted.apply(one.change)
            squares = deleted.spread(estimate, left_out)[0] ** 2
            if 1e-12 < squares.sum() < np.inf:
                found.setdefault(one.measure.name, []).append(squares.sum() ** 2 / (squares**2).sum())
    return {name: round(float(np.median(numbers)), 1) for name, numbers in found.items()}


def rejections(pool: Sequence[Pooled], *, bugs: int, studies: int, seed: int) -> dict[str, float]:
    """Return how often the test of each change has p < 0.05: size where nothing changed, else power."""
    random, hits = np.random.default_rng(seed), Counter[str]()
    flipped = [one for one in pool if isinstance(one.measure, Measure)]
    for study in range(studies):
        drawn = random.integers(0, len(pool[0].after), size=bugs)
        tests = [
            Exchange(before=one.before[drawn], after=one.after[drawn], statistic=one.measure.statistic)
            for one in flipped
        ]
        found = dict(zip(map(id, flipped), exchange_tests(tests, flips=999, seed=study), strict=True))
        for one in pool:
            p = found[id(one)] if id(one) in found else one.interval(drawn).p_zero
            hits[one.measure.name] += p is not None and p < 0.05
    return {one.measure.name: round(hits[one.measure.name] / studies, 4) for one in pool}


def verdicts(population: Population, *, bugs: int, studies: int, attempts: int = 32) -> dict[str, float]:
    """Return how often each verdict is given to studies from one population."""
    pool = population.draw(max(2_000, bugs), attempts=attempts, seed=9)
    random, given = np.random.default_rng(10), Counter[str]()
    for _ in range(studies):
        pairs = [pool[index] for index in random.integers(0, len(pool), size=bugs)]
        found = estimate(pairs, standard_measures(ks=KS), flips=0)
        given[judge(found, k=max(KS), b=4, margins=Margins())] += 1
    return {verdict: round(given[verdict] / studies, 4) for verdict in VERDICTS}


def speed(bugs: int) -> dict[str, float]:
    """Return what comparing four checkpoints with one base costs, on all bugs and two slices."""
    arms = {"base": [before for before, _ in Population().draw(bugs, attempts=100, seed=1)]}
    for number in range(4):
        arms[f"arm{number}"] = [after for _, after in Population().draw(bugs, attempts=100, seed=1 + number)]
    halves = {f"plan/{bug}": "id" if bug % 2 else "ood" for bug in range(bugs)}
    sliced = {
        name: [type(tally)(**{**_fields(tally), "slice": halves[tally.bug]}) for tally in tallies]
        for name, tallies in arms.items()
    }
    start, used = time.perf_counter(), time.process_time()
    done = compare_checkpoints(sliced, before="base")
    return {
        "bugs": bugs,
        "attempts": bugs * 5 * 100,
        "comparisons": len(done),
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(time.process_time() - used, 2),
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def _fields(tally: Any) -> dict[str, Any]:
    return {name: getattr(tally, name) for name in type(tally).__slots__}


def main() -> None:
    """Run everything and print it."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--quick", action="store_true", help="less of everything, under a minute")
    options.add_argument("--json", action="store_true", help="one JSON object on the last line")
    chosen = options.parse_args()
    scale = QUICK if chosen.quick else FULL
    result: dict[str, Any] = {
        "speed": speed(scale.bugs),
        "coverage": {},
        "deciding": {},
        "size": {},
        "power": {},
        "verdicts": {},
    }
    print("Speed:", result["speed"], flush=True)

    for attempts in (32,) if chosen.quick else (32, 16):
        pool = pooled(Population().draw(scale.pool, attempts=attempts, seed=2))
        for bugs in BUGS:
            rates = coverage(pool, bugs=bugs, studies=scale.coverage, seed=3)
            result["coverage"][f"bugs={bugs},attempts={attempts}"] = rates
            _show(f"Coverage of 95 % intervals, {bugs} bugs, {attempts} attempts", rates)
            counted = [one for one in pool if one.measure.name in COUNTED]
            rates = deciding(counted, bugs=bugs, studies=scale.verdicts, seed=3)
            result["deciding"][f"bugs={bugs},attempts={attempts}"] = rates
            _show(f"Bugs that decide, of {bugs}, {attempts} attempts", rates)

    unchanged = Population(kappa=0.0, before=BEFORE, after=BEFORE, correlation=1.0)
    null = pooled(unchanged.draw(scale.pool, attempts=32, seed=4), TESTED)
    flipped = [one for one in null if isinstance(one.measure, Measure)]
    dual = [one for one in null if isinstance(one.measure, PairMeasure)]
    for bugs in BUGS:
        rates = rejections(flipped, bugs=bugs, studies=scale.size, seed=5)
        rates |= rejections(dual, bugs=bugs, studies=scale.dual, seed=5)
        result["size"][f"bugs={bugs}"] = rates
        _show(f"Size of tests at 5 %, {bugs} bugs", rates)

    for kappa, many in ((2.0, (40, 100, 300)), (4.0, (40,))):
        for attempts in (32,) if chosen.quick else (16, 32, 64):
            pool = pooled(Population(kappa=kappa).draw(scale.pool, attempts=attempts, seed=6), POWERED)
            for bugs in many:
                rates = rejections(pool, bugs=bugs, studies=scale.size, seed=7)
                result["power"][f"kappa={kappa:g},bugs={bugs},attempts={attempts}"] = rates
                _show(f"Power, kappa {kappa:g}, {bugs} bugs, {attempts} attempts", rates)

    for name, population in (
        ("no change", unchanged),
        ("kappa 2", Population()),
        ("kappa 4", Population(kappa=4.0)),
    ):
        for bugs in (40, 100, 300):
            rates = verdicts(population, bugs=bugs, studies=scale.verdicts)
            result["verdicts"][f"{name},bugs={bugs}"] = rates
            _show(f"Verdicts, {name}, {bugs} bugs", rates)
    if chosen.json:
        print(json.dumps(result))


def _show(title: str, rates: dict[str, float]) -> None:
    print(f"{title}: " + ", ".join(f"{name} {rate:.3f}" for name, rate in rates.items()), flush=True)


if __name__ == "__main__":
    main()
