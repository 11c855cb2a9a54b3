"""How the page of one bug is laid out: strategies numbered, grouped, with diffs and the matrix of tests."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from reroll.report.bugview import BugDetails, StrategyView
from reroll.report.signs import Sign, VerdictCount, sign_of, verdict_counts
from reroll.report.site.listing import diff_html, source_html
from reroll.report.untrusted import visible
from reroll.report.view import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedStrategy:
    """A strategy with the number that the page calls it by."""

    number: str
    """`S1`, `S2`, …"""
    view: StrategyView
    """The strategy."""
    diff: str
    """Its diff as HTML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyGroup:
    """Strategies under one heading."""

    title: str
    """The heading."""
    strategies: tuple[NumberedStrategy, ...]
    """The strategies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One checkpoint in the table of counts."""

    checkpoint: str
    """Name of the checkpoint."""
    count: Count
    """Its counts."""
    verdicts: tuple[VerdictCount, ...]
    """Its verdicts, from best to worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One test in the matrix."""

    where: str
    """`visible/` or `hidden/`."""
    name: str
    """The test without it."""
    outcomes: tuple[Sign, ...]
    """One cell a strategy."""


def bug_context(bug: BugDetails) -> dict[str, Any]:
    """Return what the template of a bug's page needs."""
    numbered = tuple(
        NumberedStrategy(number=f"S{place}", view=view, diff=diff_html(view.diff, language=bug.language))
        for place, view in enumerate(bug.strategies, start=1)
    )
    fixing = tuple(s for s in numbered if s.view.correct)
    failing = tuple(s for s in numbered if not s.view.correct)
    groups = [
        StrategyGroup(title=title, strategies=group)
        for title, group in (("Strategies that fix the bug", fixing), ("Strategies that do not", failing))
        if group
    ]
    return {
        "bug": bug,
        "strategies": numbered,
        "groups": groups,
        "matrix": [_matrix_row(test, numbered) for test in bug.tests],
        "counts": [_count_row(bug, name) for name in bug.checkpoints if name in bug.counts],
        "sources": [
            (path, source_html(text, language=bug.language)) for path, text in sorted(bug.source.items())
        ],
    }


def strategies_csv(bug: BugDetails) -> str:
    """Return the strategies of a bug as CSV, one line a strategy and checkpoint."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ("bug", "strategy", "grain", "label", "checkpoint", "attempts", "correct", "fraction", "change")
    writer.writerow(columns)
    for view in bug.strategies:
        for name in bug.checkpoints:
            share = view.shares.get(name)
            numbers = (share.attempts, share.correct, share.fraction) if share else (0, 0, 0.0)
            writer.writerow(
                (bug.id, view.id, view.grain, view.label, name, *numbers, view.change.get(name, ""))
            )
    return text.getvalue()


def _count_row(bug: BugDetails, checkpoint: str) -> CountRow:
    verdicts = verdict_counts(bug.verdicts.get(checkpoint, {}))
    return CountRow(checkpoint=checkpoint, count=bug.counts[checkpoint], verdicts=verdicts)


def _matrix_row(test: str, strategies: tuple[NumberedStrategy, ...]) -> MatrixRow:
    where, slash, name = test.partition("/")
    cells = tuple(sign_of(s.view.outcomes.get(test)) for s in strategies)
    return MatrixRow(where=where + slash, name=visible(name), outcomes=cells)
