"""Two grains of strategies: what holds at the coarse grain should hold at the fine one."""

from __future__ import annotations

from dataclasses import replace

from reroll.report.comparison import Comparison
from reroll.report.numerals import number


def with_grains(coarse: Comparison, fine: Comparison) -> Comparison:
    """Return the coarse comparison, with a note where the fine grain disagrees."""
    note = disagreement(coarse, fine)
    return coarse if note is None else replace(coarse, notes=(*coarse.notes, note))


def disagreement(coarse: Comparison, fine: Comparison) -> str | None:
    """Return a sentence where the two grains lead to different conclusions; None where they agree."""
    parts = []
    if coarse.verdict != fine.verdict:
        parts.append(
            f"the verdict is {coarse.verdict!r} at the coarse grain and {fine.verdict!r} at the fine grain"
        )
    for name, metric in coarse.metrics.items():
        other = fine.metrics.get(name)
        if other is not None and {_sign(metric.low, metric.high), _sign(other.low, other.high)} == {-1, 1}:
            one, two = (number(change.delta, signed=True) for change in (metric, other))
            parts.append(f"{name} changes by {one} (coarse) and {two} (fine)")
    return f"The grains disagree: {'; '.join(parts)}" if parts else None


def _sign(low: float | None, high: float | None) -> int:
    if low is None or high is None:
        return 0
    return 1 if low > 0 else -1 if high < 0 else 0
