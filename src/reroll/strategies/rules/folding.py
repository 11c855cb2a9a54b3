"""Rules for state that is handed on: a fold is a loop, and a variable that holds several values is several.

Like the rules of `fusion.py`, they would hide where an edit is, and serve whole programs only.
"""

# ruff: noqa: D401 -- a rule's docstring states its law
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reroll.strategies.rules.branches import BlockRule
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import EMPTY, NONE, ONE, ZERO, Node, substitute, variables, walk

_HEADS = {"return": 1, "expr": 1, "if": 1, "assign": 2}
_DELAYED = frozenset({"lambda", "def", "comp"})
_REDUCE = ("call", ("lib", "functools.reduce"))
_SEVERAL = (2, 3)
"""How many values a variable may hold to be taken apart."""


def folded(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`reduce(f, xs, start)` is a loop that gives `f` of what it has and the next item to what it has."""
    functions = {part[1]: part for part in statements if part[0] == "def" and len(part) == 4}
    for i, node in enumerate(statements):
        head = _HEADS.get(node[0])
        call: Node | None = None if head is None else next(_folds(node[head]), None)
        if call is None or len(call) not in {4, 5}:
            continue
        step = _step(functions[call[2]] if call[2] in functions else call[2])
        if step is None:
            continue
        (total, item), before, value = step
        over, start = call[3], call[4] if len(call) == 5 else ("index", call[3], ZERO)
        if len(call) == 4:
            over = ("index", over, ("slice", ONE, NONE, NONE))
        body = ("block", *before, ("assign", total, value))
        loop = (("assign", total, start), ("for", item, over, body, EMPTY))
        kept = tuple(part for part in statements[:i] if part[:2] != ("def", call[2]))
        return (*kept, *loop, substitute(node, call, total), *statements[i + 1 :])
    return None


def _folds(node: Node) -> Iterator[Node]:
    """Yield the folds that an expression always makes."""
    if node[:2] == _REDUCE:
        yield node
    elif node[0] not in _DELAYED:
        for child in node:
            if type(child) is tuple:
                yield from _folds(child)


def _step(function: Node) -> tuple[tuple[Node, ...], tuple[Node, ...], Node] | None:
    """Return the parameters, the statements and the value of a function of two."""
    params = {"lambda": 1, "def": 2}.get(function[0])
    if params is None or len(function[params]) != 3:
        return None
    names = tuple(param[1] for param in function[params][1:])
    body = function[params + 1]
    if any(name[0] != "var" for name in names):
        return None
    if function[0] == "lambda":
        return names, (), body
    *before, last = body[1:] or (EMPTY,)
    if last[0] != "return" or any(part[0] == "return" for step in before for part in walk(step)):
        return None
    return names, tuple(before), last[1]


def held_apart(node: Node, _context: Context) -> Node | None:
    """A variable that only ever holds a pair, and is read item by item, is two variables."""
    lengths, reads = _holdings(node)
    uses = variables(node)
    for variable, found in sorted(lengths.items()):
        number = max(found)
        if len(found) > 1 or number not in _SEVERAL or reads[variable] != uses[variable[1]]:
            continue
        if not any(part[:2] == ("assign", variable) for part in walk(node)):
            continue
        fresh = max(uses, default=0) + 1
        parts: Node = ("tuple", *(("var", fresh + k) for k in range(number)))
        for k in range(number):
            node = substitute(node, ("index", variable, ("num", str(k))), parts[k + 1])
        # Items that a pair does not have are no items of a pair.
        beyond = any(part[:2] == ("index", variable) for part in walk(node))
        return None if beyond else substitute(node, variable, parts)
    return None


def _holdings(node: Node) -> tuple[dict[Node, set[int]], Counter[Node]]:
    """Return how many values each variable is given or split into, and how often it is used in such ways."""
    lengths: dict[Node, set[int]] = {}
    reads: Counter[Node] = Counter()
    for part in walk(node):
        if part[0] == "assign":
            for variable, values in (part[1:], part[:0:-1]):
                if variable[0] == "var" and (values[0] == "tuple" or variable is part[1]):
                    several = values[0] == "tuple" and all(value[0] != "star" for value in values[1:])
                    lengths.setdefault(variable, set()).add(len(values) - 1 if several else 0)
                    reads[variable] += 1
        elif part[0] == "index" and part[2][0] == "num":
            reads[part[1]] += 1
    return lengths, reads


def unpacked(node: Node, context: Context) -> Node | None:
    """`p[0]` and `p[1]` of an item of `zip` or `enumerate` are the two that it consists of."""
    clauses = node[3:] if node[0] == "comp" else (node,)
    for clause in clauses:
        if clause[0] not in {"for", "cfor"} or clause[1][0] != "var":
            continue
        number = _width(clause[2])
        items = [("index", clause[1], ("num", str(k))) for k in range(number)]
        read = sum(part in items for part in walk(node))
        if not number or variables(node)[clause[1][1]] != read + 1 or context.uses[clause[1][1]] != read + 1:
            continue
        fresh = max([*context.uses, *variables(node)]) + 1
        parts = tuple(("var", fresh + k) for k in range(number))
        for item, part in zip(items, parts, strict=True):
            node = substitute(node, item, part)
        return substitute(node, clause[1], ("tuple", *parts))
    return None


def _width(over: Node) -> int:
    """Return of how many values each item consists, as far as a built-in says."""
    if over[:2] == ("call", ("name", "zip")):
        return len(over) - 2 if all(part[0] != "star" for part in over[2:]) else 0
    listed = over[:1] == ("method",) and over[2] == "items"
    return 2 if listed or over[:2] == ("call", ("name", "enumerate")) else 0


BLOCK_RULES: tuple[BlockRule, ...] = (folded,)
