"""Rules for intermediate variables: a name for a value that is used once is only a name."""

# ruff: noqa: D401 -- a rule's docstring states its law
from __future__ import annotations

from itertools import pairwise

from reroll.strategies.rules.branches import BlockRule
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import Node, contains, pure, substitute, variables, walk, written

_DELAYED = frozenset({"lambda", "def", "comp"})
_HEADS = {"return": 1, "expr": 1, "if": 1, "for": 2, "assign": 2, "raise": 1, "assert": 1}


def parallel_assignment(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`a, b = x, y` is two assignments, where the second does not read what the first wrote."""
    for i, node in enumerate(statements):
        if node[0] != "assign" or node[1][0] not in {"tuple", "list"} or node[2][0] not in {"tuple", "list"}:
            continue
        names, values = node[1][1:], node[2][1:]
        if len(names) != len(values) or any(part[0] == "star" for part in names + values):
            continue
        if any(contains(value, name) for k, name in enumerate(names) for value in values[k + 1 :]):
            continue
        parts = tuple(("assign", name, value) for name, value in zip(names, values, strict=True))
        return (*statements[:i], *parts, *statements[i + 1 :])
    return None


def divided_at_once(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`q, r = divmod(a, b)` is a division and a remainder."""
    for i, node in enumerate(statements):
        if node[0] != "assign" or node[1][0] != "tuple" or node[2][:2] != ("call", ("name", "divmod")):
            continue
        if len(node[1]) != 3 or len(node[2]) != 4 or not pure(node[2]):
            continue
        (quotient, remainder), (a, b) = node[1][1:], node[2][2:]
        parts = [("assign", quotient, ("bin", "//", a, b)), ("assign", remainder, ("bin", "%", a, b))]
        if contains(node[2], quotient):
            parts.reverse()
        if contains(parts[1][2], parts[0][1]):
            continue
        return (*statements[:i], *parts, *statements[i + 1 :])
    return None


def swap_by_turns(statements: tuple[Node, ...], context: Context) -> tuple[Node, ...] | None:
    """`t = a`, `a = b`, `b = t` is `a, b = b, a`."""
    for i in range(len(statements) - 2):
        first, second, third = statements[i : i + 3]
        if not first[0] == second[0] == third[0] == "assign" or first[1][0] != "var":
            continue
        held, a, b = first[1], first[2], second[2]
        if context.uses[held[1]] == 2 and second[1] == a and third[1:] == (b, held) and pure(a) and pure(b):
            swap: Node = ("assign", ("tuple", a, b), ("tuple", b, a))
            return (*statements[:i], swap, *statements[i + 3 :])
    return None


def listed_values(node: Node, _context: Context) -> Node | None:
    """`a, b = [x, y]` is `a, b = x, y`."""
    if node[1][0] == "tuple" and node[2][0] == "list" and len(node[1]) == len(node[2]):
        return ("assign", node[1], ("tuple", *node[2][1:]))
    return None


def assigned_again(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`x = a`, then `x = f(x)`, is `x = f(a)`."""
    for i, (first, second) in enumerate(pairwise(statements)):
        if not first[0] == second[0] == "assign" or first[1] != second[1] or first[1][0] != "var":
            continue
        if variables(second[2])[first[1][1]] == 1 and pure(first[2]) and not _nested(second[2], first[1]):
            new = ("assign", first[1], substitute(second[2], first[1], first[2]))
            return (*statements[:i], new, *statements[i + 2 :])
    return None


def unused_value(statements: tuple[Node, ...], context: Context) -> tuple[Node, ...] | None:
    """A value that nobody reads is not computed; neither is an expression without effect."""
    for i, node in enumerate(statements):
        dead = node[0] == "assign" and node[1][0] == "var" and context.uses[node[1][1]] == 1 and pure(node[2])
        idle = node[0] == "expr" and node[1][0] in {"var", "num", "str", "const"}
        same = node[0] == "assign" and node[1] == node[2] and node[1][0] == "var"
        if (dead and context.may_vanish(node[1])) or idle or same:
            return (*statements[:i], *statements[i + 1 :])
    return None


def intermediate_variable(statements: tuple[Node, ...], context: Context) -> tuple[Node, ...] | None:
    """A variable that is set once and read once is the value itself, where nothing it reads has changed."""
    for i, node in enumerate(statements[:-1]):
        if node[0] != "assign" or node[1][0] != "var" or context.uses[node[1][1]] != 2:
            continue
        if not context.may_vanish(node[1]):
            continue
        variable, value = node[1:]
        reader = next((k for k in range(i + 1, len(statements)) if contains(statements[k], variable)), None)
        if reader is None or not _may_move(variable, value, statements[i + 1 : reader + 1]):
            continue
        new = substitute(statements[reader], variable, value)
        return (*statements[:i], *statements[i + 1 : reader], new, *statements[reader + 1 :])
    return None


def _may_move(variable: Node, value: Node, between: tuple[Node, ...]) -> bool:
    reader = between[-1]
    if variable in written(reader):
        return False
    if not pure(value):
        position = _HEADS.get(reader[0])
        if len(between) > 1 or position is None or not contains(reader[position], variable):
            return False
        return not any(part[0] in _DELAYED and contains(part, variable) for part in walk(reader[position]))
    read = {part for part in walk(value) if part[0] in {"var", "name"}}
    if any(read & written(node) for node in between[:-1]):
        return False
    if read & written(reader) and not (reader[0] == "assign" and not _nested(reader[2], variable)):
        # Reading comes before writing where only the head of the statement asks for the variable.
        return reader[0] in {"for", "if"} and contains(reader[_HEADS[reader[0]]], variable)
    return not (_repeated(reader, variable) and value[:2] == ("comp", "gen"))


def _nested(node: Node, variable: Node) -> bool:
    return any(part[0] in _DELAYED and contains(part, variable) for part in walk(node))


def _repeated(reader: Node, variable: Node) -> bool:
    return reader[0] in {"for", "while"} and not (
        reader[0] == "for" and variables(reader[2])[variable[1]] > 0
    )


BLOCK_RULES: tuple[BlockRule, ...] = (swap_by_turns, parallel_assignment, unused_value, intermediate_variable)
