"""The small tree in which all languages are compared: nested tuples, the kind first.

A grammar's tree is lowered to this one (`canonical/`), rewritten by the rules (`rules/`) and then read by
the edit (`edit.py`) and the mechanisms (`mechanisms.py`). Tuples hash and compare at the speed of C, which
is what makes a million signatures affordable. This module knows shapes; it changes nothing.

Expressions
    (name, text) (var, number) (lib, path) (num, text) (str, text) (const, text)
    (call, function, argument…) (method, object, name, argument…) (attr, object, name)
    (index, object, key) (slice, low, high, step) (kw, name, value) (star, e) (dstar, e)
    (bin, operator, a, b) (cmp, operator, a, b) (and, e…) (or, e…) (not, e) (neg, e) (inv, e)
    (ifexp, test, then, else) (list, e…) (tuple, e…) (set, e…) (dict, (pair, key, value)…) (fstr, part…)
    (comp, kind, element, clause…) with (cfor, target, iterable) and (cif, test) clauses
    (lambda, params, body) (walrus, target, value) (yield, e) (await, e) (none,)
Statements
    (block, statement…) (assign, target, value) (expr, e) (return, e) (if, test, block, block)
    (for, target, iterable, block, block) (while, test, block, block) (break,) (continue,) (raise, e)
    (try, block, handler…) (with, block, item…) (assert, e, message) (del, e) (scope, name…)
    (def, name, params, block, decorator…) (class, name, block, base…)
    (params, (param, target, default)…) (other, type, child…)
"""

# ruff: noqa: SIM905 -- words in a row are easier to read and to sort than a hundred quotes
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

Node = tuple[Any, ...]

CACHED_NODES = 65536
"""Nodes of which a fact is kept: the patches of one bug share most of their code."""

OWN = "#"
"""Stands between the name of a variable that belongs to one loop alone and the number of that loop."""

NONE: Node = ("none",)
EMPTY: Node = ("block",)
NULL: Node = ("const", "None")
TRUE: Node = ("const", "True")
FALSE: Node = ("const", "False")
ZERO: Node = ("num", "0")
ONE: Node = ("num", "1")

LEAVES = frozenset({"name", "var", "lib", "num", "str", "const", "none", "break", "continue", "scope"})
LITERALS = frozenset({"num", "str", "const"})
LEAVING = frozenset({"return", "raise", "break", "continue"})

# Calls that neither change anything nor depend on anything but their arguments.
PURE_CALLS = frozenset(
    "abs all any bin bool chr dict divmod enumerate filter float frozenset hash hex int isinstance len list "
    "map max min oct ord pow range repr reversed round set sorted str sum tuple type zip".split()
)
PURE_METHODS = frozenset(
    "bit_count bit_length casefold copy count endswith find format get index isalnum isalpha isdigit islower "
    "isspace isupper items join keys lower lstrip partition replace rfind rpartition rsplit rstrip split "
    "splitlines startswith strip swapcase title upper values zfill intersection union difference "
    "issubset issuperset translate group".split()
)
PURE_LIBRARIES = (
    "math.",
    "re.",
    "itertools.",
    "functools.reduce",
    "operator.",
    "collections.Counter",
    "string.",
)


def walk(node: Node) -> Iterator[Node]:
    """Return the node and everything below it, in order."""
    found: list[Node] = []
    _gather(node, found)
    return iter(found)


def _gather(node: Node, found: list[Node]) -> None:
    found.append(node)
    for child in node:
        if type(child) is tuple:
            if child and child[0] in LEAVES:
                found.append(child)
            else:
                _gather(child, found)


@lru_cache(maxsize=CACHED_NODES)
def size(node: Node) -> int:
    """Return the number of nodes."""
    found, waiting = 0, [node]
    while waiting:
        found += 1
        waiting += [child for child in waiting.pop() if type(child) is tuple]
    return found


@lru_cache(maxsize=CACHED_NODES)
def variables(node: Node) -> Mapping[int, int]:
    """Return how often each variable occurs, in order of occurrence; 0 for those that do not."""
    return Counter([part[1] for part in walk(node) if part[0] == "var"])


def contains(node: Node, part: Node) -> bool:
    """Whether `part` occurs in `node`."""
    return node == part or any(contains(child, part) for child in node if type(child) is tuple)


def substitute(node: Node, part: Node, by: Node) -> Node:
    """Return `node` with every occurrence of `part` replaced."""
    if node == part:
        return by
    if node[0] in LEAVES:
        return node
    return tuple(substitute(child, part, by) if type(child) is tuple else child for child in node)


def targets(node: Node) -> Iterator[Node]:
    """Yield what an assignment target binds or writes: variables, names, attributes and items."""
    if node[0] in {"tuple", "list"}:
        for child in node[1:]:
            yield from targets(child)
    elif node[0] == "star":
        yield from targets(node[1])
    else:
        yield node


def written(node: Node) -> set[Node]:
    """Return the variables and names that a statement may change: bound, written into, or called upon."""
    found: set[Node] = set()
    for part in walk(node):
        kind = part[0]
        if kind in {"assign", "for", "cfor", "walrus"}:
            found.update(_root(target) for target in targets(part[1]))
        elif (kind == "method" and part[2] not in PURE_METHODS) or kind == "del":
            found.add(_root(part[1]))
    return found


def _root(node: Node) -> Node:
    while node[0] in {"index", "attr", "method"}:
        node = node[1]
    return node


def pure(node: Node) -> bool:
    """Whether evaluating the expression changes nothing, so that it may move or vanish."""
    for part in walk(node):
        kind = part[0]
        if kind in {"yield", "await", "walrus", "other"}:
            return False
        if kind == "call" and not _pure_function(part[1]):
            return False
        if kind == "method" and part[2] not in PURE_METHODS:
            return False
    return True


def _pure_function(function: Node) -> bool:
    if function[0] == "lib":
        return bool(function[1].startswith(PURE_LIBRARIES))
    return function[0] == "name" and function[1] in PURE_CALLS


def leaves(block: Node) -> bool:
    """Whether control never runs past the end of the block."""
    if len(block) == 1:
        return False
    last = block[-1]
    if last[0] in LEAVING:
        return True
    return bool(last[0] == "if" and leaves(last[2]) and leaves(last[3]))


@lru_cache(maxsize=CACHED_NODES)
def shape(node: Node) -> str:
    """Return a text that is the same for trees that differ in variables only: a sort key free of names."""
    if node[0] == "var":
        return "v"
    inner = ",".join(shape(child) if type(child) is tuple else str(child) for child in node)
    return f"({inner})"


def order(node: Node) -> tuple[bool, str, str]:
    """Return the sort key of operands that may change places: literals last, names only between equals."""
    return (node[0] in LITERALS, shape(node), repr(node))
