"""What a program gives back: a sum, an answer, a found item, an extreme, or a collection.

Where no mechanism tells programs apart, the shape of the result does. It is read off what the entry function
returns, through the variables that hold it.
"""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Iterator, Mapping

from reroll.strategies.tree import FALSE, LITERALS, TRUE, Node, contains, walk

SUM = "adds up"
ANSWER = "asks"
FOUND = "searches"
EXTREME = "takes an extreme"
COLLECTION = "collects"
PLAINEST = (EXTREME, SUM, ANSWER, FOUND, COLLECTION)
"""The shapes, from the one that says most where the result itself cannot be followed."""
SHAPES = frozenset(PLAINEST)
_CALLS = {
    "sum": SUM, "len": SUM, "any": ANSWER, "all": ANSWER, "max": EXTREME, "min": EXTREME, "next": FOUND,
    "math.prod": SUM, "functools.reduce": SUM, "math.fsum": SUM,
}  # fmt: skip
_FILLING = frozenset({"append", "add", "insert", "extend", "appendleft", "update", "extendleft"})
_ADDING = frozenset({"+", "-", "*", "|", "^", "//", "/"})
_LOOPS = frozenset({"for", "while"})
_TRANSPARENT = frozenset({"not", "neg", "and", "or", "cmp", "bin", "fstr", "tuple", "list", "star", "format"})


def result(units: Mapping[str, Node]) -> str | None:
    """Return the shape of what the program's entry function gives back; None where it is not plain."""
    entry = _entry(units)
    return None if entry is None else _Reader(entry).shape()


def _entry(units: Mapping[str, Node]) -> Node | None:
    """Return the last function that no other function of the program calls."""
    called = {
        part[1][1] if part[0] == "call" else part[2]
        for tree in units.values()
        for part in walk(tree)
        if (part[0] == "call" and part[1][0] == "name") or part[0] == "method"
    }
    functions = [(path, tree) for path, tree in units.items() if path and tree[0] == "def"]
    free = [tree for path, tree in functions if path.split(".")[-1].split("#")[0] not in called]
    return free[-1] if free else functions[-1][1] if functions else None


class _Reader:
    def __init__(self, function: Node) -> None:
        self.function = function
        self.seen: set[Node] = set()

    def shape(self) -> str | None:
        returns = list(_returns(self.function[3], looping=False))
        for value, looping in reversed(returns):
            found = self.of(value)
            if found is None and looping:
                found = ANSWER if value in {TRUE, FALSE} else FOUND if value[0] not in LITERALS else None
            if found is not None:
                return found
        if any(part[0] == "yield" for part in walk(self.function[3])):
            return COLLECTION
        tests = [part[1] for part in walk(self.function[3]) if part[0] in {"if", "ifexp"}]
        return next((found for test in reversed(tests) if (found := self.of(test)) is not None), None)

    def of(self, node: Node) -> str | None:
        kind = node[0]
        if kind in {"var", "attr"}:
            return self.variable(node)
        if kind == "comp":
            return COLLECTION
        if kind == "call":
            name = node[1][1] if node[1][0] in {"name", "lib"} else ""
            if name in _CALLS:
                return _CALLS[name]
            return self.first(node[2:])
        if kind == "method":
            if node[2] == "join":
                return COLLECTION
            if node[2] in {"index", "find"}:
                return FOUND
            return self.of(node[1])
        if kind == "index":
            return self.of(node[1])
        if kind == "ifexp":
            return self.first((node[2], node[3], node[1]))
        if kind in {"and", "or"}:
            found = [self.of(part) for part in node[1:] if type(part) is tuple]
            return min((shape for shape in found if shape), key=PLAINEST.index, default=None)
        return self.first(node[1:]) if kind in _TRANSPARENT else None

    def first(self, nodes: tuple[object, ...]) -> str | None:
        for node in nodes:
            if type(node) is tuple:
                found = self.of(node)
                if found is not None:
                    return found
        return None

    def variable(self, variable: Node) -> str | None:
        if variable in self.seen:
            return None
        self.seen.add(variable)
        text = False
        others: list[Node] = []
        repeated = {id(inner) for part in walk(self.function[3]) if part[0] in _LOOPS for inner in walk(part)}
        for part in walk(self.function[3]):
            if part[0] == "method" and part[1] == variable and part[2] in _FILLING:
                return COLLECTION
            if (
                part[0] == "for"
                and part[1] == variable
                and part[2][:2] == ("call", ("lib", "itertools.count"))
            ):
                return SUM
            if part[0] != "assign":
                continue
            if part[1][:2] == ("index", variable):
                return COLLECTION
            if part[1] != variable:
                continue
            value = part[2]
            text = text or value[0] in {"str", "fstr", "list", "comp"}
            if id(part) in repeated and any(
                given[0] == "bin" and given[1] in _ADDING and contains(given, variable)
                for given in _branches(value)
            ):
                return COLLECTION if text else SUM
            if value[0] == "call" and value[1] in {("name", "max"), ("name", "min")}:
                return EXTREME
            if value in {TRUE, FALSE}:
                return ANSWER
            if not contains(value, variable):
                others.append(value)
        return self.first(tuple(reversed(others)))


def _branches(value: Node) -> Iterator[Node]:
    """Yield what a value can be, by the branches of a conditional expression."""
    if value[0] == "ifexp":
        yield from _branches(value[2])
        yield from _branches(value[3])
    else:
        yield value


def _returns(node: Node, *, looping: bool) -> Iterator[tuple[Node, bool]]:
    """Yield what is returned, and whether it is from within a loop, in order."""
    if node[0] == "return":
        yield node[1], looping
    if node[0] in {"def", "lambda", "class"}:
        return
    inside = looping or node[0] in {"for", "while"}
    for part in node[1:]:
        if type(part) is tuple and part[:1] not in {(), ("num",), ("str",)}:
            yield from _returns(part, looping=inside)
