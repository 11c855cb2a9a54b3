"""Audit of demonstrations: more of them help training only where they cover really different strategies.

A demonstration is a correct completion of a bug. What is counted: strategies per bug, how many of the
demonstrations say again what another one says (the same strategy in other words, or in the same ones), and
which strategies that a run knows are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.errors import PatchError, UsageError

if TYPE_CHECKING:
    from reroll.ledger import Run


LISTED = 10
"""Bugs whose missing strategies are listed as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One correct completion."""

    bug: str
    """Id of the bug."""
    completion: str
    """What a model would be shown."""
    patch: str
    """Digest of the patched files."""
    strategy: str
    """Strategy of the patch, within the bug."""
    label: str
    """The strategy in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What a set of demonstrations covers."""

    demonstrations: int
    """Demonstrations in the set."""
    bugs: int
    """Bugs that they are for."""
    strategies: int
    """Distinct (bug, strategy) pairs that they cover."""
    one_strategy: int
    """Bugs of which every demonstration shows one strategy."""
    copies: int
    """Demonstrations whose patch is literally that of an earlier one."""
    rephrased: int
    """Demonstrations with a new text but a strategy that an earlier one shows."""
    missing: Mapping[str, tuple[str, ...]]
    """Bug to the labels of known strategies that no demonstration shows."""

    def lines(self) -> list[str]:
        """Return the audit as text."""
        if not self.demonstrations:
            return ["No demonstration: nothing in the set is a correct attempt"]
        again = self.copies + self.rephrased
        found = [
            f"{self.demonstrations} demonstrations for {self.bugs} bugs cover {self.strategies} strategies "
            f"({self.strategies / self.bugs:.2f} per bug)",
            f"{self.one_strategy} of {self.bugs} bugs are shown one strategy only",
            f"{again} demonstrations ({again / self.demonstrations:.0%}) add no strategy: "
            f"{self.copies} are copies, {self.rephrased} say the same in other words",
        ]
        if self.missing:
            lacking = sum(len(labels) for labels in self.missing.values())
            found.append(f"{lacking} known strategies of {len(self.missing)} bugs are missing:")
            found += [f"  {bug}: {'; '.join(labels)}" for bug, labels in list(self.missing.items())[:LISTED]]
            if len(self.missing) > LISTED:
                found.append(f"  and {len(self.missing) - LISTED} more bugs; --json lists them all")
        return found


def audit(shown: Sequence[Demonstration], *, known: Mapping[str, Mapping[str, str]]) -> Audit:
    """Count what demonstrations cover.

    Args:
        shown: the demonstrations, in order.
        known: bug to the strategies that exist, id to label.
    """
    patches: set[tuple[str, str]] = set()
    strategies: dict[str, set[str]] = {}
    copies = rephrased = 0
    for one in shown:
        covered = strategies.setdefault(one.bug, set())
        if (one.bug, one.patch) in patches:
            copies += 1
        elif one.strategy in covered:
            rephrased += 1
        patches.add((one.bug, one.patch))
        covered.add(one.strategy)
    missing = {
        bug: tuple(label for name, label in there.items() if name not in strategies.get(bug, set()))
        for bug, there in known.items()
    }
    return Audit(
        demonstrations=len(shown),
        bugs=len(strategies),
        strategies=sum(map(len, strategies.values())),
        one_strategy=sum(len(covered) == 1 for covered in strategies.values()),
        copies=copies,
        rephrased=rephrased,
        missing={bug: labels for bug, labels in missing.items() if labels},
    )


def audits_of(run: Run, *, grain: str) -> dict[str, Audit]:
    """Return, per checkpoint, what its own fixes would show as demonstrations.

    Known are the strategies that any checkpoint of the run shows. It is counted by SQLite, without texts.
    """
    rows = run.demonstrations(grain=grain)
    known: dict[str, set[str]] = {}
    for _, bug, strategy, _, _ in rows:
        known.setdefault(bug, set()).add(strategy)
    found = {}
    for name in run.checkpoints:
        own = [row[1:] for row in rows if row[0] == name]
        shown: dict[str, set[str]] = {}
        for bug, strategy, _, _ in own:
            shown.setdefault(bug, set()).add(strategy)
        found[name] = Audit(
            demonstrations=sum(attempts for *_, attempts in own),
            bugs=len(shown),
            strategies=len(own),
            one_strategy=sum(len(covered) == 1 for covered in shown.values()),
            copies=sum(attempts - patches for _, _, patches, attempts in own),
            rephrased=sum(patches - 1 for _, _, patches, _ in own),
            missing={
                bug: tuple(sorted(there - shown.get(bug, set())))
                for bug, there in known.items()
                if there - shown.get(bug, set())
            },
        )
    return found


def balanced(shown: Sequence[Demonstration]) -> list[dict[str, Any]]:
    """Return rows for training in which every strategy of a bug occurs equally often.

    Each strategy occurs as often as the rarest needs, at least once; of each, distinct texts come first.
    """
    rows: list[dict[str, Any]] = []
    for bug in dict.fromkeys(one.bug for one in shown):
        groups: dict[str, dict[str, Demonstration]] = {}
        for one in shown:
            if one.bug == bug:
                groups.setdefault(one.strategy, {}).setdefault(one.patch, one)
        share = min(len(group) for group in groups.values())
        for strategy in sorted(groups):
            rows += [
                {"bug": bug, "completion": one.completion, "strategy": one.strategy, "label": one.label}
                for one in list(groups[strategy].values())[:share]
            ]
    return rows


def known_strategies(folder: Path, *, grain: str) -> dict[str, dict[str, str]]:
    """Return the strategies of the correct attempts of a run: bug to id to label."""
    from reroll.ledger import Run

    frame = Run(folder).strategies
    frame = frame[(frame["grain"] == grain) & (frame["correct"] > 0)]
    found: dict[str, dict[str, str]] = {}
    for bug, strategy, label in zip(frame["bug"], frame["strategy"], frame["label"], strict=True):
        found.setdefault(bug, {})[strategy] = label
    return found


def from_run(folder: Path, *, checkpoint: str | None, grain: str) -> list[Demonstration]:
    """Return the correct attempts of a run as demonstrations."""
    from reroll.ledger import Run

    run = Run(folder)
    if checkpoint is not None and checkpoint not in run.checkpoints:
        raise UsageError(
            f"Run {run.name!r} has no checkpoint {checkpoint!r}: there is {', '.join(run.checkpoints)}"
        )
    return [one for bug in run.bug_ids for one in _of_bug(run, bug, checkpoint=checkpoint, grain=grain)]


def _of_bug(run: Any, bug: str, *, checkpoint: str | None, grain: str) -> Iterator[Demonstration]:
    strategies = {
        member: strategy
        for strategy in run.clusters(bug)
        if strategy.grain == grain
        for member in strategy.members
    }
    correct = {digest for digest, found in run.judgements(bug).items() if found.verdict.correct}
    for _, _, _, patch, completion in run.completions(bug, checkpoint):
        if patch in correct and patch in strategies:
            strategy = strategies[patch]
            yield Demonstration(
                bug=bug, completion=completion.text, patch=patch, strategy=strategy.id, label=strategy.label
            )


def from_file(
    file: Path, *, suite: str | None, data: Path | None, edit_format: str, grain: str
) -> list[Demonstration]:
    """Return the demonstrations of a JSON Lines file, taken as correct as their author says they are.

    Raises:
        UsageError: No suite was named, or a row names a bug that it does not hold or no edit that applies.
    """
    from reroll.patch import make_patch
    from reroll.strategies import sign, strategy_id
    from reroll.suite import load, table

    if suite is None:
        raise UsageError("Demonstrations from a file need --suite, the suite of their bugs")
    bugs = {bug.id: bug for bug in load(suite, data=data).bugs}
    bugs |= {bug.name: bug for bug in bugs.values()}
    found = []
    for number, row in enumerate(_read(file, table.rows), 1):
        if not isinstance(row, dict):
            raise UsageError(f"{file}:{number}: {row!r} is no object with a bug and a completion")
        bug = bugs.get(str(row.get("bug", "")))
        text = str(row.get("completion", ""))
        if bug is None:
            raise UsageError(f"{file}:{number}: bug {row.get('bug')!r} is not in suite {suite!r}")
        try:
            patch = make_patch(text, bug, edit_format=edit_format)
        except PatchError as error:
            raise UsageError(f"{file}:{number}: {error}; --format names the edit format") from error
        signature = sign(bug.source, patch.apply(bug.source), language=bug.language)
        name = strategy_id(signature, "", grain=grain)
        found.append(
            Demonstration(
                bug=bug.id, completion=text, patch=patch.digest, strategy=name, label=signature.label
            )
        )
    if not found:
        raise UsageError(f"{str(file)!r} holds no demonstration: it wants one JSON object a line")
    return found


def _read(file: Path, rows: Callable[[Path], Iterable[Any]]) -> Iterator[Any]:
    try:
        yield from rows(file)
    except UnicodeDecodeError as error:
        raise UsageError(f"{str(file)!r} is no text in UTF-8: {error.reason}") from error
