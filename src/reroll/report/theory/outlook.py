"""A forecast in words and as JSON: what self-distillation should do to retries, before any training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reroll.lab.forecast import Forecast
    from reroll.statistics.intervals import Interval

STAGES = {
    "ideal": "ideal RL: the base, kept to what is correct",
    "one_round": "self-distillation, one round with a frozen teacher",
    "fixed_point": "self-distillation, iterated to its fixed point",
    "balanced": "self-distillation, demonstrations balanced over strategies",
}
"""Stage of a forecast to its description."""


def lines(found: Forecast) -> list[str]:
    """Return the forecast as text: each stage with its intervals, then each slice, then what is unknown."""
    parts = [f"Forecast for {len(found.bugs)} bugs from the base alone"]
    slices = sorted({bug.slice for bug in found.bugs})
    for name in ("", *(slices if len(slices) > 1 else ())):
        part = found.of_slice(name) if name else found
        parts.append(f"{name or 'all'} ({len(part.bugs)} bugs):")
        for stage, outlook in part.stages.items():
            parts.append(f"  {STAGES[stage]}: echo {_said(outlook.echo)}, D_4 {_said(outlook.distinct)}")
    if found.unknown:
        first = next(iter(found.unknown.items()))
        parts.append(f"No forecast for {len(found.unknown)} bugs, such as {first[0]}: {first[1]}")
    return parts


def document(found: Forecast) -> dict[str, Any]:
    """Return the forecast as JSON values."""
    return {
        "stages": {
            stage: {"echo": _values(outlook.echo), "D_4": _values(outlook.distinct)}
            for stage, outlook in found.stages.items()
        },
        "bugs": [
            {
                "bug": bug.bug,
                "slice": bug.slice,
                "patches": bug.patches,
                "shares": {stage: dict(getattr(bug.predictions, stage).shares) for stage in STAGES},
            }
            for bug in found.bugs
        ],
        "unknown": dict(found.unknown),
    }


def _said(value: Interval) -> str:
    if value.estimate is None:
        return "–"
    band = "" if value.low is None else f" [{value.low:.3f}, {value.high:.3f}]"
    return f"{value.estimate:.3f}{band}"


def _values(value: Interval) -> dict[str, float | None]:
    return {"estimate": value.estimate, "low": value.low, "high": value.high}
