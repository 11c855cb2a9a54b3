"""The mechanisms that an operation on data shows: a look-up, an assignment, arithmetic or a comparison."""

from __future__ import annotations

from reroll.strategies.patterns import (
    is_indicator,
    is_length,
    is_middle,
    is_midpoint,
    is_polynomial,
    is_shift,
    neighbours,
)
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import FALSE, LITERALS, TRUE, Node, contains, walk


def index(seen: Sightings, node: Node) -> None:
    """Note a look-up."""
    owner, key = node[1:]
    if key[0] == "slice":
        if key[3] == ("neg", ("num", "1")):
            seen.strong.add("reverses")
        elif any(is_middle(part) or part in seen.middles for part in key[1:3]):
            seen.strong.add("splits in the middle")
        return
    if seen.is_table(owner) and key[0] not in LITERALS:
        if seen.visitors.get(key) == "table" or (key[0] == "method" and key[2] in {"index", "find"}):
            return
        seen.strong.add("looks up a table")
    elif seen.depth and _mirrors(seen, key):
        seen.strong.add("moves two ends inward")
    elif owner[0] == "dict":
        seen.strong.add("looks up a table")


def _mirrors(seen: Sightings, key: Node) -> bool:
    """Whether a position counts from the other end."""
    return any(
        part[:2] == ("bin", "-")
        and (seen.visitors.get(part[3]) == "range" or (part[3] == ("num", "1") and part is key))
        and any(is_length(piece) or piece[0] in {"num", "neg"} for piece in walk(part[2]))
        for part in walk(key)
    )


def assign(seen: Sightings, node: Node) -> None:
    """Note what is stored where."""
    target, value = node[1:]
    if seen.is_table(value):
        seen.tables.add(target)
    if target[0] == "tuple" and value[0] == "tuple" and all(part[0] == "index" for part in target[1:]):
        seen.strong.add("swaps neighbours" if neighbours(target[1], target[2]) else "swaps distant items")
    elif target[0] == "index" and seen.depth:
        if value in {TRUE, FALSE} or value[0] in LITERALS:
            seen.strong.add("marks positions")
        elif contains(value, target) or any(
            part[:1] == ("method",) and part[2] == "get" and part[1] == target[1] for part in walk(value)
        ):
            seen.strong.add("tallies")
        elif contains(value, target[1]):
            seen.strong.add("builds on earlier entries")
        else:
            seen.weak.add("stores by key")
    if is_midpoint(value):
        seen.weak.add("takes the middle")


def binary(seen: Sightings, node: Node) -> None:
    """Note an operation."""
    operator, left, right = node[1:]
    if operator in {"&", "|", "^"}:
        if any(seen.is_set(part) for part in (left, right)):
            seen.strong.add("compares sets")
        elif any(is_shift(part) for part in (left, right)):
            seen.strong.add("tests bits by position")
        elif operator == "^":
            seen.strong.add("combines bits")
    elif operator == "-" and any(seen.is_set(part) for part in (left, right)):
        seen.strong.add("compares sets")
    elif operator in {"*", "+"} and any(is_indicator(part) for part in (left, right)):
        seen.strong.add("computes with truth values")
    elif operator == "%" and seen.depth and seen.visitors.get(right) == "range":
        seen.strong.add("tries divisors")
    elif operator in {"//", "/"} and right[0] == "num" and is_polynomial(left):
        seen.strong.add("uses a closed formula")
    elif operator == "**":
        seen.weak.add("raises to a power")


def compare(seen: Sightings, node: Node) -> None:
    """Note a comparison."""
    operator, left, right = node[1:]
    if operator in {"<", "<="} and any(seen.is_set(part) for part in (left, right)):
        seen.strong.add("compares sets")
    if operator in {"in", "not in"} and right[0] == "comp":
        seen.strong.add("compares sets")
    for part in (left, right):
        if (part[0] == "method" and part[2] == "count") or (part[:2] == ("call", ("name", "sum"))):
            seen.strong.add("compares a full count")


def literal(seen: Sightings, node: Node) -> None:
    """Note a collection of cases."""
    if (
        node[0] == "dict"
        and len(node) > 2
        and all(part[0] == "pair" and part[1][0] in {"cmp", "and", "or", "not"} for part in node[1:])
    ):
        seen.strong.add("keys cases by truth value")
