"""The answer as data: what `compare` found about two checkpoints on one slice.

Every figure may be None, and then its note says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

ALL = "all"
"""Slice name of a comparison over every bug."""
FEW_PAIRS = 2
"""Pairs beyond which the verdicts stand in a table first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure of a comparison, paired over bugs."""

    name: str
    """Name in tables, gates and JSON."""
    before: float | None
    """The figure in the first arm; None where undefined."""
    after: float | None
    """The figure in the second arm."""
    delta: float | None
    """after − before."""
    low: float | None
    """Lower end of the interval of `delta`."""
    high: float | None
    """Upper end of the interval of `delta`."""
    p: float | None
    """Two-sided sign-flip p-value of `delta`, as it stands."""
    p_adjusted: float | None
    """The same after Holm's correction over all figures but the primary one; None for that one."""
    bugs: int
    """Bugs that the figure rests on."""
    primary: bool
    """Whether this is the primary endpoint."""
    note: str
    """Why something is None, or what to bear in mind; empty if nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A curve's value at k attempts in both arms, with intervals."""

    k: int
    """Attempts."""
    before: float | None
    """Value in the first arm."""
    before_low: float | None
    """Lower end in the first arm."""
    before_high: float | None
    """Upper end in the first arm."""
    after: float | None
    """Value in the second arm."""
    after_low: float | None
    """Lower end in the second arm."""
    after_high: float | None
    """Upper end in the second arm."""
    delta: float | None
    """after − before, paired over bugs."""
    low: float | None
    """Lower end of `delta`."""
    high: float | None
    """Upper end of `delta`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """pass@k if every attempt that the harness lost had failed, and if every one had been a fix."""

    k: int
    """Attempts."""
    before_worst: float
    """First arm, lost attempts as failures."""
    before_best: float
    """First arm, lost attempts as fixes."""
    after_worst: float
    """Second arm, lost attempts as failures."""
    after_best: float
    """Second arm, lost attempts as fixes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The change of C_k as the sum of two parts, over the bugs where both are defined."""

    k: int
    """Attempts."""
    accuracy: float
    """Part due to more or fewer correct attempts."""
    concentration: float
    """Part due to correct attempts spreading over more or fewer strategies."""
    bugs: int
    """Bugs that it rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Whether further attempts still pay: two checkpoints on one slice."""

    before: str
    """Name of the first checkpoint."""
    after: str
    """Name of the second checkpoint."""
    slice: str
    """Slice, or `all`."""
    grain: str
    """Grain of the strategies: `coarse` or `fine`."""
    bugs: int
    """Bugs that both checkpoints tried."""
    attempts: int
    """Fewest counted attempts of a bug in either arm."""
    budget: int
    """The largest k, which gain, rescued fraction and costs are about."""
    level: float
    """Confidence level of the intervals."""
    groups: int | None
    """Groups of bugs that intervals and tests take as the unit; None where that is the bug."""
    verdict: str
    """`still pays`, `pays less`, `locks in` or `inconclusive`."""
    size: str
    """Of the loss, by the margins: `slight`, `moderate`, `large` or `unsure`; empty where there is none."""
    sentence: str
    """The answer in words, with numbers."""
    metrics: Mapping[str, Metric]
    """Figures by name, in the order of the table."""
    gained: tuple[str, ...]
    """Bugs that only the second checkpoint ever fixed."""
    lost: tuple[str, ...]
    """Bugs that only the first checkpoint ever fixed."""
    curves: tuple[Point, ...]
    """pass@k."""
    strategy_curve: tuple[Point, ...]
    """C_k, expected distinct correct strategies in k attempts."""
    marginal: tuple[Point, ...]
    """What attempt k adds to pass@k."""
    marginal_strategies: tuple[Point, ...]
    """What attempt k adds to C_k."""
    bounds: tuple[Bound, ...]
    """Worst and best case; empty where the harness lost no attempt."""
    split: Split | None
    """Why C_k changed; None where no bug can tell."""
    excluded: tuple[str, ...]
    """Bugs left out, because one arm has no counted attempt on them."""
    notes: tuple[str, ...]
    """What to bear in mind, in sentences."""

    @property
    def primary(self) -> Metric:
        """The primary endpoint."""
        return next(metric for metric in self.metrics.values() if metric.primary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One checkpoint against the first, on every slice."""

    before: str
    """Name of the first checkpoint."""
    after: str
    """Name of the other one."""
    comparisons: tuple[Comparison, ...]
    """One comparison a slice."""


def pairings_of(comparisons: Sequence[Comparison]) -> tuple[Pairing, ...]:
    """Return comparisons by pair of checkpoints."""
    found: dict[tuple[str, str], list[Comparison]] = {}
    for comparison in comparisons:
        found.setdefault((comparison.before, comparison.after), []).append(comparison)
    return tuple(
        Pairing(before=before, after=after, comparisons=tuple(comparisons))
        for (before, after), comparisons in found.items()
    )


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON values, the metrics by name."""
    plain = asdict(comparison)
    plain["metrics"] = {
        name: {key: value for key, value in asdict(metric).items() if key != "name"}
        for name, metric in comparison.metrics.items()
    }
    return plain


def document(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Return the JSON document of `reroll compare --json`."""
    return {"comparisons": [to_json(comparison) for comparison in comparisons]}
