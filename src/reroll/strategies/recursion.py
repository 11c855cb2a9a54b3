"""Recursion: whether a program calls itself, how often on one way through, and whether it keeps results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reroll.strategies.tree import LEAVES, Node, leaves, walk

_HALVES = frozenset({("num", "2"), ("num", "1")})


def keeps_results(units: Mapping[str, Node]) -> bool:
    """Whether a program that calls itself keeps results under a key, and asks for them by that key."""
    parts = [part for tree in units.values() for part in walk(tree)]
    handed = {piece for part in parts if part[0] == "return" for piece in walk(part[1])}
    kept = {
        (part[1][1], part[1][2])
        for part in parts
        if part[0] == "assign" and part[1][0] == "index" and (part[1] in handed or part[2] in handed)
    }
    asked = {(part[3], part[2]) for part in parts if part[0] == "cmp" and part[1] in {"in", "not in"}}
    asked |= {
        (part[1], part[3]) for part in parts if part[0] == "method" and part[2] == "get" and len(part) > 3
    }
    returned = {part[1] for part in parts if part[0] == "return"}
    for test in (part[1] for part in parts if part[0] in {"if", "ifexp"}):
        asked |= {(part[1], part[2]) for part in walk(test) if part in returned and part[0] == "index"}
    return bool(kept & asked)


def halves(units: Mapping[str, Node]) -> bool:
    """Whether a function calls itself for a half: of a number, or of the positions between two others."""
    middles = {
        part[1]
        for tree in units.values()
        for part in walk(tree)
        if part[0] == "assign" and part[1][0] == "var" and _is_half(part[2])
    }
    given = [
        (place, argument)
        for path, tree in units.items()
        for part in walk(tree)
        if part[0] == "def"
        for call in walk(part[3])
        if call[:2] == ("call", _own(path, part))
        or (call[0] == "method" and _own(path, part) == ("method", call[2]))
        for place, argument in enumerate(call[2:])
        if type(argument) is tuple
    ]
    halved = {
        place
        for place, part in given
        if _is_half(part) or part in middles or (part[0] == "bin" and part[2] in middles)
    }
    # What also grows on the way is no halving.
    return bool(
        halved - {place for place, part in given for piece in walk(part) if piece[:2] == ("bin", "*")}
    )


def _is_half(node: Node) -> bool:
    if node[:2] in {("bin", "+"), ("bin", "-")}:
        return any(_is_half(part) for part in node[2:])
    return node[:2] in {("bin", "//"), ("bin", ">>")} and node[3] in _HALVES


def _own(path: str, function: Node) -> Node:
    """Return how a function is called from within."""
    if type(function[1]) is tuple:
        return function[1]
    return ("method" if is_method(path) else "name", name_of(path))


def name_of(path: str) -> str:
    """Return the name by which a unit is called."""
    return path.rsplit(".", maxsplit=1)[-1].split("#", maxsplit=1)[0]


def is_method(path: str) -> bool:
    """Whether a unit belongs to a class, and is called on something."""
    return bool(path.rpartition(".")[0])


def most_calls(units: Mapping[str, Node]) -> int:
    """Return how often a function calls itself on the way through its body where it does so most."""
    most = 0
    for path, tree in units.items():
        for part in walk(tree):
            if part[0] == "def":
                most = max(most, _calls(part[3], _own(path, part)))
    return most


def _calls(node: Node, own: Node) -> int:
    if node[0] in LEAVES:
        return 0
    if node[0] == "block":
        total = 0
        for at, part in enumerate(node[1:], start=1):
            if part[0] == "if" and leaves(part[2]):
                rest = ("block", *part[3][1:], *node[at + 1 :])
                return total + _calls(part[1], own) + max(_calls(part[2], own), _calls(rest, own))
            total += _calls(part, own)
        return total
    if node[0] in {"if", "ifexp"}:
        return _calls(node[1], own) + max(_calls(part, own) for part in node[2:4])
    if node[0] == "def":
        return 0
    itself = node[:2] == ("call", own) or (node[0] == "method" and own == ("method", node[2]))
    return itself + sum(_calls(part, own) for part in node if type(part) is tuple)


def called(units: Mapping[str, Node]) -> dict[str, set[str]]:
    """Return which units of the program each unit calls: functions by name, methods on whatever object."""
    functions: dict[str, set[str]] = {}
    methods: dict[str, set[str]] = {}
    for path in units:
        (methods if is_method(path) else functions).setdefault(name_of(path), set()).add(path)
    return {
        path: {found for name, among in _names(tree, functions, methods) for found in among.get(name, ())}
        for path, tree in units.items()
    }


def _names(
    tree: Node, functions: dict[str, set[str]], methods: dict[str, set[str]]
) -> Iterator[tuple[str, dict[str, set[str]]]]:
    for part in walk(tree):
        if part[0] == "call" and part[1][0] == "name":
            yield part[1][1], functions
        elif part[0] == "method":
            yield part[2], methods


def is_recursive(units: Mapping[str, Node]) -> bool:
    """Whether a function calls itself, directly or through others of the program."""
    for tree in units.values():
        for inner in walk(tree):
            if (
                inner[0] == "def"
                and inner[1][:1] == ("var",)
                and any(part[:2] == ("call", inner[1]) for part in walk(inner[3]))
            ):
                return True
    calls = called(units)
    for start in calls:
        reached: set[str] = set()
        frontier = {start}
        while frontier:
            frontier = {path for at in frontier for path in calls[at]} - reached
            reached |= frontier
        if start in reached:
            return True
    return False
