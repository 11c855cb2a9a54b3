"""Where the mass moved: toward the fixes that the base already preferred, or anywhere.

Within one bug, let q be the base's and r the tuned model's shares of strategies among correct attempts. Ideal
reinforcement leaves r = q. Self-distillation on sampled demonstrations predicts log(r / q) = kappa q +
constant: the tuned model echoes what was frequent. Drift moves mass without that direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reroll.statistics.echo import echo, share_spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Chances that two correct attempts of one bug share a strategy, within and across the arms."""

    base: float
    """Both attempts from the base: sum of q²."""
    tuned: float | None
    """Both from the tuned model: sum of r²; None with one correct attempt."""
    across: float
    """One from each: sum of q r."""

    @property
    def tilt(self) -> float:
        """A = across − base, unbiased for sum of q (r − q): mass moved toward the base's favourites."""
        return self.across - self.base

    @property
    def drift(self) -> float | None:
        """Dist² = tuned − 2 across + base, unbiased for sum of (r − q)²; may be negative in one bug."""
        return None if self.tuned is None else self.tuned - 2 * self.across + self.base


def collide(base: Mapping[str, int], tuned: Mapping[str, int]) -> Collision | None:
    """Return the collisions of one bug, from correct attempts by strategy id. docs/method.md M12.

    The change of the echo rate is exactly 2 A + Dist². None for fewer than two correct attempts of the base
    or none of the tuned model. A strategy that only one arm has is fine.
    """
    correct, tuned_correct, rate = sum(base.values()), sum(tuned.values()), echo(list(base.values()))
    if rate is None or tuned_correct == 0:
        return None
    shared = sum(count * tuned.get(strategy, 0) for strategy, count in base.items())
    return Collision(base=rate, tuned=echo(list(tuned.values())), across=shared / (correct * tuned_correct))


def kappa_parts(base: Mapping[str, int], tuned: Mapping[str, int]) -> tuple[float, float] | None:
    """Return (A, V) of one bug; kappa is the ratio of their sums over bugs, never of one bug.

    First-order in kappa: for large kappa it reads low. docs/method.md M13. None for c < 4 or no correct
    attempt of the tuned model.
    """
    collision, spread = collide(base, tuned), share_spread(list(base.values()))
    return None if collision is None or spread is None else (collision.tilt, spread)
