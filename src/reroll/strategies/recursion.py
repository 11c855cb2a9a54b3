"""Recursion: whether a program calls itself, how often on one way through, and whether it keeps results."""

from __future__ import annotations

from collections.abc import Mapping

from reroll.strategies.tree import LEAVES, Node, leaves, walk


def keeps_results(units: Mapping[str, Node]) -> bool:
    """Whether a program that calls itself keeps results under a key, and asks for them by that key."""
    parts = [part for tree in units.values() for part in walk(tree)]
    kept = {(part[1][1], part[1][2]) for part in parts if part[0] == "assign" and part[1][0] == "index"}
    asked = {(part[3], part[2]) for part in parts if part[0] == "cmp" and part[1] in {"in", "not in"}}
    asked |= {
        (part[1], part[3]) for part in parts if part[0] == "method" and part[2] == "get" and len(part) > 3
    }
    return bool(kept & asked)


def most_calls(units: Mapping[str, Node]) -> int:
    """Return how often a function calls itself on the way through its body where it does so most."""
    most = 0
    for path, tree in units.items():
        for part in walk(tree):
            if part[0] == "def":
                own = part[1] if type(part[1]) is tuple else ("name", path.split(".")[-1].split("#")[0])
                most = max(most, _calls(part[3], own))
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
    itself = node[:2] == ("call", own) or (node[0] == "method" and own == ("name", node[2]))
    return itself + sum(_calls(part, own) for part in node if type(part) is tuple)


def is_recursive(units: Mapping[str, Node]) -> bool:
    """Whether a function calls itself, directly or through others of the program."""
    calls: dict[str, set[str]] = {}
    for path, tree in units.items():
        own = path.split(".")[-1].split("#")[0]
        calls[own] = {
            part[1][1] if part[0] == "call" else part[2]
            for part in walk(tree)
            if (part[0] == "call" and part[1][0] == "name") or part[0] == "method"
        }
        for inner in walk(tree):
            if (
                inner[0] == "def"
                and inner[1][:1] == ("var",)
                and any(part[:2] == ("call", inner[1]) for part in walk(inner[3]))
            ):
                return True
    for start in calls:
        reached: set[str] = set()
        frontier = {start}
        while frontier:
            frontier = {name for at in frontier for name in calls.get(at, ()) if name in calls} - reached
            reached |= frontier
        if start in reached:
            return True
    return False
