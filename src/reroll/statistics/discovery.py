"""The next attempt: how much is still unseen, and what further attempts would bring.

`counts` is x: attempts per strategy of one bug. Per bug these figures are noise; pool them over bugs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reroll.errors import StatisticsError
from reroll.statistics.draws import check_strategies


@dataclass(frozen=True, slots=True, kw_only=True)
class Richness:
    """How many strategies a bug has, as far as its attempts can tell."""

    observed: int
    """Strategies seen."""
    unseen: float
    """Lower bound of the number not seen yet (Chao1)."""
    coverage: float
    """Estimated probability mass of the strategies seen."""
    informative: bool
    """Whether singletons and doubletons suffice to say so; if not, distrust the other figures."""

    @property
    def total(self) -> float:
        """Chao1: a lower bound of the number of strategies."""
        return self.observed + self.unseen


def good_turing(counts: Sequence[int], *, attempts: int | None = None) -> float | None:
    """Return f1 / n: the chance that one more attempt shows a strategy not seen before.

    Exactly unbiased for the mass unseen after n − 1 attempts. Good 1953; docs/method.md M9. `attempts` is n
    where attempts outside `counts` exist (incorrect ones). None without attempts.
    """
    total = check_strategies(counts) if attempts is None else attempts
    return None if total == 0 else sum(count == 1 for count in counts) / total


def richness(counts: Sequence[int]) -> Richness | None:
    """Return Chao1 and the coverage of the sample. Chao 1984, Chao et al. 2014; docs/method.md M9.

    None without attempts. One singleton and no doubleton gives coverage 1 whatever is unseen, and nothing but
    singletons gives an arbitrary bound: both are flagged as uninformative.
    """
    n = check_strategies(counts)
    if n == 0:
        return None
    f1, f2 = (sum(count == times for count in counts) for times in (1, 2))
    unseen = (n - 1) / n * (f1 * f1 / (2 * f2) if f2 else f1 * (f1 - 1) / 2)
    shrink = n * unseen / (n * unseen + f1) if f1 else 1.0
    return Richness(
        observed=sum(count > 0 for count in counts),
        unseen=unseen,
        coverage=1 - f1 / n * shrink,
        informative=not (f1 == n or (f1 == 1 and f2 == 0)),
    )


def extrapolate(counts: Sequence[int], *, further: int) -> float | None:
    """Return the expected number of strategies after `further` more attempts.

    S + f0 [1 − (1 − f1 / (n f0 + f1))^m]. Chao et al. 2014; docs/method.md M9. None without attempts.

    Raises:
        StatisticsError: for more than twice the attempts that were made; the bound is not trusted beyond.
    """
    n, found = check_strategies(counts), richness(counts)
    if found is None:
        return None
    if not 0 <= further <= n:
        raise StatisticsError(f"Cannot extrapolate {n} attempts by {further!r} more: at most {n}")
    f1 = sum(count == 1 for count in counts)
    if found.unseen == 0:
        return float(found.observed)
    return found.observed + found.unseen * (1 - (1 - f1 / (n * found.unseen + f1)) ** further)
