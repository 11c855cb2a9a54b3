"""What a patch does when it runs, as one key: outcomes by test with error types, and the answers to probes.

Patches that pass every test may still behave differently; probes show it. A probe whose answer changes from
run to run says nothing about the patch, and stays out of the key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reroll.records import Judgement, digest

NONDETERMINISTIC = "nondet"
"""Fingerprint that the sandbox gives a probe whose two answers differ."""
_LENGTH = 16


def behaviour_key(judgement: Judgement, *, unstable: Collection[str] = ()) -> str:
    """Return the key of a behaviour: equal keys are equal outcomes and answers.

    Args:
        judgement: What the sandbox found.
        unstable: Probes that are known to be nondeterministic for this bug, whatever they answered here.

    Returns:
        A short hash, the same on every machine.

    """
    answers = {
        probe: answer
        for probe, answer in judgement.probes.items()
        if probe not in unstable and answer != NONDETERMINISTIC
    }
    return digest([dict(judgement.outcomes), answers])[:_LENGTH]


def unstable_probes(judgements: Iterable[Judgement]) -> frozenset[str]:
    """Return the probes of a bug that are nondeterministic for some patch.

    Args:
        judgements: All judgements of one bug. A probe that one patch answers at random is kept out of the
        keys of all, or the patches would part for a reason that is not theirs.

    """
    return frozenset(
        probe
        for judgement in judgements
        for probe, answer in judgement.probes.items()
        if answer == NONDETERMINISTIC
    )
