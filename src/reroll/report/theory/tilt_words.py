"""What a tilt means, in words that somebody who trains models can act on, and as the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reroll.report.numerals import decimal, interval, percent
from reroll.report.theory.sharpening import Sharpening
from reroll.statistics.intervals import Interval

if TYPE_CHECKING:
    from reroll.report.theory.tilt import Tilt

KEPT_NATS = 2.0
"""Largest kappa, in either direction, that an interval may hold for ratios to be called kept."""
WITHIN_SHARE = 0.5
"""Share of the variance between strategies below which the change is called one of wording."""


def sentence(
    kappa: Interval | None,
    share: float | None,
    *,
    sharper: Sharpening | None = None,
    before: str,
    after: str,
) -> str:
    """Return what a tilt means, in words that somebody who trains models can act on."""
    if kappa is None or kappa.estimate is None or kappa.low is None or kappa.high is None:
        return f"Whether {after} moved toward {before}'s favourites cannot be told from these attempts."
    figure = f"kappa {decimal(kappa.estimate, digits=2)} {interval(kappa.low, kappa.high, digits=2)}"
    if kappa.low <= 0 <= kappa.high:
        if max(-kappa.low, kappa.high) > KEPT_NATS:
            return (
                f"Whether {after} moved toward {before}'s favourites cannot be told from these attempts: "
                f"{figure} includes zero and large tilts alike."
            )
        return (
            f"No tilt toward {before}'s favourites shows in {after}: {figure} includes zero, so among "
            "correct fixes training kept the ratios as far as these attempts can tell."
        )
    if kappa.high < 0:
        return (
            f"{after} moved away from {before}'s favourites: {figure}; strategies that were rare among "
            f"{before}'s correct fixes gained."
        )
    text = (
        f"{after} moved toward the fixes that {before} already preferred: {figure}. A fix that held all of a "
        f"bug's correct mass gained {decimal(kappa.estimate, digits=2)} nats over one that held none"
    )
    if sharper is not None and _positive(sharper.within) and not _positive(sharper.beyond):
        return (
            f"{text}. But it became sharper within strategies too, by a slope of "
            f"{decimal(sharper.within.estimate, digits=2)}, and that alone may explain it: kappa beyond is "
            f"{decimal(sharper.beyond.estimate, digits=2)} "
            f"{interval(sharper.beyond.low, sharper.beyond.high, digits=2)}. A higher sampling temperature "
            "undoes such a change."
        )
    text += ": demonstrations balanced over strategies, or a KL term to the base, counter this."
    if share is not None and share < WITHIN_SHARE:
        text += (
            f" Only {percent(share)} of the change is between strategies; the rest is how they are written."
        )
    return text


def _positive(value: Interval) -> bool:
    return value.low is not None and value.low > 0


def rows(found: Tilt) -> list[tuple[str, str, str]]:
    """Return a tilt as (figure, value with interval, meaning), for tables."""

    def of(value: Interval | None) -> str:
        if value is None or value.estimate is None:
            return "–"
        return f"{decimal(value.estimate, sign=True)} {interval(value.low, value.high)}"

    slope, bare = found.slope, found.slope_without_length
    return [
        (
            "kappa (exact)",
            of(found.kappa),
            "log tilt per unit of the base's share; 0 if ratios were kept (M14)",
        ),
        ("kappa (counts)", of(found.kappa_counts), "the same from counts; reads low when large (M13)"),
        ("tilt A", of(found.tilt_A), "mass moved toward the base's favourites (M12)"),
        ("drift Dist²", of(found.drift), "mass moved in whatever direction (M12)"),
        (
            "slope",
            of(slope.interval if slope else None),
            "of L on log π_base at equal length; above 0 sharpens (M15)",
        ),
        ("slope, any length", of(bare.interval if bare else None), "the same without the covariate (M15)"),
        ("slope between", of(found.slope_between), "the same among strategies"),
        ("slope within", of(found.slope_within), "the same among spellings of one strategy"),
        ("kappa beyond", of(found.kappa_beyond), "kappa that sharpening in general does not explain"),
        ("between strategies", percent(found.share_between), "share of the variance of L (M15)"),
        ("spread of L", decimal(found.spread), "standard deviation within bugs, nats"),
        ("noise floor", decimal(found.noise, digits=6), "the base scored twice in other orders, nats"),
        ("reproduction", decimal(found.reproduced, digits=6), "scored against sampled, nats per token"),
    ]
