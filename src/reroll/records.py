"""The records that travel through the instrument, in the order of the flow.

A `Bug` goes to an agent, which makes a `Prompt`; a model returns a `Completion`; the edit in it is a
`Patch`; the sandbox turns bug and patch into a `Judgement`; strategies turn it into a `Signature`; the
statistics see only a `Tally`. Records are frozen values: they know nobody, and everybody may know them.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any


def digest(value: Any) -> str:
    """Return the SHA-256 of a record or JSON value, over its canonical JSON (sorted keys, no spaces)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"Cannot digest {type(value).__name__}")


class Verdict(StrEnum):
    """What became of one attempt."""

    FIXED = "fixed"
    """Every visible and hidden test passed."""
    FAILED = "failed"
    """The tests ran and some did not pass."""
    NO_PATCH = "no_patch"
    """The completion holds no edit that applies."""
    TIMED_OUT = "timed_out"
    """The patched program used up its time."""
    OUT_OF_MEMORY = "out_of_memory"
    """The patched program used up its memory."""
    CRASHED = "crashed"
    """The patched program died, or ended the test process."""
    FORGED = "forged"
    """The patch tampered with the tests or with the reporting."""
    INVALID = "invalid"
    """The harness failed; never counted, retried, and reported beside the headline."""

    @property
    def correct(self) -> bool:
        """Whether the attempt counts as a fix."""
        return self is Verdict.FIXED

    @property
    def counted(self) -> bool:
        """Whether the attempt counts at all."""
        return self is not Verdict.INVALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one attempt may use."""

    seconds: float = 10.0
    """Wall time for all tests of the attempt."""
    memory_bytes: int = 512 * 2**20
    """Memory of the whole attempt."""
    processes: int = 64
    """Processes and threads at one time."""
    disk_bytes: int = 64 * 2**20
    """Size of the writable file system."""
    output_bytes: int = 64 * 2**10
    """Captured output that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test of the `cases` runner: a call and what it must give."""

    name: str
    """Unique among the bug's cases of the same visibility."""
    value: str
    """Python expression over the public names of the modules; its value is compared."""
    setup: str = ""
    """Python statements executed before `value`, in the same namespace."""
    expected: str | None = None
    """Python literal that `value` must equal; None when `raises` is set."""
    raises: str | None = None
    """Name of the exception that must be raised; None when `expected` is set."""
    tolerance: float | None = None
    """Absolute tolerance for numbers, at any depth; None for equality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """The tests of a bug."""

    runner: str
    """`cases`, `pytest` or `command`."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Test files by path below `tests/`: `visible/…`, `hidden/…` and shared ones such as `conftest.py`."""
    visible: tuple[Case, ...] = ()
    """Cases that the agent may see."""
    hidden: tuple[Case, ...] = ()
    """Cases that decide, with the visible ones."""
    modules: tuple[str, ...] = ()
    """Modules whose public names the cases use, for the `cases` runner."""
    command: tuple[str, ...] = ()
    """Command that runs the tests, for the `command` runner; it writes `report`."""
    report: str = ""
    """Path of the JUnit XML or TAP report that the command writes, below the project."""
    ids: tuple[str, ...] = ()
    """The exact set of test ids where it is known beforehand; else it is taken from trusted code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """A program with a fault, the tests that show it, and what the agent is told."""

    suite: str
    """Name of the suite."""
    name: str
    """Unique within the suite."""
    report: str
    """What the agent is told, as an issue report."""
    source: Mapping[str, str]
    """The project's files before the patch: relative path to text."""
    editable: tuple[str, ...]
    """Paths of `source` that a patch may change."""
    tests: Tests
    """How a patch is tested."""
    language: str = "python"
    """Language of the editable files."""
    fixes: Mapping[str, str] = field(default_factory=dict)
    """Reference fixes: strategy name to unified diff against `source`. Only `oracle` sees them."""
    decoys: Mapping[str, str] = field(default_factory=dict)
    """Plausible wrong fixes, as unified diffs: they pass the visible tests and fail the hidden ones."""
    probes: tuple[str, ...] = ()
    """Expressions whose values tell correct patches apart; never part of a verdict."""
    slice: str = "id"
    """Part of the suite that is reported on its own: `id`, `ood`, …"""
    tags: tuple[str, ...] = ()
    """Kinds of fault, for grouping."""
    provenance: str = ""
    """Where the bug comes from, and its licence."""
    image: str | None = None
    """Container image to test in; None for the project's own."""
    limits: Limits = Limits()
    """What one attempt may use."""

    @property
    def id(self) -> str:
        """Name of the bug within a run: `suite/name`."""
        return f"{self.suite}/{self.name}"

    @property
    def digest(self) -> str:
        """Hash of everything that a verdict depends on."""
        return digest([self.source, self.editable, self.tests, self.language, self.image, self.limits])


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """How one attempt is asked for."""

    name: str
    """Name of the folder in `agents/`."""
    loop: str
    """`independent`, `chain` or `reference`."""
    edit_format: str
    """Which edits are looked for in a completion: `auto`, `lines`, `whole`, `infill`, …"""
    template: str
    """Jinja2 template of the user turn, or of the whole prompt for a completion model."""
    system: str = ""
    """Jinja2 template of the system turn; empty for none."""
    turns: int = 1
    """Turns of one chain."""
    chat: bool = True
    """Whether the prompt is a conversation; False for a completion prompt."""
    stop: tuple[str, ...] = ()
    """Strings that end a completion."""
    max_tokens: int = 1024
    """Longest completion, in tokens, unless the run says otherwise."""
    demonstration: str = ""
    """Jinja2 template of a prompt that shows one correct patch first, for the forecast; empty for none."""

    @property
    def exchangeable(self) -> bool:
        """Whether attempts are independent draws, so that pass@k over attempts is defined."""
        return self.loop != "chain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How completions are drawn."""

    temperature: float = 1.0
    """Softmax temperature; 0 is greedy."""
    top_p: float = 1.0
    """Nucleus mass; 1 is off."""
    top_k: int = 0
    """Number of candidate tokens; 0 is off."""
    max_tokens: int = 1024
    """Longest completion, in tokens."""
    stop: tuple[str, ...] = ()
    """Strings that end a completion; they are not part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked."""

    bug: str
    """Id of the bug, for models that look attempts up."""
    messages: tuple[tuple[str, str], ...] = ()
    """Conversation as (role, text) pairs; empty for a completion prompt."""
    text: str = ""
    """Completion prompt; empty for a conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a model answered."""

    text: str
    """The answer, without reasoning."""
    reasoning: str = ""
    """Reasoning that the model separated from the answer."""
    finish_reason: str = "stop"
    """`stop`, `length`, `context` (the prompt does not fit) or the server's own word."""
    prompt_tokens: int | None = None
    """Length of the prompt, in tokens."""
    completion_tokens: int | None = None
    """Length of the completion, in tokens."""
    token_ids: tuple[int, ...] | None = None
    """The completion's tokens, with the end token where the model gave one."""
    logprobs: tuple[float, ...] | None = None
    """Log-probability of each token, in nats, at temperature 1 where the server gives it."""
    seconds: float | None = None
    """Wall time of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """The edit in a completion, applied."""

    files: Mapping[str, str | None]
    """New text of each changed file by path; None where the file is deleted."""

    @property
    def digest(self) -> str:
        """Hash of the patched files: equal patches are tested once."""
        return digest(dict(self.files))

    def apply(self, source: Mapping[str, str]) -> dict[str, str]:
        """Return the project after the patch."""
        merged = {**source, **self.files}
        return {path: text for path, text in merged.items() if text is not None}

    def diff(self, source: Mapping[str, str]) -> str:
        """Return the unified diff against `source`, with `a/` and `b/` prefixes."""
        parts: list[str] = []
        for path in sorted(self.files):
            before, after = source.get(path), self.files[path]
            parts.extend(
                difflib.unified_diff(
                    _lines(before),
                    _lines(after),
                    "/dev/null" if before is None else f"a/{path}",
                    "/dev/null" if after is None else f"b/{path}",
                )
            )
        return "".join(parts)


def _lines(text: str | None) -> list[str]:
    lines = (text or "").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the sandbox found about one patched project."""

    verdict: Verdict
    """The verdict."""
    outcomes: Mapping[str, str]
    """Test id to `passed`, `failed`, `error:<Type>`, `timed_out` or `missing`."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """Test id to failure message, bounded; visible tests' messages go into prompts."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Test id to duration."""
    probes: Mapping[str, str] = field(default_factory=dict)
    """Probe expression to fingerprint of its value."""
    output: str = ""
    """Captured output, bounded."""
    evidence: tuple[str, ...] = ()
    """Why the verdict is `forged`, `crashed`, … in words."""
    wall_seconds: float = 0.0
    """Wall time of the attempt inside the sandbox."""
    cpu_seconds: float = 0.0
    """Processor time of the attempt and its children."""
    peak_memory_bytes: int | None = None
    """Largest resident memory of the attempt, where the sandbox can tell."""

    @property
    def visible_passed(self) -> bool:
        """Whether every visible test passed: what a retry loop without an oracle sees."""
        visible = [outcome for test, outcome in self.outcomes.items() if test.startswith("visible/")]
        return bool(visible) and all(outcome == "passed" for outcome in visible)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One completion for one bug from one checkpoint with its own seed."""

    bug: str
    """Id of the bug, `suite/name`."""
    checkpoint: str
    """Name of the checkpoint."""
    index: int
    """Number of the attempt within bug and checkpoint; of the chain, for chains."""
    turn: int
    """Turn within the chain; 0 for independent attempts."""
    seed: int
    """Seed of this attempt."""
    completion: Completion
    """What the model answered."""
    patch: Patch | None
    """The edit, where one applies."""
    reason: str | None = None
    """Why there is no patch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a patch does to the code, as data; with the outcomes it makes a strategy."""

    unit: str
    """Where the edit is: the function or class path that holds most of it."""
    dominant: str
    """The dominant kind of edit atom."""
    atoms: tuple[str, ...]
    """The sorted multiset of canonical edit atoms."""
    tags: tuple[str, ...]
    """Sorted guard, bound, operator, library-call and control tags."""
    label: str
    """A short description that a person understands without reading code."""
    parsed: bool = True
    """Whether the patched file could be parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """A class of patches of one bug with one signature."""

    id: str
    """Stable within the bug: `f-…` at the fine and `c-…` at the coarse grain."""
    grain: str
    """`fine` or `coarse`."""
    label: str
    """A short description that a person understands without reading code."""
    members: tuple[str, ...]
    """Digests of the distinct patches, the most central first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of one bug under one checkpoint: all that the statistics see."""

    bug: str
    """Id of the bug."""
    slice: str
    """Slice of the bug."""
    attempts: int
    """n: attempts that count."""
    correct: int
    """c: correct attempts."""
    strategies: Mapping[str, int]
    """x: correct attempts by strategy id; sums to `correct`."""
    invalid: int = 0
    """Attempts that the harness lost."""
    tokens: int = 0
    """Completion tokens over all counted attempts."""
    seconds: float = 0.0
    """Generation and test seconds over all counted attempts."""

    @property
    def counts(self) -> Sequence[int]:
        """x as a descending list."""
        return sorted(self.strategies.values(), reverse=True)
