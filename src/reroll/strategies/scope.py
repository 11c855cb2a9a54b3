"""Names by scope: every local becomes a number, in order of binding; what it was called is kept aside.

After this step a tree is free of spelling. Parameters come first, so that their numbers never move when a
patch adds a variable. Imported names become the library path that they stand for, whatever they were imported
as. Global names, attributes and keywords are an interface, not a spelling, and stay.
"""

from __future__ import annotations

from collections.abc import Mapping

from reroll.strategies.tree import LEAVES, OWN, Node, targets

_FUNCTIONS = frozenset({"def", "lambda"})


class _Scopes:
    def __init__(self, imports: Mapping[str, str]) -> None:
        self.imports = imports
        self.names: list[str] = []

    def bind(self, name: str) -> int:
        self.names.append(name.partition(OWN)[0])
        return len(self.names) - 1

    def rename(self, node: Node, scope: dict[str, int]) -> Node:
        kind = node[0]
        if kind == "name":
            number = scope.get(node[1])
            if number is not None:
                return ("var", number)
            path = self.imports.get(node[1])
            return node if path is None else ("lib", path)
        if kind in LEAVES:
            return node
        if kind in _FUNCTIONS:
            return self._function(node, scope)
        if kind == "comp":
            return self._comprehension(node, scope)
        if kind == "class":
            # What a class binds is seen from outside: an interface.
            scope = {name: number for name, number in scope.items() if name not in _bound(node[2])}
        return tuple([self.rename(child, scope) if type(child) is tuple else child for child in node])

    def _function(self, node: Node, scope: dict[str, int]) -> Node:
        position = 2 if node[0] == "def" else 1
        defaults = [self.rename(param[2], scope) for param in node[position][1:]]
        name: object = node[1]
        if node[0] == "def" and node[1] in scope:
            name = ("var", scope[node[1]])
        scope = dict(scope)
        params_bound: set[str] = set()
        for param in node[position][1:]:
            for target in targets(param[1][1] if param[1][0] == "dstar" else param[1]):
                if target[0] == "name":
                    params_bound.add(target[1])
                    scope[target[1]] = self.bind(target[1])
        body = node[position + 1]
        for local in _bound(body) if node[0] == "def" else ():
            if local not in params_bound:
                scope[local] = self.bind(local)
        params = (
            "params",
            *(
                ("param", self.rename(param[1], scope), default)
                for param, default in zip(node[position][1:], defaults, strict=True)
            ),
        )
        rest = (self.rename(body, scope), *(self.rename(part, scope) for part in node[position + 2 :]))
        return ("def", name, params, *rest) if node[0] == "def" else ("lambda", params, *rest)

    def _comprehension(self, node: Node, scope: dict[str, int]) -> Node:
        scope = dict(scope)
        clauses: list[Node] = []
        for clause in node[3:]:
            if clause[0] == "cfor":
                iterable = self.rename(clause[2], scope)
                for target in targets(clause[1]):
                    if target[0] == "name":
                        scope[target[1]] = self.bind(target[1])
                clauses.append(("cfor", self.rename(clause[1], scope), iterable))
            else:
                clauses.append(self.rename(clause, scope))
        return ("comp", node[1], self.rename(node[2], scope), *clauses)


def _bound(body: Node) -> list[str]:
    """Return the names that a function's body binds, in order, without those of inner functions."""
    found: dict[str, None] = {}
    outside: set[str] = set()
    _gather(body, found, outside)
    return [name for name in found if name not in outside]


def _gather(node: Node, found: dict[str, None], outside: set[str]) -> None:
    kind = node[0]
    if kind in LEAVES:
        if kind == "scope":
            outside.update(node[1:])
        return
    if kind == "def":
        found.setdefault(node[1])
        return
    if kind == "lambda":
        return
    if kind in {"assign", "for", "walrus"}:
        for target in targets(node[1]):
            if target[0] == "name":
                found.setdefault(target[1])
    for child in node if kind != "comp" else (node[2], *(part for clause in node[3:] for part in clause[1:])):
        if type(child) is tuple:
            _gather(child, found, outside)


def rename(node: Node, imports: Mapping[str, str]) -> tuple[Node, tuple[str, ...]]:
    """Return the tree with locals as numbers, and what each number was called."""
    scopes = _Scopes(imports)
    return scopes.rename(node, {}), tuple(scopes.names)


def renumber(node: Node) -> Node:
    """Return the tree with its variables numbered in order of occurrence, for comparison across programs."""
    numbers: dict[int, int] = {}

    def visit(part: Node) -> Node:
        if part[0] == "var":
            return ("var", numbers.setdefault(part[1], len(numbers)))
        if part[0] in LEAVES:
            return part
        return tuple([visit(child) if type(child) is tuple else child for child in part])

    return visit(node)
