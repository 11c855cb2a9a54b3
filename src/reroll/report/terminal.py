"""The answer and the strategies of a bug in a terminal, as rich renderables: print them with a `Console`.

Labels, diffs and completions are text that a model may have written: they are shown literally, never as
markup and never as control sequences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from reroll.report.bugview import BugDetails, Share, StrategyView
from reroll.report.comparison import FEW_PAIRS, Comparison, Pairing, pairings_of
from reroll.report.numerals import decimal, interval, percent
from reroll.report.signs import sign_of, verdict_counts
from reroll.report.untrusted import visible
from reroll.report.view import Estimate, Loop
from reroll.report.words import brackets, headings, rows, verdict_words

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

    from reroll.report.selection import Selection

STYLES = {"still pays": "green", "pays less": "yellow", "locks in": "red", "inconclusive": "bright_black"}
"""Verdict to the style of its word."""
BAR = 12
"""Characters of a full bar."""


def answer(comparisons: Sequence[Comparison], *, tables: bool = True, notes: bool = True) -> Group:
    """Return the answer: for each pair its verdict and sentence by slice, then the tables and notes.

    Args:
        comparisons: what `compare_checkpoints` returns.
        tables: whether every figure follows in a table.
        notes: whether the notes follow.
    """
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    pairs = pairings_of(comparisons)
    parts: list[RenderableType] = [verdicts_table(pairs), Text()] if len(pairs) > FEW_PAIRS else []
    for pair in pairs:
        parts.append(Text(f"{pair.before} → {pair.after}", style="bold"))
        for comparison in pair.comparisons:
            line = Text()
            line.append(f"{comparison.slice}: ", style="dim")
            line.append(verdict_words(comparison), style=f"bold {STYLES.get(comparison.verdict, '')}".strip())
            parts += [Padding(line, (0, 0, 0, 2)), Padding(Text(comparison.sentence), (0, 0, 1, 4))]
    if comparisons:
        parts += [Text(brackets(comparisons[0]), style="dim"), Text()]
    for comparison in comparisons if tables else ():
        parts += [
            metrics_table(comparison),
            Text(_gained_and_lost(comparison)),
            *_notes(comparison, notes),
            Text(),
        ]
    return Group(*parts)


def verdicts_table(pairs: Sequence[Pairing]) -> Table:
    """Return the verdicts alone, one row a pair and one column a slice."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=_box(), pad_edge=False, header_style="dim")
    for heading in (f"against {pairs[0].before}", *(c.slice for c in pairs[0].comparisons)):
        table.add_column(heading)
    for pair in pairs:
        table.add_row(Text(pair.after), *(_in_short(comparison) for comparison in pair.comparisons))
    return table


def _in_short(comparison: Comparison) -> Text:
    """Return the verdict, and below it how far both axes moved."""
    from rich.text import Text

    strategies, last = comparison.primary, comparison.metrics[f"pass@{comparison.budget}"]
    moved = (f"{metric.name} {decimal(metric.delta, digits=2, sign=True)}" for metric in (strategies, last))
    text = Text(verdict_words(comparison), style=STYLES.get(comparison.verdict, ""))
    return text.append(f"\n{', '.join(moved)}", style="dim")


def metrics_table(comparison: Comparison) -> Table:
    """Return every figure of a comparison as a table, the primary endpoint in bold."""
    from rich.table import Table
    from rich.text import Text

    title = f"{comparison.before} → {comparison.after} on {comparison.slice}, {comparison.bugs} bugs"
    table = Table(title=Text(title), title_justify="left", box=_box(), pad_edge=False, header_style="dim")
    for number, heading in enumerate(headings(comparison)):
        table.add_column(
            heading, justify="left" if number == 0 else "right", no_wrap=number == 0, overflow="fold"
        )
    for metric, row in zip(comparison.metrics.values(), rows(comparison), strict=True):
        table.add_row(*(Text(cell) for cell in row), style="bold" if metric.primary else None)
    return table


def choices(found: Mapping[str, Sequence[Selection]]) -> Table:
    """Return what picking one of k attempts without an oracle gives, beside pass@k."""
    from rich.table import Table

    columns = {"pass@k": "oracle", "sel@k": "selected", "false fixes": "false_fix", "maj@k": "majority"}
    table = Table(title="Picking one of k attempts", title_justify="left", box=_box(), pad_edge=False)
    for heading in ("checkpoint", "k", *columns):
        table.add_column(heading, justify="left" if heading == "checkpoint" else "right")
    for name, rows_ in found.items():
        for row in rows_:
            cells = (decimal(getattr(row, field).estimate) for field in columns.values())
            table.add_row(name, str(row.k), *cells)
    return table


def life_tables(found: Sequence[Loop]) -> Table:
    """Return the life tables of chains, and how often a failed strategy came again."""
    from rich.table import Table

    headings_ = ("checkpoint", "slice", "turn", "at risk", "solved", "stopped", "hazard", "solved by then")
    table = Table(title="Chains by turn", title_justify="left", box=_box(), pad_edge=False)
    for place, heading in enumerate((*headings_, "strategy again after a failure")):
        table.add_column(heading, justify="left" if place < 2 else "right")
    for loop in found:
        for row in loop.turns:
            solved = row.cumulative
            again = _banded(loop.echo) if row is loop.turns[0] else ""
            counts = map(str, (row.turn, row.at_risk, row.solved, row.stopped))
            table.add_row(loop.checkpoint, loop.slice, *counts, decimal(row.hazard), _banded(solved), again)
    return table


def _banded(estimate: Estimate) -> str:
    band = "" if estimate.low is None else f" {interval(estimate.low, estimate.high, sign=False)}"
    return f"{decimal(estimate.value)}{band}"


def clusters(details: BugDetails, *, diffs: bool = True, members: bool = False) -> Group:
    """Return the strategies of a bug, the checkpoints side by side.

    Args:
        details: what the page of the bug is made of.
        diffs: whether the most central diff of each strategy follows.
        members: whether the digests of all its patches follow.
    """
    from rich.console import Group
    from rich.text import Text

    head = Text()
    head.append(visible(details.id), style="bold")
    head.append(f"  slice {details.slice}, {len(details.strategies)} strategies", style="dim")
    parts: list[RenderableType] = [head, _counts(details), Text(), _strategies(details)]
    if details.omitted:
        parts.append(Text(f"{details.omitted} rarer strategies are not shown", style="dim"))
    for number, strategy in enumerate(details.strategies, start=1):
        parts += _strategy(strategy, number, details, diffs=diffs, members=members)
    return Group(*parts)


def _counts(details: BugDetails) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=_box(), pad_edge=False, header_style="dim")
    for heading in ("checkpoint", "attempts", "fixes", "strategies", "echo", "verdicts"):
        table.add_column(heading, justify="left" if heading in {"checkpoint", "verdicts"} else "right")
    for name, count in details.counts.items():
        found = verdict_counts(details.verdicts.get(name, {}))
        words = ", ".join(f"{verdict.number} {verdict.word}" for verdict in found)
        numbers = (str(count.attempts), str(count.correct), str(count.strategies), decimal(count.echo))
        cells = (name, *numbers, words)
        table.add_row(*map(Text, cells))
    return table


def _strategies(details: BugDetails) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=_box(), pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column("strategy", ratio=2)
    for name in details.checkpoints:
        table.add_column(Text(name))
    for number, strategy in enumerate(details.strategies, start=1):
        mark = Text("✓" if strategy.correct else "✗", style="green" if strategy.correct else "red")
        label = Text.assemble((f"S{number} ", "dim"), visible(strategy.label))
        table.add_row(mark, label, *(_share(strategy, name) for name in details.checkpoints))
    return table


def _share(strategy: StrategyView, checkpoint: str) -> Text:
    from rich.text import Text

    share = strategy.shares.get(checkpoint, Share(attempts=0, correct=0))
    change = strategy.change.get(checkpoint, "")
    number = share.correct if strategy.correct else share.attempts
    bar = "█" * round(share.fraction * BAR) or ("▏" if number else "")
    words = f"{number} · {percent(share.fraction)}" if number else "none"
    return Text.assemble(
        (f"{bar} " if bar else "", "blue"),
        (words, "" if number else "dim"),
        (f" {change}" if change else "", "green" if change == "gained" else "red"),
    )


def _strategy(
    strategy: StrategyView, number: int, details: BugDetails, *, diffs: bool, members: bool
) -> list[RenderableType]:
    from rich.syntax import Syntax
    from rich.text import Text

    parts: list[RenderableType] = []
    if diffs or members:
        parts += [
            Text(),
            Text.assemble((f"S{number} ", "dim"), (visible(strategy.label), "bold"), f"  {strategy.id}"),
        ]
    if diffs and strategy.diff:
        parts.append(Syntax(visible(strategy.diff), "diff", theme="ansi_dark", background_color="default"))
    if diffs and strategy.outcomes:
        parts.append(_outcomes(strategy, details))
    if members:
        parts += [Text(f"  {member}", style="dim") for member in strategy.members]
    return parts


def _outcomes(strategy: StrategyView, details: BugDetails) -> Text:
    from rich.text import Text

    line = Text()
    for test in details.tests:
        sign = sign_of(strategy.outcomes.get(test))
        line.append(f"{sign.glyph} ", style="green" if sign.kind == "passed" else "red")
        line.append(f"{visible(test)}  ", style="dim")
    return line


def _gained_and_lost(comparison: Comparison) -> str:
    return f"Bugs gained {len(comparison.gained)}, lost {len(comparison.lost)}"


def _notes(comparison: Comparison, wanted: bool) -> list[Text]:
    from rich.text import Text

    return [Text(f"Note: {note}", style="dim") for note in comparison.notes] if wanted else []


def _box() -> Box:
    from rich.box import SIMPLE_HEAD

    return SIMPLE_HEAD
