"""Rules for whole programs: expressions and entries in which a built-in, a count or a test is written out.

Like the rules of `fusion.py`, which see through loops, they would hide where an edit is: programs only.
"""

from __future__ import annotations

from itertools import pairwise

from reroll.strategies.rules.branches import BlockRule
from reroll.strategies.rules.conditions import is_boolean
from reroll.strategies.rules.context import Context
from reroll.strategies.rules.fusion import EMPTY_TEXT, added, total_of
from reroll.strategies.tree import NONE, NULL, ONE, ZERO, Node, contains

_SUM: Node = ("name", "sum")


def whole_quotient(node: Node, _context: Context) -> Node | None:
    """`int(a / b)` is `a // b`, for what programs divide in whole numbers."""
    if node[1] == ("name", "int") and len(node) == 3 and node[2][:2] == ("bin", "/"):
        return ("bin", "//", *node[2][2:])
    return None


def power(node: Node, _context: Context) -> Node | None:
    """`pow(a, b)` is `a ** b`."""
    return ("bin", "**", *node[2:]) if node[1] == ("name", "pow") and len(node) == 4 else None


def entry_by_entry(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`d = {}`, then `d[k] = v`, is `d = {k: v}`."""
    for i, (before, node) in enumerate(pairwise(statements)):
        if before[0] != "assign" or before[2][0] != "dict" or node[0] != "assign":
            continue
        if node[1][:2] == ("index", before[1]) and not contains(node[2], before[1]):
            pair = ("pair", node[1][2], node[2])
            return (*statements[:i], ("assign", before[1], (*before[2], pair)), *statements[i + 2 :])
    return None


def membership(node: Node, _context: Context) -> Node | None:
    """`any(x == k for x in xs)` is `k in xs`; a count of a filtered list is a sum of ones."""
    function = node[1]
    if len(node) != 3 or node[2][0] != "comp":
        return None
    comp = node[2]
    if function == ("name", "any") and len(comp) == 4 and comp[2][:2] == ("cmp", "=="):
        item = comp[3][1]
        for a, b in ((comp[2][2], comp[2][3]), (comp[2][3], comp[2][2])):
            if a == item and not contains(b, item):
                return ("cmp", "in", b, comp[3][2])
    if function == ("name", "len") and comp[1] in {"list", "gen"}:
        return ("call", _SUM, ("comp", "gen", ONE, *comp[3:]))
    if function == _SUM and is_boolean(comp[2]):
        return ("call", _SUM, ("comp", "gen", ONE, *comp[3:], ("cif", comp[2])))
    return None


def reduced(node: Node, _context: Context) -> Node | None:
    """`reduce` with an addition is `sum` or `join`."""
    if (
        node[1] != ("lib", "functools.reduce")
        or len(node) not in {4, 5}
        or node[2][0] != "lambda"
        or len(node[2][1]) != 3
    ):
        return None
    total, item = (part[1] for part in node[2][1][1:])
    term = added(("assign", total, node[2][2]))
    start = node[4] if len(node) == 5 else ZERO
    if term is None or contains(term, total) or (start == EMPTY_TEXT and node[2][2][2] != total):
        return None
    return total_of(start, ("comp", "gen", term, ("cfor", item, node[3])))


def counted(node: Node, _context: Context) -> Node | None:
    """`sum(1 for x in xs if x == k)` is `xs.count(k)`."""
    if node[1] != _SUM or len(node) != 3 or node[2][:3] != ("comp", "gen", ONE) or len(node[2]) != 5:
        return None
    visit, test = node[2][3:]
    if visit[0] != "cfor" or test[0] != "cif" or test[1][:2] != ("cmp", "=="):
        return None
    for item, value in (test[1][2:], test[1][:1:-1]):
        if item == visit[1] and item[0] == "var" and not contains(value, item):
            return ("method", visit[2], "count", value)
    return None


def named_slice(node: Node, _context: Context) -> Node | None:
    """`xs[slice(a, b, c)]` is `xs[a:b:c]`."""
    key = node[2]
    if key[:2] != ("call", ("name", "slice")) or not 3 <= len(key) <= 5:
        return None
    bounds = tuple(NONE if part == NULL else part for part in key[2:])
    if len(bounds) == 1:
        bounds = (NONE, *bounds)
    return ("index", node[1], ("slice", *bounds, NONE) if len(bounds) == 2 else ("slice", *bounds))


def copied_range(node: Node, _context: Context) -> Node | None:
    """`[xs[i] for i in range(a, b)]` is `xs[a:b]`."""
    element = node[2]
    if node[1] not in {"list", "gen"} or len(node) != 4 or element[0] != "index" or node[3][0] != "cfor":
        return None
    visitor, over = node[3][1:]
    if element[2] != visitor or contains(element[1], visitor) or over[:2] != ("call", ("name", "range")):
        return None
    bounds = over[2:]
    if len(bounds) > 2:
        return None
    return ("index", element[1], ("slice", *(bounds if len(bounds) == 2 else (NONE, *bounds)), NONE))


def added_to_set(node: Node, _context: Context) -> Node | None:
    """`s |= {e}` adds `e`."""
    target, value = node[1:]
    if value[:2] != ("bin", "|") or target not in value[2:]:
        return None
    added = value[3] if value[2] == target else value[2]
    return ("expr", ("method", target, "add", added[1])) if added[0] == "set" and len(added) == 2 else None


def first_of_list(node: Node, _context: Context) -> Node | None:
    """`[x for … if …][0]` is `next(x for … if …)`."""
    owner = node[1]
    if node[2] != ZERO:
        return None
    if owner[0] == "call" and owner[1] in {("name", "tuple"), ("name", "list")} and len(owner) == 3:
        owner = owner[2]
    if owner[0] == "comp" and owner[1] in {"list", "gen"}:
        return ("call", ("name", "next"), ("comp", "gen", *owner[2:]))
    return None


def larger_of_two(node: Node, _context: Context) -> Node | None:
    """`b if a < b else a` is `max(a, b)`."""
    test, then, other = node[1:]
    if test[:2] == ("cmp", "<") and {then, other} == {test[2], test[3]}:
        name = "max" if then == test[3] else "min"
        return ("call", ("name", name), *sorted((then, other), key=repr))
    return None


BLOCK_RULES: tuple[BlockRule, ...] = (entry_by_entry,)
