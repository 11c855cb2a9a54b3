"""The verdict: one of four words, by a rule that was written down before any data (docs/method.md §6).

The rule looks at intervals only. A wrong *pays less* where nothing changed has a chance of at most 1 in 20:
two intervals are looked at, each with 1 in 40 on its lower side.

The verdict says that there is a loss; `size` says how it compares with what matters in practice, by the same
intervals. It was added after the rule, and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reroll.statistics.intervals import Interval
from reroll.statistics.measures import Estimate
from reroll.statistics.significance import not_below

STILL_PAYS = "still pays"
"""Retries buy as many fixes and strategies as before, within the margins."""
PAYS_LESS = "pays less"
"""Retries buy fewer strategies, or rescue fewer of the first failures."""
LOCKS_IN = "locks in"
"""More is fixed at the first attempt, and less with all of them."""
INCONCLUSIVE = "inconclusive"
"""The data cannot tell."""
VERDICTS = (STILL_PAYS, PAYS_LESS, LOCKS_IN, INCONCLUSIVE)

SLIGHT = "slight"
"""The loss is there, and its interval reaches into the margin: it may not matter in practice."""
MODERATE = "moderate"
"""The whole interval lies beyond the margin."""
LARGE = "large"
"""The whole interval lies beyond three margins."""
UNSURE = "unsure"
"""The interval holds losses within the margin and large ones: more bugs would tell."""
SIZES = (SLIGHT, UNSURE, MODERATE, LARGE)
"""Sizes of a loss, in rising order."""
LARGE_MARGINS = 3
"""Margins beyond which a loss is large."""

FEWEST_BUGS = 6
"""Below, no pattern of signs reaches p < 0.05, so no interval is taken as evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Losses too small to matter in practice, which *still pays* must rule out."""

    strategies: float = 0.1
    """In D_b: a tenth of a strategy among b fixes."""
    rescued: float = 0.03
    """In the rescued fraction: three of a hundred first failures."""


def judge(found: Mapping[str, Estimate], *, k: int, b: int, margins: Margins) -> str:
    """Return the verdict on the figures of `catalogue.standard_measures`; docs/method.md §6.

    1. *locks in*: the interval of pass@k lies below 0 and that of pass@1 above.
    2. *still pays*: the one-sided lower bounds of the changes of D_b and of the rescued fraction exclude a
       loss beyond the margins, and retries buy something after training at all.
    3. *pays less*: the interval of D_b or of the rescued fraction lies below 0.
    4. *inconclusive*: else.
    """
    strategies, rescued = found[f"D_{b}"].change, found["rescued_fraction"].change
    if falls(found[f"pass@{k}"].change) and rises(found["pass@1"].change):
        return LOCKS_IN
    kept = _no_loss(strategies, margin=margins.strategies) and _no_loss(rescued, margin=margins.rescued)
    if kept and rises(found["retry_gain"].after):
        return STILL_PAYS
    return PAYS_LESS if falls(strategies) or falls(rescued) else INCONCLUSIVE


def size(found: Mapping[str, Estimate], *, verdict: str, b: int, margins: Margins) -> str:
    """Return how large the loss is that *pays less* or *locks in* is about; empty for other verdicts.

    Of the two axes that clearly fall, the one with the larger loss counts; docs/method.md §6.
    """
    if verdict not in {PAYS_LESS, LOCKS_IN}:
        return ""
    axes = ((found[f"D_{b}"].change, margins.strategies), (found["rescued_fraction"].change, margins.rescued))
    sizes = [loss(interval, margin=margin) for interval, margin in axes if falls(interval)]
    return max(sizes, key=SIZES.index, default=UNSURE)


def loss(interval: Interval, *, margin: float) -> str:
    """Return the size of a loss whose interval lies below 0."""
    assert interval.low is not None
    assert interval.high is not None
    if interval.high <= -LARGE_MARGINS * margin:
        return LARGE
    if interval.high <= -margin:
        return MODERATE
    return SLIGHT if interval.low > -LARGE_MARGINS * margin else UNSURE


def rises(interval: Interval) -> bool:
    """Return whether the whole interval lies above 0, on enough bugs."""
    return interval.low is not None and interval.low > 0 and interval.independent >= FEWEST_BUGS


def falls(interval: Interval) -> bool:
    """Return whether the whole interval lies below 0, on enough bugs."""
    return interval.high is not None and interval.high < 0 and interval.independent >= FEWEST_BUGS


def _no_loss(interval: Interval, *, margin: float) -> bool:
    return interval.independent >= FEWEST_BUGS and not_below(interval, margin=margin)
