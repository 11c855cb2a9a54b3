"""Hill numbers: effective numbers of strategies, for description only.

Richness grows with the number of attempts, so it compares only at equal c; tests and intervals rest on D_b
and the echo rate instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from reroll.statistics.draws import check_strategies
from reroll.statistics.echo import echo


@dataclass(frozen=True, slots=True, kw_only=True)
class Hill:
    """Effective numbers of strategies of one bug, by how much they weigh the frequent ones."""

    richness: int
    """Order 0: strategies seen."""
    entropy: float | None
    """Order 1: exp of the entropy, corrected for unseen strategies; None where nothing was seen twice."""
    collision: float | None
    """Order 2: 1 / echo; None without two attempts that share a strategy."""


def hill_numbers(counts: Sequence[int]) -> Hill | None:
    """Return the Hill numbers of order 0, 1 and 2. docs/method.md M7. None without a correct attempt."""
    if check_strategies(counts) == 0:
        return None
    seen = [count for count in counts if count]
    nats, rate = entropy(seen), echo(seen)
    return Hill(
        richness=len(seen),
        entropy=None if nats is None else exp(nats),
        collision=1 / rate if rate else None,
    )


def entropy(counts: Sequence[int]) -> float | None:
    """Return the entropy in nats with the correction of Chao, Wang and Jost (2013). docs/method.md M7.

    None without a correct attempt, and where every strategy was seen once (c > 1): the correction explodes.
    """
    correct = check_strategies(counts)
    singles, doubles = counts.count(1), counts.count(2)
    if correct == 0 or (singles == correct and correct > 1):
        return None
    seen = sum(x / correct * sum(1 / j for j in range(x, correct)) for x in counts if x)
    if doubles:
        share = 2 * doubles / ((correct - 1) * singles + 2 * doubles)
    elif singles > 1:
        share = 2 / ((correct - 1) * (singles - 1) + 2)
    else:
        share = 1.0
    if share == 1.0:
        return seen
    series = sum((1 - share) ** r / r for r in range(1, correct))
    return seen + singles / correct * (1 - share) ** (1 - correct) * (-log(share) - series)
