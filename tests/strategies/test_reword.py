"""Rewordings: they keep what a program does, and no signature sees them."""

from __future__ import annotations

from typing import Any

import pytest

from reroll.patch import reference_patch
from reroll.statistics.validity import agreement
from reroll.strategies import sign
from reroll.strategies.reword import RULES

PROGRAM = '''
def pick(xs, low):
    """Return picked numbers."""
    found = []
    for x in xs:
        if x > low:
            found.append(x + 1)
        elif x == low:
            found.append(0)
    squares = [y * y for y in found if y]
    total = 0
    for i, y in enumerate(squares):
        total += i * y
    return sum([z for z in squares]) + total if found else -1
'''
ARGUMENTS = [([], 0), ([1, 2, 3], 1), ([5, 5, 0, 9], 5), ([-1, 7], 8)]


def results(code: Any) -> Any:
    names = {}
    exec(compile(code, "<program>", "exec"), names)
    return [names["pick"](list(xs), low) for xs, low in ARGUMENTS]


@pytest.mark.parametrize("rule", RULES)
def test_a_rewording_keeps_what_the_program_does(rule: Any) -> None:
    reworded = RULES[rule](PROGRAM)
    assert reworded != PROGRAM
    assert results(reworded) == results(PROGRAM)


@pytest.mark.parametrize("rule", RULES)
def test_no_signature_sees_a_rewording_of_the_starter_suite(rule: Any, starter: Any) -> None:
    seen = []
    for bug in starter:
        for path, text in bug.source.items():
            if path.endswith(".py") and sign({path: text}, {path: RULES[rule](text)}).atoms:
                seen.append((bug.id, path))
    assert seen == []


def test_reworded_reference_fixes_of_the_starter_suite_stay_one_coarse_strategy_each(starter: Any) -> None:
    scores = []
    # A third of the suite: benchmarks/strategies.py measures all of it.
    for bug in starter[::3]:
        truth, predicted = [], []
        for fix in bug.fixes:
            patch = reference_patch(bug, fix)
            files = patch.apply(bug.source)
            edited = {path for path in patch.files if path.endswith(".py") and path in files}
            for reword in (str, *RULES.values()):
                again = {path: reword(text) if path in edited else text for path, text in files.items()}
                signature = sign(bug.source, again)
                truth.append(fix)
                predicted.append((signature.unit, signature.dominant))
        scores.append(agreement(truth, predicted).f1)
    assert sum(score or 0 for score in scores) / len(scores) >= 0.95
