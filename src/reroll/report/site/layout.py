"""How the overview is laid out: the table of numbers, the pairs, and the words that templates use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reroll.report.figures import palette
from reroll.report.numerals import MISSING, decimal, number, percent, probability, whole
from reroll.report.site.bugtable import bug_row, moves
from reroll.report.site.definitions import definition_of
from reroll.report.untrusted import visible
from reroll.report.view import BugRow, Estimate, RunView
from reroll.report.words import brackets

if TYPE_CHECKING:
    from reroll.report.comparison import Metric

GLANCE_KS = (1, 4, 16)
"""Attempts whose pass@k stands in the first table."""
GLANCE_STRATEGIES = 16
"""Attempts whose C_k stands in the first table."""
SLICE_NAMES = {"all": "all bugs", "id": "in distribution", "ood": "out of distribution"}
"""Slices that read better in words."""
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True, kw_only=True)
class GlanceRow:
    """One checkpoint in the first table."""

    checkpoint: str
    """Name of the checkpoint."""
    estimates: tuple[Estimate, ...]
    """One estimate a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlanceGroup:
    """One slice in the first table."""

    slice: str
    """Name of the slice."""
    bugs: int
    """Bugs of the slice."""
    rows: tuple[GlanceRow, ...]
    """One row a checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The first table: what each checkpoint reaches on each slice."""

    columns: tuple[str, ...]
    """Names of the metrics."""
    groups: tuple[GlanceGroup, ...]
    """One group a slice."""


def glance(view: RunView) -> Glance:
    """Return the first table of the report."""
    curves = {(c.metric, c.checkpoint, c.slice): c for c in view.curves}
    measures = {(m.metric, m.checkpoint, m.slice): m.estimate for m in view.measures}
    reached = {k for c in view.curves if c.metric == "pass@k" for k in c.points}
    ks = [k for k in GLANCE_KS if k in reached] or sorted(reached)[:3]
    most = max((k for k in reached if k <= GLANCE_STRATEGIES), default=1)
    missing = Estimate(value=None)

    def cells(checkpoint: str, part: str) -> tuple[Estimate, ...]:
        passes = curves.get(("pass@k", checkpoint, part))
        distinct = curves.get(("C_k", checkpoint, part))
        return (
            *(passes.points.get(k, missing) if passes else missing for k in ks),
            distinct.points.get(most, missing) if distinct else missing,
            measures.get(("D_4", checkpoint, part), missing),
            measures.get(("echo", checkpoint, part), missing),
        )

    groups = []
    for part in view.slices:
        rows = tuple(GlanceRow(checkpoint=name, estimates=cells(name, part)) for name in view.checkpoints)
        bugs = max((c.bugs for c in view.curves if c.slice == part), default=0)
        groups.append(GlanceGroup(slice=part, bugs=bugs, rows=rows))
    columns = (*(f"pass@{k}" for k in ks), f"C_{most}", "D_4", "echo")
    return Glance(columns=columns, groups=tuple(groups))


def metric_title(name: str) -> str:
    """Return a metric's name as it is read: `C_16` as C₁₆, `retry_gain` as retry gain."""
    card = re.fullmatch(r"([A-Z])_(\d+)", name)
    if card:
        return card.group(1) + card.group(2).translate(SUBSCRIPTS)
    return {"dist2": "Dist²", "Dist2": "Dist²", "k_eff": "effective retries"}.get(
        name, name.replace("_", " ")
    )


def slug(words: str) -> str:
    """Return words as one CSS class."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def template_filters(view: RunView, pages: Mapping[str, str]) -> dict[str, Callable[..., Any]]:
    """Return what the templates call; `pages` maps bug ids to the names of their pages."""
    from markupsafe import Markup, escape

    def buglink(bug: str) -> Markup:
        if bug not in pages:
            return escape(visible(bug))
        return Markup('<a href="bugs/{}">{}</a>').format(pages[bug], visible(bug))

    def bugrow(bug: BugRow) -> Markup:
        return Markup(bug_row(bug, view, link=str(buglink(bug.id))))

    return {
        "anchor": definition_of,
        "brackets": brackets,
        "buglink": buglink,
        "bugrow": bugrow,
        "cell": lambda value: (
            MISSING if value is None else decimal(value) if isinstance(value, float) else value
        ),
        "clarity": _clarity,
        "decimal": decimal,
        "ink": lambda checkpoint, checkpoints: palette.ink_of(checkpoint, list(checkpoints)).name,
        "interval": _interval,
        "metric": metric_title,
        "moves": moves,
        "number": number,
        "percent": percent,
        "probability": probability,
        "short": lambda value: decimal(value, digits=2, sign=True),
        "signed": lambda value: number(value, signed=True),
        "slicename": lambda name: SLICE_NAMES.get(name, name),
        "slug": slug,
        "unbroken": _unbroken,
        "visible": visible,
        "whole": whole,
    }


def _unbroken(words: str) -> str:
    """Return words in which a number and its sign stay on one line."""
    return words.replace(" %", "\u00a0%").replace(" → ", "\u00a0→\u00a0")


def _interval(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return MISSING
    return f"{number(metric.low, signed=True)} to {number(metric.high, signed=True)}"


def _clarity(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return "unclear"
    return "clear" if metric.low > 0 or metric.high < 0 else "unclear"
