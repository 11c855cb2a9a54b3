"""Control runs: a bug's own tests with one expectation changed, which no right program passes.

Where tests and patch share a process, or where a command writes its own report, a pass can be made up. What
cannot be known there is whether the tests are the right ones: a patch that passes a control as it passes the
tests has not computed what they ask for. Which literals matter is found with trusted code, in any language.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reroll.container.hearsay import is_hearsay
from reroll.container.plan import Plan
from reroll.records import Bug

WANTED, WANTED_LOOSE = 2, 3
"""Controls that are kept per bug; more where all of them are loose."""
TRIED = 10
"""Changes that are tried with trusted code until so many controls are found."""
_LONGEST_FILE = 1 << 18
_LITERAL = re.compile(
    r"""(?P<number>(?<![\w.])\d+(?:\.\d+)?(?![\w.]))
      | (?P<text>"(?:[^"\\\n]|\\.)+"|'(?:[^'\\\n]|\\.)+')
      | (?P<truth>\b(?:True|False|true|false)\b)""",
    re.VERBOSE,
)
_EXPECTS = re.compile(r"assert|expect|should|equal|\bok\b|\bis\b|==|\bcmp|compare|diff|test\s", re.IGNORECASE)
_LOOSE = re.compile(
    r"""<|>|!=|~|\b(?:in|or|not|any|if|is\s+not|approx|isclose|abs|round|match|search|fullmatch|test|include|
        includes|contains?|close|closeTo|CloseTo|toBeCloseTo|near|within|between|most|least|greater|less|
        startsWith|startswith|endsWith|endswith|one_?of|oneOf)\b""",
    re.VERBOSE,
)
"""What accepts more than one answer."""
_CERTAIN = re.compile(r"""\s*assert \w[\w.]*\(.*\) == (\d[\d.]*|"[^"]*"|'[^']*'|True|False)$""")
"""A call equals a literal: who passes this cannot pass it with another literal."""
_CERTAIN_CASE = re.compile(
    r"""(?:bool\()?\w[\w.]*\([^=<>]*\)\ ==\ (\d[\d.]*|"[^"]*"|'[^']*')\)?$
      | (?:bool\()?abs\([^=<>]*\ -\ (\d[\d.]*)\)\ <=?\ (?:0?\.[0-4]\d*|\de-\d+)\)?$""",
    re.VERBOSE,
)
_OPPOSITE = {"True": "False", "False": "True", "true": "false", "false": "true"}
_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A bug with one literal of its tests changed."""

    bug: Bug
    """The bug with the changed tests."""
    words: str
    """What was changed."""
    certain: bool
    """Whether a program that passes the tests cannot pass the changed ones, by their form alone."""
    loose: bool = False
    """Whether the line may accept more than one answer: another right program may pass the changed one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Changed tests that trusted code does not pass."""

    change: Change
    """The change."""
    plan: Plan
    """The changed tests, as trusted code reports them; empty for cases."""


def changes(bug: Bug) -> Iterator[Change]:
    """Yield changes of a bug's tests, the likeliest expectations of hidden tests first."""
    yield from _changed_cases(bug) if bug.tests.runner == "cases" else _changed_files(bug)


def _changed_cases(bug: Bug) -> Iterator[Change]:
    """Change what cases compare with within their own expression."""
    places = [
        (
            not literal.string.endswith((literal.group(), f"{literal.group()})")),
            _CHANCE.random(),
            side,
            index,
            literal,
        )
        for side in ("hidden", "visible")
        for index, case in enumerate(getattr(bug.tests, side))
        if is_hearsay(bug, case)
        for literal in _LITERAL.finditer(case.value)
    ]
    for *_, side, index, literal in sorted(places, key=lambda place: place[:2])[:TRIED]:
        text, new = literal.string, _changed(literal)
        cases = list(getattr(bug.tests, side))
        value = text[: literal.start()] + new + text[literal.end() :]
        cases[index] = replace(cases[index], value=value)
        match = _CERTAIN_CASE.match(text)
        certain = (
            match is not None
            and literal.span() in (match.span(1), match.span(2))
            and cases[index].expected == "True"
        )
        changed = (
            replace(bug.tests, hidden=tuple(cases))
            if side == "hidden"
            else replace(bug.tests, visible=tuple(cases))
        )
        yield Change(
            bug=replace(bug, tests=changed),
            words=f"{text[:80]} became {value[:80]}",
            certain=certain,
            loose=not certain and bool(_LOOSE.search(text)),
        )


def _changed_files(bug: Bug) -> Iterator[Change]:
    places = []
    for path, text in bug.tests.files.items():
        for literal in _LITERAL.finditer(text) if len(text) <= _LONGEST_FILE else ():
            start = text.rfind("\n", 0, literal.start()) + 1
            end = text.find("\n", literal.end())
            line = text[start : end if end >= 0 else len(text)]
            certain = bool(_CERTAIN.match(line)) and line.endswith(literal.group())
            expects = bool(_EXPECTS.search(line)) and _is_last(literal, text)
            loose = not certain and bool(_LOOSE.search(line))
            order = (not path.startswith("hidden/"), not certain, loose, not expects, _CHANCE.random())
            places.append((order, certain, loose, path, literal))
    for _, certain, loose, path, literal in sorted(places, key=lambda place: place[0])[:TRIED]:
        text, new = bug.tests.files[path], _changed(literal)
        files = {**bug.tests.files, path: text[: literal.start()] + new + text[literal.end() :]}
        number = text.count("\n", 0, literal.start()) + 1
        yield Change(
            bug=replace(bug, tests=replace(bug.tests, files=files, ids=())),
            words=f"{path}:{number}: {literal.group()[:40]} became {new[:40]}",
            certain=certain,
            loose=loose,
        )


def _is_last(literal: re.Match[str], text: str) -> bool:
    """Return whether no other literal follows in the same line: what is expected mostly stands last."""
    following = _LITERAL.search(text, literal.end())
    return following is None or "\n" in text[literal.end() : following.start()]


def _changed(literal: re.Match[str]) -> str:
    """Return another literal of the same kind that looks as natural."""
    text = literal.group()
    if literal["number"]:
        step = _CHANCE.choice((1, 2, 3, 5))
        if "." in text:
            whole, _, part = text.partition(".")
            return f"{int(whole) + step}.{part}"
        return str(int(text) + step)
    return _OPPOSITE[text] if literal["truth"] else text[:-1] + _CHANCE.choice("aeinorst") + text[-1]
