"""A run in a few lines of Markdown, for a pull request: the answer, the figures that decide."""

from __future__ import annotations

from collections.abc import Sequence

from reroll.report.comparison import Comparison, Metric
from reroll.report.numerals import number
from reroll.report.words import verdict_words

SIGNS = {"still pays": "🟢", "pays less": "🟡", "locks in": "🔴", "inconclusive": "⚪"}
"""Verdict to the sign before it."""
NAMED = 10
"""Lost bugs that are named."""


def markdown(comparisons: Sequence[Comparison], *, name: str, report: str = "") -> str:
    """Return the summary of a run.

    Args:
        comparisons: what to sum up.
        name: name of the run.
        report: address of the report, where there is one.
    """
    lines = [f"### reroll: {_text(name)}", ""]
    for comparison in comparisons:
        pair = f"{_text(comparison.before)} → {_text(comparison.after)}, {_text(comparison.slice)}"
        sign = SIGNS.get(comparison.verdict, "")
        lines += [f"- {sign} **{verdict_words(comparison)}** ({pair}): {_text(comparison.sentence)}"]
    lines += ["", "| pair | slice | metric | before | after | change | interval |"]
    lines += ["| --- | --- | --- | --: | --: | --: | --- |"]
    lines += [_row(comparison, metric) for comparison in comparisons for metric in _leading(comparison)]
    lost = dict.fromkeys(bug for comparison in comparisons for bug in comparison.lost)
    if lost:
        names = ", ".join(f"`{bug.replace('`', '')}`" for bug in list(lost)[:NAMED])
        more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
        lines += ["", f"Bugs lost: {names}{more}"]
    if report:
        lines += ["", f"[Full report]({report})"]
    return "\n".join(lines) + "\n"


def _leading(comparison: Comparison) -> list[Metric]:
    """Return the metrics that the verdict rests on."""
    wanted = ("pass@1", f"pass@{comparison.budget}", "rescued_fraction", comparison.primary.name, "echo")
    return [comparison.metrics[name] for name in dict.fromkeys(wanted) if name in comparison.metrics]


def _row(comparison: Comparison, metric: Metric) -> str:
    ends = (
        "–"
        if metric.low is None or metric.high is None
        else f"{number(metric.low, signed=True)} to {number(metric.high, signed=True)}"
    )
    cells = (
        f"{_text(comparison.before)} → {_text(comparison.after)}",
        _text(comparison.slice),
        f"**{metric.name}**" if metric.primary else metric.name,
        number(metric.before),
        number(metric.after),
        number(metric.delta, signed=True),
        ends,
    )
    return f"| {' | '.join(cells)} |"


def _text(words: str) -> str:
    """Return a name that cannot break a table or become markup."""
    return "".join(f"\\{letter}" if letter in "|`<>[]*\\" else letter for letter in words).replace("\n", " ")
