"""What a draft must prove before anybody sees it, and which drafts no training may see."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from reroll.lab import trial
from reroll.lab.drafts import Draft
from reroll.lab.edits import amend
from reroll.records import Case

HELD_OUT_ONE_IN = 4
"""One function in four, by hash, is for suites only."""


def held_out(lines: Sequence[str]) -> bool:
    """Return whether a source is kept for suites: a fact of its text, so no seed can leak it into
    training.
    """
    return hashlib.sha256("\n".join(lines).encode()).digest()[0] % HELD_OUT_ONE_IN == 0


def proved(drawn: Draft, cases: Sequence[Case], *, prelude: str = "") -> bool:
    """Return whether the source fails the first case, every repair passes all and every trap fails one."""

    def passes(lines: Sequence[str] | None, cases: Sequence[Case]) -> bool:
        return lines is not None and trial.passes(prelude + "\n".join(lines) + "\n", cases)

    right = [edit for repair in drawn.repairs for edit in repair.edits]
    return (
        not passes(drawn.lines, cases[:1])
        and all(passes(amend(drawn.lines, edit), cases) for edit in right)
        and not any(passes(amend(drawn.lines, trap), cases) for trap in drawn.traps)
    )
