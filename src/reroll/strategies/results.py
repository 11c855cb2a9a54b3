"""What a program gives back: a sum, an answer, a found item, an extreme, or a collection.

Where no mechanism tells programs apart, the shape of the result does. It is read off what the entry function
returns, through the variables that hold it.
"""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Iterator, Mapping

from reroll.strategies.recursion import called, is_method, name_of
from reroll.strategies.tree import FALSE, LITERALS, TRUE, Node, contains, walk, written

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
    return None if entry is None else _Reader(units, entry).shape()


def _entry(units: Mapping[str, Node]) -> str | None:
    """Return the last function that no other function of the program calls."""
    calls = called(units)
    reached = {path for start, paths in calls.items() for path in paths if path != start}
    functions = [path for path, tree in units.items() if path and tree[0] == "def"]
    free = [path for path in functions if path not in reached]
    return free[-1] if free else functions[-1] if functions else None


class _Reader:
    def __init__(self, units: Mapping[str, Node], path: str, within: frozenset[str] = frozenset()) -> None:
        self.units = units
        self.function = units[path]
        self.within = within | {path}
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
            return self.own(name, method=False) or self.first(node[2:])
        if kind == "method":
            own = self.own(node[2], method=True)
            if own is not None:
                return own
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

    def own(self, name: str, *, method: bool) -> str | None:
        """Return the shape of what a function of the program itself gives back."""
        paths = [
            path
            for path, tree in self.units.items()
            if path not in self.within
            and tree[0] == "def"
            and name_of(path) == name
            and is_method(path) == method
        ]
        return _Reader(self.units, paths[0], self.within).shape() if len(paths) == 1 else None

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
        loops = [part for part in walk(self.function[3]) if part[0] in _LOOPS]
        repeated = {id(inner) for part in loops for inner in walk(part)}
        for part in walk(self.function[3]):
            if part[0] == "method" and part[1] == variable and part[2] in _FILLING:
                return COLLECTION
            if (
                part[0] == "for"
                and part[1] == variable
                and part[2][:2] == ("call", ("lib", "itertools.count"))
            ):
                return FOUND if _steps_only(part, variable) else SUM
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
                if any(loop[0] == "while" and _steps_only(loop, variable) for loop in loops):
                    return FOUND
                return COLLECTION if text else SUM
            if value[0] == "call" and value[1] in {("name", "max"), ("name", "min")}:
                return EXTREME
            if value in {TRUE, FALSE}:
                return ANSWER
            if not contains(value, variable):
                others.append(value)
        return self.first(tuple(reversed(others)))


def _steps_only(loop: Node, variable: Node) -> bool:
    """Whether a loop changes nothing but the position that it looks at."""
    steps = [part for part in walk(loop) if part[0] in {"assign", "walrus"} and part[1] == variable]
    kept = {place for place in written(loop) if place[0] in {"var", "attr"}} - {variable}
    plain = all(part[2][0] == "bin" and part[2][3][0] == "num" for part in steps)
    return plain and (bool(steps) or loop[0] == "for") and not kept - _fresh(loop)


def _fresh(loop: Node) -> set[Node]:
    """Return what a loop sets anew in every round, or visits."""
    body = loop[3] if loop[0] == "for" else loop[2]
    visited = {part[1] for part in walk(body) if part[0] in {"for", "cfor"}}
    return visited | {
        part[1]
        for part in walk(body)
        if part[0] == "assign" and part[2][0] in {"const", "comp", "call", "cmp"}
    }


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
