"""The mechanisms of a program: what a reviewer would name in one phrase, read off its normal form.

Two programs that share their mechanisms are one strategy, however they are worded: recursion or iteration,
what a loop consumes and how it ends, which structure remembers what, which family of operations does the
work, and whether cases are written out or looked up. Strong mechanisms decide; weak ones (cleaning a text,
filtering, the number of nested visits) count only where nothing stronger is there to tell programs apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reroll.strategies.manners import manners
from reroll.strategies.naming import renamed
from reroll.strategies.ranks import deciding
from reroll.strategies.recursion import halves, is_method, is_recursive, keeps_results, most_calls, name_of
from reroll.strategies.results import FOUND, PLAINEST, SHAPES, result
from reroll.strategies.scope import renumber
from reroll.strategies.survey import Survey
from reroll.strategies.tree import Node, variables, walk

_CHAIN_TESTS = 3
_BOUNDED = frozenset({"tries divisors", "divides out factors", "marks positions", "strides by a variable"})
"""What a square root may be the bound of."""
_VARIABLES = 100_000
"""More variables than a unit has."""


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """What does the work in a program."""

    strong: frozenset[str]
    """Mechanisms that make a strategy by themselves."""
    weak: frozenset[str]
    """Mechanisms that tell programs apart where nothing stronger does."""

    @property
    def key(self) -> tuple[str, ...]:
        """The mechanisms that decide, sorted: equal keys are one strategy."""
        return deciding(self.strong | self.weak)


def mechanisms(units: Mapping[str, Node], *, written: Mapping[str, Node] | None = None) -> Mechanisms:
    """Return the mechanisms of a program.

    Args:
        units: Qualified name to tree in program form.
        written: The same units as they were written, before a rule called a built-in by its name; where
        they are given, they tell whether a function calls itself.

    """
    survey = Survey(own=frozenset(name_of(path) for path in units if is_method(path)))
    units = {path: _apart(tree, number) for number, (path, tree) in enumerate(units.items())}
    for path, tree in units.items():
        for part in walk(tree):
            survey.know(part)
        if not path:
            survey.know_module(tree)
    # What a module computes once, beside its functions, is data.
    for path, tree in units.items():
        if path or len(units) == 1:
            survey.visit(tree)
    _conclude(survey, units if written is None else written)
    survey.weak |= manners(units)
    shape = result(units)
    if not survey.visits:
        survey.weak -= SHAPES - {FOUND}
    elif shape is not None:
        survey.weak = (survey.weak - SHAPES) | {shape}
    else:
        shown = [shape for shape in PLAINEST if shape in survey.weak]
        survey.weak -= set(shown[1:])
    return Mechanisms(frozenset(survey.strong), frozenset(survey.weak))


def _apart(tree: Node, number: int) -> Node:
    """Return a unit with variables that no other unit has."""
    if not number:
        return tree
    return renamed(tree, {variable: variable + number * _VARIABLES for variable in variables(tree)})


def _conclude(survey: Survey, units: Mapping[str, Node]) -> None:
    if is_recursive(units):
        survey.strong.add("calls itself")
        survey.strong -= {"works off a list", "takes from the front"}
        if halves(units) or "splits in the middle" in survey.strong:
            survey.strong.add("splits in the middle by calls" if most_calls(units) > 1 else "halves by calls")
        if keeps_results(units):
            survey.strong.add("remembers results")
    if not survey.strong & _BOUNDED:
        survey.strong.discard("stops at the square root")
    if survey.pushed & survey.popped:
        survey.strong.add("keeps a stack")
    values: dict[tuple[str, Node], set[Node]] = {}
    for kind, subject, value in survey.tests:
        asked = renumber(subject) if subject[0] == "comp" else subject
        values.setdefault((kind, asked), set()).add(value)
    survey.strong |= {
        f"chains tests of {kind}" for (kind, _), of in values.items() if len(of) >= _CHAIN_TESTS
    }
    if not survey.visits and "reverses" in survey.weak | survey.strong:
        survey.strong.add("reverses at once")
    if survey.visits > 1:
        survey.weak.add("nests visits")
    elif not survey.visits and "calls itself" not in survey.strong:
        survey.weak.add("computes without a loop")
        if any(part[0] == "bin" for tree in units.values() for part in walk(tree)):
            survey.weak.add("calculates at once")
        survey.strong.discard("uses a closed formula")
