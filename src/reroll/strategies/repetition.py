"""What loops are for: what one without items changes until it ends, and which ones only refuse or clean."""

from __future__ import annotations

from reroll.strategies.patterns import each, is_midpoint, refuses
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import EMPTY, Node, contains, walk

_TAKING = frozenset({"pop", "popleft"})
_PUTTING = frozenset({"append", "appendleft", "extend", "extendleft", "insert", "add", "update"})
_DIVISIONS = frozenset({"//", ">>", "/"})


def state_loop(seen: Sightings, node: Node) -> None:
    """Note what a `while` changes until it ends."""
    test = node[1]
    assigned = {
        target: value
        for part in walk(node)
        if part[0] in {"assign", "walrus"}
        for target, value in each(part[1], part[2])
    }
    for target, value in assigned.items():
        for part in walk(value):
            if part[0] == "method" and part[2] in {"replace", "sub"} and contains(part[1], target):
                seen.strong.add("rewrites until nothing changes")
            if part[0] == "call" and part[1] == ("lib", "re.sub") and contains(part, target):
                seen.strong.add("rewrites until nothing changes")
        if value[:1] == ("bin",) and value[1] in _DIVISIONS and value[2][0] in {target[0], "var"}:
            _divided(seen, target, value, node)
        doubled = value in {("bin", "<<", target, ("num", "1")), ("bin", "*", target, ("num", "2"))}
        if doubled and any(part[:2] == ("bin", "&") and target in part[2:] for part in walk(node)):
            seen.strong.add("tests bits by position")
        if value[:2] == ("bin", "%") and value[3] in assigned:
            seen.strong.add("takes remainders in turn")
        if is_midpoint(value):
            seen.strong.add("halves an interval")
    taken = {
        part[1]
        for part in walk(node)
        if part[0] == "method" and part[2] in _TAKING and contains(test, part[1])
    }
    if any(_grows(place, node) for place in taken):
        seen.strong.add("works off a list")
    if any(_is_frontier(place, node) for place in assigned):
        seen.strong.add("works off a list")
    seen.visitors.update(
        (target, "walk")
        for target, value in assigned.items()
        if value[:1] == ("bin",) and value[2:] == (target, ("num", "1"))
    )
    steps = {
        (target, value[1])
        for target, value in assigned.items()
        if value[0] == "bin" and value[1] in {"+", "-"} and value[2] == target and value[3] == ("num", "1")
    }
    if len({sign for _, sign in steps}) == 2 and any(contains(test, t) for t, _ in steps):
        seen.strong.add("moves two ends inward")
    seen.weak.add("repeats")


def _grows(place: Node, loop: Node) -> bool:
    """Whether a loop puts something into a collection, beside what it takes out."""
    return any(
        (part[0] == "method" and part[1] == place and part[2] in _PUTTING)
        or (part[0] == "assign" and part[1] == place and contains(part[2], place))
        or (part[:2] == ("assign", ("index", place)) and part[1][2][:1] == ("slice",))
        for part in walk(loop)
    )


def _is_frontier(place: Node, loop: Node) -> bool:
    """Whether a loop goes over all of a collection, and makes the next one of what was not met before."""
    visited = any(
        part[0] in {"for", "cfor"} and (part[2] == place or part[2][:2] == ("method", place))
        for part in walk(loop[2])
    )
    return visited and any(
        part[0] == "cmp"
        and part[1] in {"in", "not in"}
        and part[3][0] in {"var", "attr"}
        and part[3] != place
        for inner in walk(loop[2])
        if inner[0] in {"if", "cif"}
        for part in walk(inner[1])
    )


def _divided(seen: Sightings, target: Node, value: Node, loop: Node) -> None:
    """Note a division that a loop repeats: by one number, digit by digit, or by each that divides."""
    divisor = value[3]
    within = (loop, *seen.loops)
    changing = divisor[0] == "var" and (
        divisor in seen.visitors
        or any(part[:2] == ("assign", divisor) for around in within for part in walk(around))
    )
    remainder: Node = ("bin", "%", value[2], divisor)
    fed_back = (
        value[2] == target
        or loop[2][1][0] == "comp"
        or any(part == ("assign", value[2], target) for part in walk(loop))
    )
    if not fed_back:
        return
    if changing or any(contains(part[1], remainder) for part in within if part[0] == "while"):
        seen.strong.add("divides out factors")
    else:
        seen.strong.add("peels digits")


def only_refuses(body: Node) -> bool:
    """Whether a loop does nothing but raise an error for an item."""
    *steps, last = body[1:] or (EMPTY,)
    return (
        last[0] == "if"
        and refuses(last)
        and all(part[0] == "assign" and part[1][0] == "var" and not goes_over_items(part) for part in steps)
    )


def only_cleans(body: Node) -> bool:
    """Whether a loop does nothing but take characters out of a text."""
    if len(body) != 2 or body[1][0] != "assign":
        return False
    target, value = body[1][1:]
    return bool(value[:3] == ("method", target, "replace") and value[4:] in {(("str", ""),), (("str", " "),)})


def goes_over_items(node: Node) -> bool:
    """Whether a statement goes over items, or calls a function of the program's own that may."""
    return any(part[0] in {"for", "while", "comp"} for part in walk(node))
