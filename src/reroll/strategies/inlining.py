"""Helpers written in place: a function that only returns a value is that value, as is a module's constant.

Where a program keeps a formula says nothing about its strategy. This step takes the units of a whole program
in normal form, puts small helpers and constants where they are used, and drops what nobody uses any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reroll.strategies.rules.branches import value_of
from reroll.strategies.tree import (
    LEAVES,
    LITERALS,
    NONE,
    PURE_CALLS,
    Node,
    pure,
    size,
    substitute,
    variables,
    walk,
)

LARGEST = 60
"""Nodes of the largest helper that is written in place."""
_FRESH = 2000
"""First number for the variables of helpers that are written in place."""


def inlined(units: Mapping[str, Node], form: Callable[[Node], Node]) -> dict[str, Node]:
    """Return the units of a program with its helpers and constants written in place.

    Args:
        units: Qualified name to tree, in normal form.
        form: What brings a tree to normal form again.

    """
    helpers = _helpers(units)
    constants = _constants(units)
    if not helpers and not constants:
        return dict(units)
    found: dict[str, Node] = {}
    used: set[str] = set()
    for path, tree in units.items():
        writer = _Writer(
            {name: helper for name, helper in helpers.items() if helper[2] != path}, constants if path else {}
        )
        changed = writer.write(tree)
        used |= writer.used
        found[path] = form(changed) if changed != tree else tree
    named = {name for tree in found.values() for name in _named(tree)}
    placed = {helpers[name][2] for name in used if name not in named}
    return {path: tree for path, tree in found.items() if path not in placed}


def _named(node: Node) -> Iterator[str]:
    """Yield the functions that a unit still calls or names."""
    for part in walk(node):
        if part[0] == "name":
            yield part[1]
        elif part[0] in {"method", "attr"}:
            yield part[2]


_Helper = tuple[tuple[Node, ...], Node, str]


def _helpers(units: Mapping[str, Node]) -> dict[str, _Helper]:
    """Return name to (parameters, value, path) of each function that only returns a value."""
    found: dict[str, _Helper] = {}
    for path, tree in units.items():
        if path and tree[0] == "def":
            name = path.split(".")[-1].split("#")[0]
            body = tree[3]
            value = value_of(body)
            if value is not None and (len(tree) == 4 or tree[4:] == (("name", "staticmethod"),)):
                _keep(found, name, tree[2], value, path)
    return found


def _keep(found: dict[str, _Helper], name: str, params: Node, value: Node, path: str) -> None:
    targets = tuple(param[1] for param in params[1:])
    plain = all(target[0] == "var" for target in targets) and all(param[2] == NONE for param in params[1:])
    calls_itself = any(
        part[:2] in {("call", ("name", name))} or (part[0] == "method" and part[2] == name)
        for part in walk(value)
    )
    if plain and not calls_itself and name not in PURE_CALLS and size(value) <= LARGEST:
        found[name] = (targets, value, path)


def _constants(units: Mapping[str, Node]) -> dict[Node, Node]:
    """Return the module's names for a literal or a compiled pattern."""
    found: dict[Node, Node] = {}
    for part in units.get("", ("block",))[1:]:
        if part[0] == "assign" and part[1][0] == "name":
            value = part[2]
            # A pattern, or another value that a library makes of fixed ones.
            pattern = value[:1] == ("call",) and value[1][0] == "lib" and all(map(_is_fixed, value[2:]))
            if part[1] in found or not (
                value[0] in LITERALS or pattern or value[:2] == ("call", ("name", "set"))
            ):
                found.pop(part[1], None)
                continue
            found[part[1]] = value
    return found


def _is_fixed(node: Node) -> bool:
    if node[0] in {"kw", "bin", "neg"}:
        return all(_is_fixed(part) for part in node[1:] if type(part) is tuple)
    return node[0] in {*LITERALS, "lib"}


class _Writer:
    def __init__(self, helpers: Mapping[str, _Helper], constants: Mapping[Node, Node]) -> None:
        self.helpers = helpers
        self.constants = constants
        self.used: set[str] = set()
        self.fresh = _FRESH

    def write(self, node: Node) -> Node:
        if node in self.constants:
            return self.constants[node]
        if node[0] in LEAVES:
            return node
        start = 2 if node[0] in {"assign", "scope"} and node[1] in self.constants else 1
        node = (*node[:start], *(self.write(part) if type(part) is tuple else part for part in node[start:]))
        if node[0] == "call" and node[1][0] == "name" and node[1][1] in self.helpers:
            return self.placed(node[1][1], node[2:]) or node
        if node[0] == "method" and node[2] in self.helpers and node[1][0] in {"var", "name"}:
            targets = self.helpers[node[2]][0]
            given = node[3:] if len(targets) == len(node) - 3 else (node[1], *node[3:])
            return self.placed(node[2], given) or node
        return node

    def placed(self, name: str, given: tuple[Node, ...]) -> Node | None:
        targets, value, _ = self.helpers[name]
        if len(targets) != len(given) or any(part[0] in {"kw", "star", "dstar"} for part in given):
            return None
        uses = variables(value)
        if any(not pure(part) and uses[target[1]] > 1 for target, part in zip(targets, given, strict=True)):
            return None
        own = {number: self.fresh + k for k, number in enumerate(sorted(uses))}
        self.fresh += len(own)
        value = _renumbered(value, own)
        for target, part in zip(targets, given, strict=True):
            if target[1] in own:
                value = substitute(value, ("var", own[target[1]]), part)
        self.used.add(name)
        return value


def _renumbered(node: Node, numbers: Mapping[int, int]) -> Node:
    if node[0] == "var":
        return ("var", numbers.get(node[1], node[1]))
    if node[0] in LEAVES:
        return node
    return tuple([_renumbered(part, numbers) if type(part) is tuple else part for part in node])
