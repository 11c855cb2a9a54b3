"""What a rule may know beyond the node in its hands: how often variables occur, and which hold numbers."""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from reroll.strategies.tree import Node, variables, walk

_ARITHMETIC = frozenset({"-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"})
_NUMBER_CALLS = frozenset({"len", "abs", "int", "float", "sum", "ord", "round"})
_NOT_NUMBERS = frozenset({"str", "fstr", "list", "tuple", "dict", "set", "comp", "bytes"})


@dataclass(frozen=True, slots=True)
class Context:
    """Facts about the function that surrounds a node."""

    uses: Mapping[int, int] = field(default_factory=Counter)
    """Occurrences of each variable in the function, bindings included."""
    numbers: frozenset[int] = frozenset()
    """Variables that only ever hold numbers, as far as their definitions show."""

    passing: frozenset[int] | None = None
    """Variables that may be replaced by their value; None for all."""
    highest: int = -1
    """The highest number of a variable."""

    def facts(self, node: Node) -> tuple[object, ...]:
        """Return all that a rule can learn here of the variables of one node."""
        uses, numbers, passing = self.uses, self.numbers, self.passing or ()
        return (
            self.highest,
            self.passing is None,
            *[(uses[number], number in numbers, number in passing) for number in variables(node)],
        )

    def may_vanish(self, variable: Node) -> bool:
        """Whether a variable is only a name for a value."""
        return self.passing is None or variable[1] in self.passing

    def numeric(self, node: Node) -> bool:
        """Whether the expression is seen to be a number."""
        kind = node[0]
        if kind in {"num", "neg"}:
            return True
        if kind == "var":
            return node[1] in self.numbers
        if kind == "bin":
            if any(part[0] in _NOT_NUMBERS for part in node[2:]):
                return False
            if node[1] == "*":
                return self.numeric(node[2]) or self.numeric(node[3])
            if node[1] == "+":
                return self.numeric(node[2]) or self.numeric(node[3])
            return node[1] in _ARITHMETIC
        if kind == "call":
            function = node[1]
            if function[0] == "lib":
                return bool(function[1].startswith("math."))
            return bool(function[0] == "name" and function[1] in _NUMBER_CALLS)
        return kind == "method" and node[2] in {"count", "index", "find", "bit_count"}


def survey(function: Node, *, passing: frozenset[int] | None = None) -> Context:
    """Return the facts about a function, given which variables are only names (None for all)."""
    first = Context()
    values: dict[int, list[Node]] = {}
    uses: Counter[int] = Counter()
    for part in walk(function):
        kind = part[0]
        if kind == "var":
            uses[part[1]] += 1
        elif kind in {"assign", "walrus"} and part[1][0] == "var":
            values.setdefault(part[1][1], []).append(part[2])
        elif kind in {"for", "cfor"} and part[1][0] == "var":
            over = part[2]
            is_range = over[0] == "call" and over[1] == ("name", "range")
            values.setdefault(part[1][1], []).append(("num", "0") if is_range else ("none",))
    numbers = frozenset(
        name
        for name, found in values.items()
        if any(first.numeric(value) and value[0] != "none" for value in found)
        and not any(value[0] in _NOT_NUMBERS or value[0] == "none" for value in found)
    )
    return Context(uses, numbers, passing, max(uses, default=-1))
