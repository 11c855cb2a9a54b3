"""How good the clusters are, and what their errors do to the echo rate.

Partitions are given as one label per item. Pairwise figures ask of every pair of items whether both
partitions put it together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from reroll.errors import StatisticsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of a predicted partition with the true one."""

    precision: float | None
    """Share of predicted pairs that are true; None without a predicted pair."""
    recall: float | None
    """Share of true pairs that are predicted; None without a true pair."""
    f1: float | None
    """Harmonic mean of the two; None without pairs on both sides."""
    false_merges: float | None
    """Share of truly different pairs that were put together; None without one."""
    b_cubed_precision: float
    """Mean over items of the share of their predicted cluster that truly belongs with them."""
    b_cubed_recall: float
    """Mean over items of the share of their true cluster that was put with them."""
    adjusted_rand: float
    """Adjusted Rand index: 0 by chance, 1 for equal partitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRates:
    """Error rates of a clusterer on pairs of correct attempts; recall must exceed false merges."""

    recall: float
    """Chance that two attempts of one strategy are put together (tpr)."""
    false_merges: float
    """Chance that two attempts of different strategies are put together (fpr)."""

    def __post_init__(self) -> None:
        if not 0 <= self.false_merges < self.recall <= 1:
            raise StatisticsError(
                f"Clusters with recall {self.recall!r} and false merges {self.false_merges!r} tell nothing: "
                "recall must be the higher one"
            )


def agreement(truth: Sequence[Hashable], predicted: Sequence[Hashable]) -> Agreement:
    """Return pairwise, B-cubed and chance-corrected agreement. docs/method.md M10.

    ARI = (TP − A B / N) / ((A + B) / 2 − A B / N) with A, B the pairs within clusters and N all pairs (Hubert
    and Arabie 1985); B-cubed by Bagga and Baldwin 1998. Equal trivial partitions have ARI 1.

    Raises:
        StatisticsError: for no items, or partitions of different length.
    """
    if len(truth) != len(predicted) or not truth:
        raise StatisticsError(
            f"Two partitions of the same items are needed, not {len(truth)} and {len(predicted)}"
        )
    cells = Counter(zip(truth, predicted, strict=True))
    true_sizes, sizes = Counter(truth), Counter(predicted)
    both, true_pairs, pairs = (_pairs(counter) for counter in (cells, true_sizes, sizes))
    everything = len(truth) * (len(truth) - 1) // 2
    apart = everything - true_pairs
    return Agreement(
        precision=both / pairs if pairs else None,
        recall=both / true_pairs if true_pairs else None,
        f1=2 * both / (pairs + true_pairs) if pairs and true_pairs else None,
        false_merges=(pairs - both) / apart if apart else None,
        b_cubed_precision=sum(m * m / sizes[p] for (_, p), m in cells.items()) / len(truth),
        b_cubed_recall=sum(m * m / true_sizes[t] for (t, _), m in cells.items()) / len(truth),
        adjusted_rand=_adjusted(both, true_pairs, pairs=pairs, everything=everything),
    )


def corrected_echo(observed: float, rates: ErrorRates) -> float:
    """Return the echo rate that clusters without errors would show: (E − fpr) / (tpr − fpr), within 0 and 1.

    Rogan and Gladen 1978; docs/method.md M10.
    """
    return min(1.0, max(0.0, (observed - rates.false_merges) / (rates.recall - rates.false_merges)))


def _pairs(sizes: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _adjusted(both: int, true_pairs: int, *, pairs: int, everything: int) -> float:
    # Multiplied by all pairs, so that integers decide whether the denominator is 0.
    expected = true_pairs * pairs
    highest = (true_pairs + pairs) * everything - 2 * expected
    return 1.0 if highest == 0 else 2 * (both * everything - expected) / highest
