"""From one bug's attempts to its page: strategies side by side, diffs, outcomes, some of the completions.

Called when the page is written and not before, so that a report needs the memory of one bug at a time. The
strategies and their labels come ready from `reroll.strategies`; counting is all that happens here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reroll.records import Bug, Completion, Patch, Strategy
from reroll.report.bugview import BugDetails, CompletionView, Share, StrategyView
from reroll.report.view import Count
from reroll.statistics.echo import echo

if TYPE_CHECKING:
    import pandas as pd

STRATEGIES_SHOWN = 40
"""Strategies on one page; the least used incorrect ones are left out first."""
COMPLETIONS_SHOWN = 3
"""Completions of one strategy and checkpoint on a page."""
COMPLETION_CHARACTERS = 4000
"""Longest completion on a page; the rest is cut, and said so."""
SOURCE_CHARACTERS = 20_000
"""Longest source on a page; longer files are shown by their diffs alone."""
COLUMNS = ("checkpoint", "index", "turn", "seed", "verdict", "correct", "counted", "reason", "label")
"""Columns of the attempts frame that a page needs, besides the two grains."""

Completions = Callable[[str, int, int], Completion | None]
"""Looks a completion up by checkpoint, index and turn."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What the strategies of one bug are shown with."""

    bug: Bug
    counted: Sequence[Row]
    checkpoints: Sequence[str]
    patches: Mapping[str, Patch]
    outcomes: Mapping[str, Mapping[str, str]]
    completion: Completions | None


def details(
    bug: Bug,
    attempts: pd.DataFrame,
    *,
    checkpoints: Sequence[str],
    strategies: Sequence[Strategy],
    patches: Mapping[str, Patch],
    outcomes: Mapping[str, Mapping[str, str]],
    completion: Completions | None = None,
    grain: str = "coarse",
) -> BugDetails:
    """Return everything on the page of a bug.

    Args:
        bug: the bug.
        attempts: the rows of the attempts frame that belong to it.
        checkpoints: names of the checkpoints of the run; the first is the base.
        strategies: the bug's strategies, of both grains or of one.
        patches: patch by digest; of each strategy the first member that is here is shown.
        outcomes: test id to outcome, by patch digest.
        completion: looks a completion up; None leaves completions out.
        grain: grain of the strategies that are shown.
    """
    rows = _rows(attempts)
    counted = [row for row in rows if row["counted"]]
    evidence = _Evidence(
        bug=bug,
        counted=counted,
        checkpoints=checkpoints,
        patches=patches,
        outcomes=outcomes,
        completion=completion,
    )
    members = _by_strategy(counted, grain)
    used = [strategy for strategy in strategies if strategy.grain == grain and strategy.id in members]
    used.sort(key=lambda strategy: _rank(strategy, members[strategy.id]))
    unpatched = members.get(None, [])
    sources = {path: text for path, text in bug.source.items() if path in bug.editable}
    return BugDetails(
        id=bug.id,
        slice=bug.slice,
        report=bug.report,
        language=bug.language,
        checkpoints=tuple(checkpoints),
        counts=_counts(rows, checkpoints, grain),
        strategies=tuple(_strategy(s, members[s.id], evidence) for s in used[:STRATEGIES_SHOWN]),
        tests=_tests(outcomes),
        verdicts={
            name: dict(Counter(str(row["verdict"]) for row in _of(rows, name))) for name in checkpoints
        },
        reasons=dict(Counter(str(row["reason"]) for row in unpatched if row["reason"]).most_common(8)),
        unpatched=_completions(unpatched, evidence),
        source={path: text for path, text in sources.items() if len(text) <= SOURCE_CHARACTERS},
        withheld={
            path: len(text.splitlines()) for path, text in sources.items() if len(text) > SOURCE_CHARACTERS
        },
        tags=bug.tags,
        provenance=bug.provenance,
        omitted=max(0, len(used) - STRATEGIES_SHOWN),
    )


def _rows(attempts: pd.DataFrame) -> list[Row]:
    """Return the rows as plain values, None for what is missing; a frame is slow to ask one row at a time."""
    columns = [name for name in (*COLUMNS, "fine", "coarse") if name in attempts.columns]
    plain = attempts[columns].astype(object).where(attempts[columns].notna(), None)
    values = zip(*(plain[name].tolist() for name in columns), strict=True)
    empty = dict.fromkeys((*COLUMNS, "fine", "coarse"))
    return [{**empty, **dict(zip(columns, row, strict=True))} for row in values]


def _of(rows: Iterable[Row], checkpoint: str) -> list[Row]:
    return [row for row in rows if row["checkpoint"] == checkpoint]


def _by_strategy(rows: Iterable[Row], grain: str) -> dict[str | None, list[Row]]:
    """Return the rows by strategy; None holds those without one."""
    found: dict[str | None, list[Row]] = {}
    for row in rows:
        found.setdefault(row[grain], []).append(row)
    return found


def _rank(strategy: Strategy, mine: Sequence[Row]) -> tuple[bool, int, str]:
    """Return what strategies are sorted by: those that fix first, then the most used."""
    fixes = sum(bool(row["correct"]) for row in mine)
    return (not fixes, -(fixes or len(mine)), strategy.id)


def _strategy(strategy: Strategy, mine: Sequence[Row], evidence: _Evidence) -> StrategyView:
    fixes = any(row["correct"] for row in mine)
    whole = Counter(row["checkpoint"] for row in evidence.counted if row["correct"] or not fixes)
    used = Counter(row["checkpoint"] for row in mine)
    correct = Counter(row["checkpoint"] for row in mine if row["correct"])
    shares = {
        name: Share(
            attempts=used[name],
            correct=correct[name],
            fraction=(correct if fixes else used)[name] / whole[name] if whole[name] else 0.0,
        )
        for name in evidence.checkpoints
        if used[name]
    }
    shown = next((member for member in strategy.members if member in evidence.patches), None)
    labels = dict.fromkeys(str(row["label"]) for row in mine if row["label"])
    return StrategyView(
        id=strategy.id,
        grain=strategy.grain,
        label=strategy.label,
        shares=shares,
        change=_changes(correct, evidence) if fixes else {},
        diff=evidence.patches[shown].diff(evidence.bug.source) if shown is not None else "",
        outcomes=next((evidence.outcomes[m] for m in strategy.members if m in evidence.outcomes), {}),
        members=strategy.members,
        parts=tuple(labels) if strategy.grain == "coarse" else (),
        completions=_completions(mine, evidence),
    )


def _changes(correct: Mapping[str, int], evidence: _Evidence) -> dict[str, str]:
    """Return where a strategy was gained or lost against the first checkpoint, by checkpoint."""
    base, *others = evidence.checkpoints
    tried = {row["checkpoint"] for row in evidence.counted}
    if base not in tried:
        return {}
    had = correct.get(base, 0) > 0
    return {
        name: "lost" if had else "gained"
        for name in others
        if name in tried and (correct.get(name, 0) > 0) != had
    }


def _completions(rows: Sequence[Row], evidence: _Evidence) -> tuple[CompletionView, ...]:
    if evidence.completion is None:
        return ()
    views = []
    for name in evidence.checkpoints:
        first = sorted(_of(rows, name), key=lambda row: (row["index"], row["turn"]))[:COMPLETIONS_SHOWN]
        for row in first:
            found = evidence.completion(name, int(row["index"]), int(row["turn"] or 0))
            if found is not None:
                views.append(_completion(found, row))
    return tuple(views)


def _completion(completion: Completion, row: Row) -> CompletionView:
    text = completion.text
    if len(text) > COMPLETION_CHARACTERS:
        text = f"{text[:COMPLETION_CHARACTERS]}\n… {len(text) - COMPLETION_CHARACTERS} further characters"
    return CompletionView(
        checkpoint=row["checkpoint"],
        index=int(row["index"]),
        turn=int(row["turn"] or 0),
        verdict=str(row["verdict"]),
        text=text,
        seed=None if row["seed"] is None else int(row["seed"]),
        finish_reason=completion.finish_reason,
        tokens=completion.completion_tokens,
    )


def _counts(rows: Sequence[Row], checkpoints: Sequence[str], grain: str) -> dict[str, Count]:
    used = {
        name: Counter(str(row[grain]) for row in _of(rows, name) if row["correct"] and row[grain] is not None)
        for name in checkpoints
    }
    first = set(used[checkpoints[0]])
    counts = {}
    for name in checkpoints:
        mine = _of(rows, name)
        counts[name] = Count(
            attempts=sum(bool(row["counted"]) for row in mine),
            correct=sum(bool(row["correct"]) for row in mine),
            strategies=len(used[name]),
            echo=echo(sorted(used[name].values(), reverse=True)),
            invalid=sum(not row["counted"] for row in mine),
            gained=len(set(used[name]) - first),
            lost=len(first - set(used[name])),
        )
    return counts


def _tests(outcomes: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    names = dict.fromkeys(test for found in outcomes.values() for test in found)
    return tuple(sorted(names, key=lambda test: (not test.startswith("visible/"), test)))
