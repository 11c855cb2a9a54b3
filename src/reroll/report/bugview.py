"""What the page of one bug shows, as frozen records that `site/details.py` makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reroll.report.view import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How often one checkpoint used one strategy."""

    attempts: int
    """Attempts with this strategy."""
    correct: int
    """Correct attempts with this strategy."""
    fraction: float = 0.0
    """Share of the checkpoint's correct attempts; of all its attempts, for a strategy that never fixes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionView:
    """One completion behind a strategy."""

    checkpoint: str
    """Name of the checkpoint."""
    index: int
    """Number of the attempt."""
    verdict: str
    """What became of it."""
    text: str
    """What the model answered."""
    turn: int = 0
    """Turn within the chain."""
    seed: int | None = None
    """Seed of the attempt."""
    finish_reason: str = ""
    """Why the completion ended."""
    tokens: int | None = None
    """Length of the completion, in tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyView:
    """One strategy of one bug."""

    id: str
    """Stable within the bug."""
    grain: str
    """`fine` or `coarse`."""
    label: str
    """A short description that a person understands without reading code."""
    shares: Mapping[str, Share]
    """Share by checkpoint; absent means none."""
    change: Mapping[str, str] = field(default_factory=dict)
    """`gained` or `lost` against the first checkpoint, by checkpoint."""
    diff: str = ""
    """Unified diff of the most central member."""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """Test id to outcome of the most central member."""
    members: tuple[str, ...] = ()
    """Digests of the distinct patches, the most central first."""
    parts: tuple[str, ...] = ()
    """Labels of the fine strategies inside a coarse one."""
    completions: tuple[CompletionView, ...] = ()
    """Some of the completions behind it."""

    @property
    def correct(self) -> bool:
        """Whether any attempt with this strategy is a fix."""
        return any(share.correct for share in self.shares.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class BugDetails:
    """Everything on the page of one bug."""

    id: str
    """`suite/name`."""
    slice: str
    """Slice of the bug."""
    report: str
    """What the agent was told."""
    language: str
    """Language of the editable files."""
    checkpoints: tuple[str, ...]
    """Names of the checkpoints, as on the overview."""
    counts: Mapping[str, Count]
    """Counts by checkpoint."""
    strategies: tuple[StrategyView, ...]
    """Strategies of one grain, correct ones first, the most used first."""
    tests: tuple[str, ...] = ()
    """Test ids in order, visible first."""
    verdicts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Number of attempts by checkpoint and verdict."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Why attempts hold no patch: reason to number."""
    unpatched: tuple[CompletionView, ...] = ()
    """Some of the completions without an edit that applies."""
    source: Mapping[str, str] = field(default_factory=dict)
    """The editable files before the patch, as far as a page can hold them."""
    withheld: Mapping[str, int] = field(default_factory=dict)
    """Editable files that are too long for a page, and their lines."""
    tags: tuple[str, ...] = ()
    """Kinds of fault."""
    provenance: str = ""
    """Where the bug comes from, and its licence."""
    omitted: int = 0
    """Strategies that are not shown."""


Details = Callable[[str], BugDetails]
"""Looks one bug up by id, when its page is written."""
