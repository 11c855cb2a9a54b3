"""What a repair brings: what the changed units show after the patch, and did not show before it.

A reviewer knows a repair by its means, not by its place: a guard in front and a branch around are one repair,
and so are a loop that is mended and one that is written anew. So the means are read off the program form of
what was changed, and the strongest of them decides: an algorithm, caught errors, functions that are called,
questions that are asked, and last another shape of the whole. A patch that brings nothing, or only wraps one
expression, is known by its place and kind instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reroll.strategies.atoms import FAMILIES, Atom, interface, question
from reroll.strategies.canonical import Unit
from reroll.strategies.inlining import inlined
from reroll.strategies.mechanisms import mechanisms
from reroll.strategies.patterns import is_length
from reroll.strategies.ranks import deciding, is_algorithm
from reroll.strategies.recursion import name_of
from reroll.strategies.rules import program_form
from reroll.strategies.tree import ZERO, Node, walk

_CACHED = 65536
_PLAIN = frozenset(
    ["constant", "operator", "bound", "variable", "swap operands", "swap arguments", "negate", "move", "text"]
)
"""Actions that put nothing new into a program."""
_VAGUE = frozenset({"library", "builds on earlier entries"})
"""Mechanisms that say less of a repair than the functions that it calls."""
_LOCAL = frozenset(["wrap"])
"""Actions within one expression: where nothing else is done, the place says what is meant."""
_SILENT = frozenset({"", "appends"})
"""Families that only word a collection."""
_ASKED = {"emptiness": "nothing", "absence": "nothing", "equality": "a value", "order": "a value"}
"""Questions that are one to a reviewer: `x is None` and `not x`, `n == 0` and `n < 1`."""
_LOOPS = frozenset({"for", "while", "comp"})
Question = tuple[str, bool]
"""The kind of a question, and whether it is asked for each item."""
_TESTED = frozenset({"if", "while", "ifexp", "cif"})


@dataclass(frozen=True, slots=True)
class Means:
    """What a piece of a program works with."""

    strong: frozenset[str]
    """Mechanisms that make a strategy by themselves."""
    key: tuple[str, ...]
    """The mechanisms that decide."""
    families: frozenset[str]
    """Functions, methods and libraries that it uses, by family."""
    questions: Counter[Question]
    """How often it asks what kind of question, once or for each item."""
    constructs: Counter[str]
    """How often it raises, and catches errors."""


def repair(before: Iterable[Unit], after: Iterable[Unit], *, atoms: Sequence[Atom]) -> str:
    """Return what a patch brings, in words; empty where it brings nothing.

    Args:
        before: The changed units before the patch.
        after: The changed units after it, and those that it adds.
        atoms: What the patch does to them.

    """
    if all(atom.action in _PLAIN for atom in atoms) or (len(atoms) == 1 and atoms[0].action in _LOCAL):
        return ""
    had, has = means(tuple(before)), means(tuple(after))
    new = tuple(
        part
        for part in deciding(has.strong - had.strong)
        if is_algorithm(part) and part.partition(":")[0] not in _VAGUE
    )
    if new:
        return f"does: {', '.join(new)}"
    constructs = has.constructs - had.constructs
    if constructs["try"]:
        return "catches errors"
    turned = f", then {', '.join(has.key)}" if has.key != had.key else ""
    families = has.families - had.families
    if families:
        return f"uses: {', '.join(sorted(families))}{turned}"
    asked = {
        _ASKED.get(kind, kind) + (" of each" if again else "")
        for kind, again in has.questions - had.questions
    }
    if asked:
        raised = " and rejects" if constructs["raise"] else ""
        return f"asks for: {', '.join(sorted(asked))}{raised}{turned}"
    return turned.removeprefix(", ")


@lru_cache(maxsize=_CACHED)
def means(units: tuple[Unit, ...]) -> Means:
    """Return what units work with, read in program form."""
    forms = inlined({unit.path: program_form(unit.tree) for unit in units}, program_form)
    found = mechanisms(forms, written={unit.path: unit.tree for unit in units})
    own = {name_of(path) for path in forms}
    names = {name for form in forms.values() for name in interface(form)} - own
    families = {FAMILIES.get(name, FAMILIES.get(name.rsplit(".", 1)[-1], name)) for name in names}
    parts = [part for form in forms.values() for part in walk(form)]
    lengths = {part[1] for part in parts if part[0] == "assign" and is_length(part[2])}
    questions = Counter(asked for form in forms.values() for asked in _asked(form, lengths, again=False))
    constructs = Counter(part[0] for part in parts if part[0] in {"raise", "try"})
    return Means(found.strong, found.key, frozenset(families - _SILENT), questions, constructs)


def _asked(node: Node, lengths: set[Node], *, again: bool) -> Iterator[Question]:
    """Yield the questions of a tree, and whether a loop asks them again for each item."""
    if node[0] in _TESTED:
        yield from ((kind, again) for kind in _questions(node[1], lengths))
    elif node[0] == "assign" and node[2][0] == "or":
        # A default for nothing: `xs = xs or []`.
        yield "emptiness", again
    inside = again or node[0] in _LOOPS
    for child in node:
        if type(child) is tuple:
            yield from _asked(child, lengths, again=inside)


def _questions(test: Node, lengths: set[Node]) -> Iterator[str]:
    if test[0] in {"and", "or"}:
        for part in test[1:]:
            yield from _questions(part, lengths)
    elif test[0] == "cmp" and ZERO in test[2:] and lengths.intersection(test[2:]):
        yield "emptiness"
    else:
        yield question(test)
