"""Rewordings: they keep what a program does, and no signature sees them."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from reroll.patch import reference_patch
from reroll.statistics.validity import agreement
from reroll.strategies import program_signature, sign
from reroll.strategies.reword import PROGRAM_RULES, RULES

PROGRAM = '''
def pick(xs, low):
    """Return picked numbers."""
    found = []
    for x in xs:
        if x > low:
            found.append(x + 1)
        elif x == low:
            found.append(0)
    squares = [q * q for q in found if q]
    total = 0
    for i, y in enumerate(squares):
        total += i * y
    for k in range(len(squares)):
        total = total + squares[k]
    seen = {}
    for y in squares:
        seen[y % 3] = seen.get(y % 3, 0) + y
    while total > 40:
        total -= 7
    if 0 <= low <= 1 and low not in seen:
        return [f'low {low} of {total}', sum(z for z in squares)]
    if total % 2:
        sign = -1
    else:
        sign = 1
    text = 'odd' if sign < 0 else 'even'
    if not found:
        return text
    else:
        extra = sum([w + 1 for w in squares])
    return total * sign + extra
'''
EVERY = RULES | PROGRAM_RULES
ARGUMENTS = [([], 0), ([], 3), ([1, 2, 3], 1), ([5, 5, 0, 9], 5), ([-1, 7], 8), ([3, 1, 4], 0)]


def results(code: Any) -> Any:
    names = {}
    exec(compile(code, "<program>", "exec"), names)
    return [names["pick"](list(xs), low) for xs, low in ARGUMENTS]


@pytest.mark.parametrize("rule", EVERY)
def test_a_rewording_keeps_what_the_program_does(rule: Any) -> None:
    reworded = EVERY[rule](PROGRAM)
    assert reworded != PROGRAM
    same = ast.dump(ast.parse(reworded)) == ast.dump(ast.parse(PROGRAM))
    assert same == (rule in {"reformat", "comments"})
    assert results(reworded) == results(PROGRAM)


@pytest.mark.parametrize("rule", RULES)
def test_no_signature_sees_a_rewording_of_the_starter_suite(rule: Any, starter: Any) -> None:
    seen = []
    for bug in starter:
        for path, text in bug.source.items():
            if path.endswith(".py") and sign({path: text}, {path: RULES[rule](text)}).atoms:
                seen.append((bug.id, path))
    assert seen == []


@pytest.mark.parametrize("rule", EVERY)
def test_functions_by_other_people_keep_their_strategy_in_other_words(
    rule: Any, other_functions: Any
) -> None:
    kept = []
    for code in other_functions[::2]:
        reworded = EVERY[rule](code)
        if reworded != code:
            kept.append(program_signature(reworded).dominant == program_signature(code).dominant)
    assert sum(kept) / len(kept) >= 0.99


def test_reworded_reference_fixes_of_the_starter_suite_stay_one_coarse_strategy_each(starter: Any) -> None:
    scores = []
    # A part of the suite, and of the rules: benchmarks/strategies.py measures all of it.
    for bug in starter[::4]:
        truth, predicted = [], []
        for fix in bug.fixes:
            patch = reference_patch(bug, fix)
            files = patch.apply(bug.source)
            edited = {path for path in patch.files if path.endswith(".py") and path in files}
            for reword in (str, *list(RULES.values())[::2]):
                again = {path: reword(text) if path in edited else text for path, text in files.items()}
                signature = sign(bug.source, again)
                truth.append(fix)
                predicted.append((signature.unit, signature.dominant))
        scores.append(agreement(truth, predicted).f1)
    assert sum(score or 0 for score in scores) / len(scores) >= 0.95
