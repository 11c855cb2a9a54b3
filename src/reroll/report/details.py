"""From one bug's attempts to its page: strategies side by side, diffs, outcomes, some of the completions.

Called when the page is written and not before, so that a report needs the memory of one bug at a time. The
strategies and their labels come ready from `reroll.strategies`; counting is all that happens here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reroll.records import Bug, Completion, Patch, Strategy
from reroll.report.view import BugDetails, CompletionView, Count, Share, StrategyView
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

Completions = Callable[[str, int, int], Completion | None]
"""Looks a completion up by checkpoint, index and turn."""


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
    rows = attempts[attempts["bug"] == bug.id]
    counted = rows[rows["counted"].astype(bool)]
    views = [
        _strategy(strategy, counted, bug, checkpoints, patches, outcomes, completion)
        for strategy in strategies
        if strategy.grain == grain
    ]
    ordered = sorted(
        (view for view in views if view.shares), key=lambda view: (not view.correct, -_uses(view), view.id)
    )
    unpatched = counted[counted[grain].isna()]
    return BugDetails(
        id=bug.id,
        slice=bug.slice,
        report=bug.report,
        language=bug.language,
        checkpoints=tuple(checkpoints),
        counts=_counts(counted, rows, checkpoints, grain),
        strategies=tuple(ordered[:STRATEGIES_SHOWN]),
        tests=_tests(outcomes),
        verdicts={name: dict(Counter(map(str, rows[rows["checkpoint"] == name]["verdict"]))) for name in checkpoints},
        reasons=dict(Counter(map(str, unpatched["reason"].dropna())).most_common(8)),
        unpatched=_completions(unpatched, checkpoints, completion),
        source={
            path: text for path, text in bug.source.items() if path in bug.editable and len(text) <= SOURCE_CHARACTERS
        },
        tags=bug.tags,
        provenance=bug.provenance,
        omitted=max(0, len(ordered) - STRATEGIES_SHOWN),
    )


def _strategy(
    strategy: Strategy,
    counted: pd.DataFrame,
    bug: Bug,
    checkpoints: Sequence[str],
    patches: Mapping[str, Patch],
    outcomes: Mapping[str, Mapping[str, str]],
    completion: Completions | None,
) -> StrategyView:
    mine = counted[counted[strategy.grain] == strategy.id]
    fixes = bool(mine["correct"].any())
    shares = {name: _share(mine, counted, name, fixes=fixes) for name in checkpoints}
    shares = {name: share for name, share in shares.items() if share.attempts}
    shown = next((member for member in strategy.members if member in patches), None)
    return StrategyView(
        id=strategy.id,
        grain=strategy.grain,
        label=strategy.label,
        shares=shares,
        change=_changes(shares, counted, checkpoints) if fixes else {},
        diff=patches[shown].diff(bug.source) if shown is not None else "",
        outcomes=next((outcomes[m] for m in strategy.members if m in outcomes), {}),
        members=strategy.members,
        parts=_parts(strategy, mine),
        completions=_completions(mine, checkpoints, completion),
    )


def _share(mine: pd.DataFrame, counted: pd.DataFrame, checkpoint: str, *, fixes: bool) -> Share:
    here = mine[mine["checkpoint"] == checkpoint]
    everyone = counted[counted["checkpoint"] == checkpoint]
    attempts, correct = len(here), int(here["correct"].sum())
    whole = int(everyone["correct"].sum()) if fixes else len(everyone)
    part = correct if fixes else attempts
    return Share(attempts=attempts, correct=correct, fraction=part / whole if whole else 0.0)


def _changes(shares: Mapping[str, Share], counted: pd.DataFrame, checkpoints: Sequence[str]) -> dict[str, str]:
    base, *others = checkpoints
    tried = set(counted["checkpoint"])
    had = base in shares and shares[base].correct > 0
    if base not in tried:
        return {}
    changes = {}
    for name in others:
        has = name in shares and shares[name].correct > 0
        if name in tried and has != had:
            changes[name] = "gained" if has else "lost"
    return changes


def _parts(strategy: Strategy, mine: pd.DataFrame) -> tuple[str, ...]:
    if strategy.grain != "coarse" or "fine" not in mine:
        return ()
    labels = mine.drop_duplicates("fine")["label"].dropna()
    return tuple(dict.fromkeys(map(str, labels)))


def _completions(
    rows: pd.DataFrame, checkpoints: Sequence[str], completion: Completions | None
) -> tuple[CompletionView, ...]:
    if completion is None:
        return ()
    views = []
    for name in checkpoints:
        first = rows[rows["checkpoint"] == name].sort_values(["index", "turn"]).head(COMPLETIONS_SHOWN)
        for row in first.to_dict("records"):
            found = completion(name, int(row["index"]), int(row["turn"]))
            if found is not None:
                views.append(_completion(found, name, row))
    return tuple(views)


def _completion(completion: Completion, checkpoint: str, row: Mapping[Any, Any]) -> CompletionView:
    text = completion.text
    if len(text) > COMPLETION_CHARACTERS:
        text = f"{text[:COMPLETION_CHARACTERS]}\n… {len(text) - COMPLETION_CHARACTERS} further characters"
    return CompletionView(
        checkpoint=checkpoint,
        index=int(row["index"]),
        turn=int(row["turn"]),
        verdict=str(row["verdict"]),
        text=text,
        seed=int(row["seed"]),
        finish_reason=completion.finish_reason,
        tokens=completion.completion_tokens,
    )


def _counts(
    counted: pd.DataFrame, rows: pd.DataFrame, checkpoints: Sequence[str], grain: str
) -> dict[str, Count]:
    counts = {}
    first: set[str] | None = None
    for name in checkpoints:
        here = counted[counted["checkpoint"] == name]
        used = Counter(map(str, here[here["correct"].astype(bool)][grain].dropna()))
        first = set(used) if first is None else first
        lost = rows[(rows["checkpoint"] == name) & ~rows["counted"].astype(bool)]
        counts[name] = Count(
            attempts=len(here),
            correct=int(here["correct"].sum()),
            strategies=len(used),
            echo=echo(sorted(used.values(), reverse=True)),
            invalid=len(lost),
            gained=len(set(used) - first),
            lost=len(first - set(used)),
        )
    return counts


def _tests(outcomes: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    names = dict.fromkeys(test for found in outcomes.values() for test in found)
    return tuple(sorted(names, key=lambda test: (not test.startswith("visible/"), test)))


def _uses(view: StrategyView) -> int:
    return sum(share.correct if view.correct else share.attempts for share in view.shares.values())
