"""A gate for pipelines: fail where a comparison shows what must not happen, beyond doubt.

    expression  = all { "or" all }            all = condition { "and" condition }
    condition   = figure [ "." field ] ( "<" | "<=" | ">" | ">=" ) number
                | figure ( "drops by" | "falls by" | "rises by" ) number
                | "verdict" [ "[" slice "]" ] ( "is" | "is not" ) verdict
    figure      = name [ "[" slice "]" ]      such as D_4, pass@16[ood], echo

The field is `delta` unless named. `delta` respects the interval: `D_4.delta < -0.1`, which `D_4 drops by 0.1`
also says, holds where the whole interval lies below −0.1. `estimate` is the bare difference; `low`, `high`,
`p`, `p_adjusted`, `before` and `after` are themselves. Without a slice, the condition is tried on every
slice; conditions joined by `and` must hold for the same pair of checkpoints and slice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reroll.errors import StatisticsError, UsageError
from reroll.report.comparison import Comparison, Metric
from reroll.report.numerals import number
from reroll.report.verdicts import VERDICTS

_FIELDS = ("before", "after", "delta", "estimate", "low", "high", "p", "p_adjusted")
_WORDS = {"<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least"}
_CONDITION = re.compile(
    r"""(?P<name>[A-Za-z][\w@]*?)\s*(?:\[(?P<slice>[^\]]+)\])?(?:\.(?P<field>\w+))?\s*
        (?:(?P<operator><=|>=|<|>)\s*|(?P<verb>drops|falls|rises)\s+by\s+)
        (?P<number>[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)""",
    re.VERBOSE,
)
_VERDICT = re.compile(
    r"""
        verdict\s*(?:\[(?P<slice>[^\]]+)\])?\s*(?P<operator>is\s+not|is|==|!=)\s*
        ["']?(?P<word>[a-z ]+?)["']?""",
    re.VERBOSE,
)


class Gate(NamedTuple):
    """What a gate decided."""

    failed: bool
    """Whether the expression holds anywhere."""
    why: str
    """One line: the condition and the figures that decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison of a figure with a number, or of the verdict with a word."""

    name: str
    """Name of a metric, or `verdict`."""
    slice: str | None
    """Slice that it is about; None for the one at hand."""
    field: str
    """What of the metric."""
    operator: str
    """`<`, `<=`, `>`, `>=`; `is` or `is not` for verdicts."""
    value: float | str
    """What it is compared with."""


def gate(expression: str, comparisons: Sequence[Comparison]) -> Gate:
    """Return whether `expression` holds for any comparison, and one line why.

    Raises:
        UsageError: for a malformed expression, or names that no comparison has; the text lists what exists.
        StatisticsError: where every comparison leaves the figures undefined: passing would mean nothing.
    """
    if not comparisons:
        raise StatisticsError(f"The gate {expression!r} has no comparison to look at")
    choices = [[_parse(part) for part in _split(choice, "and")] for choice in _split(expression, "or")]
    _check([condition for choice in choices for condition in choice], comparisons)
    undecided: list[str] = []
    decided = False
    for comparison in comparisons:
        peers = [c for c in comparisons if (c.before, c.after, c.grain) == _key(comparison)]
        for choice in choices:
            held = [_holds(condition, comparison, peers) for condition in choice]
            if all(result for result, _ in held):
                return Gate(True, "; ".join(why for _, why in held))
            unknown = [why for result, why in held if result is None]
            if unknown and not any(result is False for result, _ in held):
                undecided.extend(unknown)
            else:
                decided = True
    if not decided:
        raise StatisticsError(f"The gate {expression!r} cannot be decided: {undecided[0]}")
    rest = f" ({'; '.join(dict.fromkeys(undecided))})" if undecided else ""
    return Gate(False, f"{expression}: not shown by the intervals{rest}")


def _split(text: str, word: str) -> list[str]:
    return re.split(rf"\s+{word}\s+", text.strip())


def _parse(text: str) -> Condition:
    if found := _VERDICT.fullmatch(text.strip()):
        positive = found["operator"] in {"is", "=="}
        if found["word"] not in VERDICTS:
            raise UsageError(f"Unknown verdict {found['word']!r} in the gate; known: {', '.join(VERDICTS)}")
        return Condition(
            name="verdict",
            slice=found["slice"],
            field="verdict",
            operator="is" if positive else "is not",
            value=found["word"],
        )
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"Cannot read {text!r} in the gate; write such as 'D_4 drops by 0.1' or 'pass@16[ood].delta < 0'"
        )
    field, size = found["field"] or "delta", float(found["number"].replace("−", "-"))
    if field not in _FIELDS:
        raise UsageError(f"Unknown field {field!r} in the gate; known: {', '.join(_FIELDS)}")
    operator = found["operator"]
    if found["verb"]:
        if found["field"] or size < 0:
            raise UsageError(
                f"Cannot read {text!r} in the gate: '{found['verb']} by' takes a figure and a size"
            )
        operator, size = (">", size) if found["verb"] == "rises" else ("<", -size)
    return Condition(name=found["name"], slice=found["slice"], field=field, operator=operator, value=size)


def _check(conditions: Sequence[Condition], comparisons: Sequence[Comparison]) -> None:
    """Refuse an expression about metrics or slices that no comparison has."""
    slices = list(dict.fromkeys(comparison.slice for comparison in comparisons))
    names = list(dict.fromkeys(name for comparison in comparisons for name in comparison.metrics))
    for condition in conditions:
        if condition.slice is not None and condition.slice not in slices:
            raise UsageError(f"No slice {condition.slice!r} to gate on; there are: {', '.join(slices)}")
        if condition.name != "verdict" and condition.name not in names:
            raise UsageError(f"No figure {condition.name!r} to gate on; there are: {', '.join(names)}")


def _key(comparison: Comparison) -> tuple[str, str, str]:
    return comparison.before, comparison.after, comparison.grain


def _holds(condition: Condition, here: Comparison, peers: Sequence[Comparison]) -> tuple[bool | None, str]:
    """Return whether a condition holds (None: undefined) and the figures as words."""
    about = here if condition.slice is None else next((c for c in peers if c.slice == condition.slice), None)
    where = f"{here.before} → {here.after} [{condition.slice or here.slice}]"
    if about is None:
        return None, f"{where} was not compared"
    if condition.name == "verdict":
        same = about.verdict == condition.value
        return same == (condition.operator == "is"), f"{where}: the verdict is {about.verdict!r}"
    metric = about.metrics.get(condition.name)
    if metric is None:
        return None, f"{where} has no {condition.name}"
    value = _value(metric, condition)
    if value is None:
        return None, f"{where}: {condition.name}.{condition.field} is undefined"
    limit = float(condition.value)
    held = {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[
        condition.operator
    ]
    signed = condition.field in {"delta", "estimate", "low", "high"}
    name = "delta" if condition.field == "estimate" else condition.field
    shown = number(getattr(metric, name), signed=signed)
    if condition.field == "delta":
        shown += f" ({number(metric.low, signed=True)} to {number(metric.high, signed=True)})"
    return (
        held,
        f"{where}: {condition.name}.{condition.field} {shown} {_WORDS[condition.operator]} {number(limit)}",
    )


def _value(metric: Metric, condition: Condition) -> float | None:
    if condition.field == "delta":
        # The end of the interval that is nearest to failing: all of it must lie beyond the number.
        return metric.high if condition.operator.startswith("<") else metric.low
    value = getattr(metric, "delta" if condition.field == "estimate" else condition.field)
    return None if value is None else float(value)
