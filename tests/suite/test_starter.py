"""The starter suite keeps what its README promises; the proofs run in tests/container."""

from __future__ import annotations

import pytest

from reroll.patch import reference_patch
from reroll.records import Bug
from reroll.suite import load

BUGS = load("starter").bugs


def test_the_suite_is_large_and_varied_enough() -> None:
    several = [bug for bug in BUGS if len([p for p in bug.source if p.endswith(".py")]) >= 3]
    assert len(BUGS) >= 60
    assert len(several) >= 12
    assert sum(len(bug.fixes) >= 3 for bug in BUGS) >= len(BUGS) / 2
    assert sum(bool(bug.decoys) for bug in BUGS) >= 10


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_bug_is_complete(bug: Bug) -> None:
    assert len(bug.fixes) >= 2
    assert len(bug.report) > 80
    assert bug.tags
    assert bug.provenance
    assert all(reference_patch(bug, name).files for name in (*bug.fixes, *bug.decoys))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_no_two_reference_fixes_are_one_text(bug: Bug) -> None:
    digests = [reference_patch(bug, name).digest for name in (*bug.fixes, *bug.decoys)]
    assert len(set(digests)) == len(digests)
