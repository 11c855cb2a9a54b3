"""The mechanisms that an operation on data shows: a look-up, an assignment, arithmetic or a comparison."""

from __future__ import annotations

from reroll.strategies.flow import feeds_itself
from reroll.strategies.patterns import (
    PRESENT,
    is_constant,
    is_indicator,
    is_length,
    is_lowest_bit,
    is_middle,
    is_midpoint,
    is_polynomial,
    is_shift,
    neighbours,
)
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import FALSE, LITERALS, NONE, NULL, TRUE, Node, contains, walk

_ALL_BUT_LAST: Node = ("slice", NONE, ("neg", ("num", "1")), NONE)


def index(seen: Sightings, node: Node) -> None:
    """Note a look-up."""
    owner, key = node[1:]
    if key[0] == "slice":
        if key[3] == ("neg", ("num", "1")):
            seen.strong.add("reverses")
        elif seen.visitors.get(key[1], "pieces") != "pieces" and contains(key[2], key[1]):
            seen.strong.add("slides a window")
        elif any(is_middle(part) or part in seen.middles for part in key[1:3]):
            in_loop = any(loop[0] == "while" for loop in seen.loops)
            seen.strong.add("halves an interval" if in_loop else "splits in the middle")
        return
    if seen.is_table(owner) and key[0] not in LITERALS:
        if seen.visitors.get(key) == "table" or (key[0] == "method" and key[2] in {"index", "find"}):
            return
        at = key[2] if key[:1] == ("bin",) and key[1] in {"+", "-"} and key[3][0] == "num" else key
        walked = seen.visitors.get(at) in {"walk", "range"}
        seen.strong.add("scans a table" if walked else "looks up a table")
    elif seen.depth and _mirrors(seen, owner, key):
        seen.strong.add("moves two ends inward")
    elif owner[0] == "dict":
        seen.strong.add("looks up a table")


def _mirrors(seen: Sightings, owner: Node, key: Node) -> bool:
    """Whether a position counts from the other end."""
    return any(
        part[:2] == ("bin", "-")
        and any(contains(loop, ("index", owner, part[3])) for loop in seen.loops)
        and (seen.visitors.get(part[3]) == "range" or (part[3] == ("num", "1") and part is key))
        and any(
            is_length(piece) or piece in seen.lengths or piece[0] in {"num", "neg"} for piece in walk(part[2])
        )
        for part in walk(key)
    )


def assign(seen: Sightings, node: Node) -> None:
    """Note what is stored where."""
    target, value = node[1:]
    if seen.is_table(value):
        seen.tables.add(target)
    if seen.depth and target[0] == "var":
        _updated(seen, target, value)
    if target[0] == "tuple" and value[0] == "tuple" and all(part[0] == "index" for part in target[1:]):
        seen.strong.add("swaps neighbours" if neighbours(target[1], target[2]) else "swaps distant items")
    elif target[0] == "index" and (
        (value[0] in LITERALS and _asked_before(seen, target)) or seen.is_fetched(target[1])
    ):
        seen.strong.add("remembers what it has seen")
    elif target[0] == "index" and seen.depth:
        _stored(seen, target, value)
    if is_midpoint(value):
        seen.weak.add("takes the middle")


def _stored(seen: Sightings, target: Node, value: Node) -> None:
    """Note what a loop stores in an entry of a collection."""
    if value in {TRUE, FALSE, target[2], NULL} or value[0] in LITERALS:
        as_set = value in PRESENT and target[1] in seen.dicts
        seen.strong.add("collects a set" if as_set else "marks positions")
    elif _other_entry(target, value):
        seen.strong.add("builds on earlier entries")
    elif contains(value, target) or any(
        part[:1] == ("method",) and part[2] == "get" and part[1] == target[1] for part in walk(value)
    ):
        seen.strong.add("tallies")
    elif _reads_others(seen, target) and feeds_itself(seen.loops[0], target[1]):
        seen.strong.add("builds on earlier entries")
    elif seen.is_asked(target[1]):
        seen.strong.add("remembers what it has seen")
    elif target[1] in seen.dicts:
        seen.strong.add("indexes by key")
    else:
        seen.weak.add("stores by key")


def _reads_others(seen: Sightings, target: Node) -> bool:
    """Whether a loop reads other entries of a collection than the one that it writes."""
    owner, key = target[1:]
    return any(
        (part[:2] == ("index", owner) and part[2] != key) or (part[0] in {"for", "cfor"} and part[2] == owner)
        for part in walk(seen.loops[0])
    )


def _other_entry(target: Node, value: Node) -> bool:
    """Whether an entry is made of other entries of the same collection."""
    return any(part[0] == "index" and part[1] == target[1] and part[2] != target[2] for part in walk(value))


def _updated(seen: Sightings, target: Node, value: Node) -> None:
    """Note what a loop does to a variable of its own."""
    for given in value[2:4] if value[0] == "ifexp" else (value,):
        if given == ("index", target, _ALL_BUT_LAST):
            seen.popped.add((seen.around(), target))
        elif given[:3] == ("bin", "+", target):
            seen.pushed.add((seen.around(), target))
    if value[0] == "bin" and any(_carries(part, target) for part in value[2:]):
        stepped = value[3] == ("num", "1") and any(
            contains(loop[1], target) for loop in seen.loops if loop[0] == "while"
        )
        if value[1] in {"+", "-", "*"} and not stepped:
            seen.weak.add("collects" if target in seen.texts else "adds up")
    if value[0] == "call" and value[1] in {("name", "max"), ("name", "min")} and target in value[2:]:
        seen.weak.add("takes an extreme")
    if value[:1] == ("method",) and value[2] == "replace" and contains(value[1], target):
        gone = len(value) > 4 and value[4] == ("str", "")
        given = value[3]
        if gone and (given[0] == "str" or seen.visitors.get(given) == "table"):
            seen.weak.add("cleans the text")
        else:
            seen.strong.add("removes in place" if gone else "rewrites the text")
    elif value[0] in {"comp", "call", "list", "bin", "method"} and any(
        part[0] == "comp" and any(contains(clause, target) for clause in part[3:]) for part in walk(value)
    ):
        seen.strong.add("builds on earlier entries")


def _carries(node: Node, variable: Node) -> bool:
    """Whether an expression is a variable, or arithmetic on it."""
    if node[0] == "bin":
        return any(_carries(part, variable) for part in node[2:])
    return node == variable


def _asked_before(seen: Sightings, target: Node) -> bool:
    """Whether a loop asks for the very item that it marks."""
    if any(
        part[:2] == ("assign", target) and part[2][0] == "bin" for loop in seen.loops for part in walk(loop)
    ):
        return False
    tests = (part[1] for loop in seen.loops for part in walk(loop) if part[0] in {"if", "ifexp"})
    asked = (target, ("cmp", "in", target[2], target[1]), ("cmp", "not in", target[2], target[1]))
    return any(contains(test, question) for test in tests for question in asked)


def returned(seen: Sightings, node: Node) -> None:
    """Note what leaves a loop."""
    if seen.loops:
        loop = seen.loops[-1]
        counting = loop[0] == "for" and loop[2][:2] == ("call", ("lib", "itertools.count"))
        if not counting:
            seen.weak.add("asks" if node[1] in {TRUE, FALSE} else "searches")


def yielded(seen: Sightings, _node: Node) -> None:
    """Note that items come out one by one."""
    seen.weak.add("collects")


def binary(seen: Sightings, node: Node) -> None:
    """Note an operation."""
    operator, left, right = node[1:]
    if operator in {"&", "|", "^"}:
        if any(seen.is_set(part) for part in (left, right)):
            seen.strong.add("collects a set" if operator == "|" else "compares sets")
        elif operator == "&" and is_lowest_bit(node):
            seen.strong.add("takes the lowest bit")
        elif any(is_shift(part) or part in seen.shifts for side in (left, right) for part in walk(side)) or (
            operator == "&" and all(part[0] not in LITERALS for part in (left, right))
        ):
            seen.strong.add("tests bits by position")
        elif operator == "^":
            seen.strong.add("combines bits")
    elif operator == "-" and any(seen.is_set(part) for part in (left, right)):
        seen.strong.add("collects a set" if right[0] == "set" else "compares sets")
    elif operator in {"*", "+"} and any(is_indicator(part) for part in (left, right)):
        seen.strong.add("computes with truth values")
    elif operator == "%" and seen.depth and right[0] == "var" and _changes(seen, right):
        seen.strong.add("tries divisors")
    elif operator in {"//", "/"} and right[0] == "num" and (is_polynomial(left) or _is_product(seen, left)):
        seen.strong.add("uses a closed formula")
    elif operator == "**":
        seen.weak.add("raises to a power")


def _changes(seen: Sightings, variable: Node) -> bool:
    """Whether a loop around gives a variable one value after the other."""
    return seen.visitors.get(variable, "table") != "table" or any(
        part[:2] == ("assign", variable) and contains(part[2], variable)
        for loop in seen.loops
        for part in walk(loop)
    )


def _is_product(seen: Sightings, node: Node) -> bool:
    """Whether a product of a variable, not of items, is divided outside of all loops."""
    return not seen.depth and node[:2] == ("bin", "*") and any(part[0] == "bin" for part in node[2:])


def compare(seen: Sightings, node: Node) -> None:
    """Note a comparison."""
    operator, left, right = node[1:]
    if operator in {"<", "<="} and any(seen.is_set(part) for part in (left, right)):
        seen.strong.add("compares sets")
    if operator in {"in", "not in"} and right[0] == "comp" and seen.depth:
        seen.strong.add("compares sets")
    for part in (left, right):
        if (part[0] == "method" and part[2] == "count") or _is_count(part):
            seen.strong.add("compares a full count")


def _is_count(node: Node) -> bool:
    """Whether the expression sums ones or truth values, not other values."""
    if node[:2] != ("call", ("name", "sum")):
        return False
    value = node[2][2] if node[2][0] == "comp" else node[2]
    if value[0] == "ifexp":
        return all(part[0] == "num" for part in value[2:])
    return value[0] in {"num", "cmp", "not", "and", "or", "call", "method"}


def literal(seen: Sightings, node: Node) -> None:
    """Note a collection of cases."""
    if (
        node[0] == "dict"
        and len(node) > 2
        and all(part[0] == "pair" and part[1][0] in {"cmp", "and", "or", "not"} for part in node[1:])
    ):
        seen.strong.add("keys cases by truth value")


def written_set(seen: Sightings, node: Node) -> None:
    """Note a set of values that are not fixed."""
    if len(node) > 1 and not all(is_constant(part) for part in node[1:]):
        seen.strong.add("collects a set")
