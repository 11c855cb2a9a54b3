"""What the attempts of one checkpoint are made and tested with, and how each is recorded."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reroll.errors import PatchError
from reroll.ledger import Ledger
from reroll.model.model import Answer
from reroll.patch import make_patch
from reroll.records import Agent, Attempt, Bug, Judgement, Patch, Verdict

UNTOUCHED = Patch(files={})
"""The patch that changes nothing: what the tests say about the source."""


class Sandbox(Protocol):
    """What the harness needs of a sandbox."""

    @property
    def workers(self) -> int:
        """Attempts that it tests at one time."""

    async def judge(self, bug: Bug, files: Mapping[str, str], *, probes: bool = True) -> Judgement:
        """Test one patched project; raises SandboxError when the sandbox failed, not the patch."""


@dataclass(slots=True)
class Progress:
    """What a run has done so far; the command line draws it."""

    total: int = 0
    """Attempts that this command wants in the ledger."""
    recorded: int = 0
    """Attempts that are."""
    tested: int = 0
    """Attempts with a verdict."""
    fixed: int = 0
    """Attempts that fixed their bug."""
    invalid: int = 0
    """Attempts that the harness lost."""
    generating: bool = True
    """Whether the model still has attempts to make."""
    waiting: int = 0
    """Patches that wait for the sandbox."""


@dataclass(slots=True)
class Bench:
    """What one checkpoint's attempts are made and tested with."""

    bugs: dict[str, Bug]
    agent: Agent
    checkpoint: str
    attempts: int
    seed: int
    ledger: Ledger
    sandbox: Sandbox
    progress: Progress = field(default_factory=Progress)
    changed: Callable[[], None] = lambda: None
    _judging: dict[tuple[str, str], asyncio.Future[Judgement]] = field(default_factory=dict)

    def resume(self) -> None:
        """Begin to count from what the ledger holds."""
        held = self.ledger.held(self.checkpoint)
        self.progress.total = self.attempts * len(self.bugs)
        self.progress.recorded = sum(len({i for i, _ in held.get(bug, ())}) for bug in self.bugs)
        self.progress.tested, self.progress.fixed = self.ledger.counted(self.checkpoint)
        self.changed()

    async def judged(self, bug: Bug, patch: Patch) -> Judgement:
        """Return the judgement of a patch, from the ledger or the sandbox; equal patches are tested once."""
        known = self.ledger.judgement(bug.id, patch.digest)
        if known is not None:
            return known
        key = (bug.id, patch.digest)
        if key not in self._judging:
            self._judging[key] = asyncio.ensure_future(self._test(bug, patch))
        try:
            return await self._judging[key]
        finally:
            self._judging.pop(key, None)

    async def _test(self, bug: Bug, patch: Patch) -> Judgement:
        from reroll.strategies import sign

        patched = patch.apply(bug.source)
        judgement = await self.sandbox.judge(bug, patched)
        signature = sign(bug.source, patched, language=bug.language) if patch.files else None
        self.ledger.record_judgement(bug.id, patch, judgement, signature=signature)
        return judgement

    def patch_of(self, text: str, bug: Bug) -> tuple[Patch | None, str | None]:
        """Return the patch in a completion, or the reason why there is none."""
        try:
            return make_patch(text, bug, edit_format=self.agent.edit_format), None
        except PatchError as error:
            return None, str(error)

    def record(self, bug: Bug, answer: Answer, *, turn: int = 0) -> Patch | None:
        """Write an answer into the ledger as an attempt, and return its patch."""
        if answer.completion is None:
            self.lose(bug.id, answer.index, turn=turn, reason=str(answer.error))
            return None
        patch, reason = self.patch_of(answer.completion.text, bug)
        self.ledger.record_attempt(
            Attempt(
                bug=bug.id,
                checkpoint=self.checkpoint,
                index=answer.index,
                turn=turn,
                seed=answer.seed,
                completion=answer.completion,
                patch=patch,
                reason=reason,
            )
        )
        self.progress.recorded += 1
        self.progress.tested += patch is None
        self.changed()
        return patch

    def lose(self, bug: str, index: int, *, turn: int, reason: str) -> None:
        """Note an attempt that the harness lost."""
        self.ledger.record_invalid(bug, self.checkpoint, index=index, turn=turn, reason=reason)
        self.progress.invalid += 1
        self.changed()

    def count(self, judgement: Judgement, *, attempts: int = 1) -> None:
        """Count a verdict, once for every attempt that it is about."""
        self.progress.tested += attempts
        self.progress.fixed += attempts * (judgement.verdict is Verdict.FIXED)
        self.changed()


def seed_of(run_seed: int, bug: str, checkpoint: str, index: int, turn: int = 0) -> int:
    """Return the seed of one attempt: 31 bits of a hash, so that no two attempts share a stream."""
    name = f"{run_seed}\0{bug}\0{checkpoint}\0{index}\0{turn}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1
