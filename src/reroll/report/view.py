"""What the report shows, as frozen records: computed before any template sees it, plain enough to compare.

`site/overview.py` makes these records from tallies; the site, the terminal and the exports only lay them out.
No number is computed past this point. The page of one bug has its own, in `bugview.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reroll.report.comparison import Comparison
    from reroll.report.demonstrations import Audit
    from reroll.report.theory.tilt import Tilt


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its interval."""

    value: float | None
    """The estimate; None where the data do not define it."""
    low: float | None = None
    """Lower end of the 95 % interval; None where there is none."""
    high: float | None = None
    """Upper end of the 95 % interval; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One quantity of one checkpoint on one slice, as a function of the number of attempts."""

    metric: str
    """`pass@k`, `marginal`, `C_k` or `discovery`; `sel@k`, `best@k`, `maj@k` or `false@k` of a choice."""
    checkpoint: str
    """Name of the checkpoint."""
    slice: str
    """Name of the slice."""
    bugs: int
    """Bugs that the mean runs over."""
    points: Mapping[int, Estimate]
    """Attempts k to the mean over bugs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One scalar of one checkpoint on one slice."""

    metric: str
    """`D_4`, `echo`, …"""
    checkpoint: str
    """Name of the checkpoint."""
    slice: str
    """Name of the slice."""
    bugs: int
    """Bugs that the mean runs over: those where the metric is defined."""
    estimate: Estimate
    """The mean over bugs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """One row of a life table."""

    turn: int
    """Number of the turn, from 1."""
    at_risk: int
    """Chains that made this turn."""
    solved: int
    """Chains that it solved."""
    stopped: int
    """Chains that it ended with a patch that passes the visible tests and is no fix."""
    hazard: float | None
    """solved / at_risk."""
    cumulative: Estimate
    """Chance to be solved by the end of this turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How the chains of one checkpoint went on one slice."""

    checkpoint: str
    """Name of the checkpoint."""
    slice: str
    """Name of the slice."""
    chains: int
    """Chains."""
    turns: tuple[TurnView, ...]
    """The life table."""
    echo: Estimate
    """Chance that the turn after a failed one repeats its strategy; None without such a turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the base alone foretells: a kept forecast."""

    checkpoint: str
    """Name of the base."""
    bugs: int
    """Bugs that it rests on."""
    stages: Mapping[str, Mapping[str, Estimate]]
    """`ideal`, `one_round`, `fixed_point`, `balanced` to `D_4` and `echo`."""
    notes: tuple[str, ...] = ()
    """What to bear in mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one checkpoint did with one bug."""

    attempts: int
    """n: attempts that count."""
    correct: int
    """c: correct attempts."""
    strategies: int
    """Distinct strategies among the correct attempts."""
    echo: float | None = None
    """Chance that two correct attempts share a strategy; None below two."""
    invalid: int = 0
    """Attempts that the harness lost."""
    gained: int = 0
    """Correct strategies that the first checkpoint does not have."""
    lost: int = 0
    """Correct strategies of the first checkpoint that this one does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BugRow:
    """One line of the table of bugs."""

    id: str
    """`suite/name`."""
    slice: str
    """Slice of the bug."""
    counts: Mapping[str, Count]
    """Counts by checkpoint; a checkpoint that never tried the bug is absent."""
    tags: tuple[str, ...] = ()
    """Kinds of fault."""
    change: str = ""
    """Between the first checkpoint and the others: `gained` (not fixed before), `lost`, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a run says beyond the counts of its bugs; whatever it does not know is empty."""

    choices: tuple[Curve, ...] = ()
    """Picking one of k attempts without an oracle."""
    loops: tuple[Loop, ...] = ()
    """Life tables, where the attempts are chains."""
    audits: Mapping[str, Audit] = field(default_factory=dict)
    """Checkpoint to what its own fixes would show as demonstrations."""
    tilts: tuple[Tilt, ...] = ()
    """What `reroll tilt` found."""
    outlooks: tuple[Outlook, ...] = ()
    """What `reroll forecast` found."""
    matched: tuple[Comparison, ...] = ()
    """Checkpoints against the one whose pass@1 is closest to theirs."""
    unmatched: tuple[str, ...] = ()
    """Why others have no such comparison, one sentence each."""
    notes: tuple[str, ...] = ()
    """What a reader must know about it, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """Everything on the overview of a run."""

    name: str
    """Name of the run."""
    checkpoints: tuple[str, ...]
    """Names of the checkpoints; the first is the one that the others are compared with."""
    slices: tuple[str, ...]
    """Names of the slices, in the order of the report."""
    comparisons: tuple[Comparison, ...]
    """Every pair of checkpoints on every slice."""
    curves: tuple[Curve, ...]
    """Curves by metric, checkpoint and slice."""
    measures: tuple[Measure, ...]
    """Scalars by metric, checkpoint and slice."""
    bugs: tuple[BugRow, ...]
    """The table of bugs."""
    loops: tuple[Loop, ...] = ()
    """Life tables by checkpoint and slice, where the attempts are chains."""
    audits: Mapping[str, Audit] = field(default_factory=dict)
    """Checkpoint to what its own fixes would show as demonstrations."""
    tilts: tuple[Tilt, ...] = ()
    """What `reroll tilt` found, by pair and slice."""
    outlooks: tuple[Outlook, ...] = ()
    """What `reroll forecast` found."""
    matched: tuple[Comparison, ...] = ()
    """Checkpoints against the one whose pass@1 is closest to theirs."""
    unmatched: tuple[str, ...] = ()
    """Why others have no such comparison, one sentence each."""
    grain: str = "coarse"
    """Grain of the strategies on the overview."""
    over: str = "bugs"
    """What intervals run over: `bugs`, or `groups of bugs` that may depend on each other."""
    unit: str = "attempt"
    """What is drawn independently: `attempt` or `chain`."""
    attempts: int = 0
    """Attempts that count, over all bugs and checkpoints."""
    invalid: int = 0
    """Attempts that the harness lost."""
    specification: Mapping[str, Any] = field(default_factory=dict)
    """What defines the run, as JSON values, shown as it is."""
    created: str = ""
    """When the run was made, in words."""
    notes: tuple[str, ...] = ()
    """What a reader must know, one sentence each."""
