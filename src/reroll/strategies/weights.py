"""How a sum weighs what it adds: by position, by powers, or by a factor that multiplies all so far.

That is an algorithm, whatever the digits or letters are read from: it outranks tables and code points.
"""

from __future__ import annotations

from collections.abc import Iterator

from reroll.strategies.tree import LITERALS, Node, contains, walk

_ONE = ("num", "1")
_RANGE = ("call", ("name", "range"))
_SHIFTED = frozenset({"*", "<<"})
_JOINED = frozenset({"+", "|", "-"})


def builds_by_factor(node: Node) -> bool:
    """Whether a number is built up digit by digit."""
    target, value = node[1:]
    terms = list(_terms(value))
    scaled = [
        part
        for part in terms
        if part[0] == "bin" and part[1] in _SHIFTED and target in part[2:] and part[2] != part[3]
    ]
    return bool(scaled) and any(part[0] not in LITERALS for part in terms if part not in scaled)


def weighs_by_powers(node: Node) -> bool:
    """Whether a digit is weighed by a power."""
    return bool(node[1] == "*") and any(
        part[:2] == ("bin", "**") and part[3][0] not in LITERALS for part in node[2:]
    )


def weighed_sums(tree: Node) -> Iterator[str]:
    """Yield how the items of a sum are weighed: by their position, or by powers."""
    for node in walk(tree):
        summed = node[:2] == ("call", ("name", "sum")) and node[2][0] == "comp"
        loop = node[2] if summed else node
        if not summed and loop[0] not in {"for", "while"}:
            continue
        counters = set(_counters(loop))
        scaled = set(_scaled(loop))
        products = [
            term
            for part in walk(loop)
            if part[0] == "assign"
            for term in _terms(part[2])
            if contains(part[2], part[1]) and not contains(term, part[1])
        ] + ([loop[2]] if summed else [])
        for product in products:
            if product[:2] == ("bin", "*"):
                for weight, item in (product[2:], product[:1:-1]):
                    if weight in scaled:
                        yield "weighs by powers"
                    elif _reads(weight, counters) and not _reads(item, counters) and _is_item(item):
                        yield "weighs by position"


def _terms(value: Node) -> Iterator[Node]:
    """Yield what an expression adds up, joins or takes off."""
    if (value[0] == "bin" and value[1] in _JOINED) or value[0] == "ifexp":
        yield from _terms(value[2])
        yield from _terms(value[3])
    else:
        yield value


def _scaled(loop: Node) -> Iterator[Node]:
    """Yield the variables that every round multiplies by one number."""
    changed = {part[1] for part in walk(loop) if part[0] in {"assign", "for", "cfor"}}
    for part in walk(loop):
        if part[0] == "assign" and part[2][:2] == ("bin", "*"):
            for held, factor in (part[2][2:], part[2][:1:-1]):
                if held == part[1] and factor[0] in {"num", "var"} and factor not in changed:
                    yield held


def _counters(loop: Node) -> Iterator[Node]:
    """Yield the variables that hold the number of a round."""
    clauses = loop[3:] if loop[0] == "comp" else (loop,)
    for _, target, over, *_ in (clause for clause in clauses if clause[0] in {"for", "cfor"}):
        sources = over[2:] if over[:2] == ("call", ("name", "zip")) and target[0] == "tuple" else (over,)
        names = target[1:] if len(sources) > 1 else (target,)
        for name, source in zip(names, sources, strict=False):
            if source[:2] == _RANGE or source[:2] == ("call", ("lib", "itertools.count")):
                yield name
            elif source[:2] == ("call", ("name", "enumerate")) and name[0] == "tuple":
                yield name[1]
    for part in walk(loop):
        if (
            part[0] == "assign"
            and part[2][0] == "bin"
            and part[2][1] in {"+", "-"}
            and part[2][2:] == (part[1], _ONE)
        ):
            yield part[1]


def _reads(node: Node, among: set[Node]) -> bool:
    """Whether an expression reads one of the variables as a number, not as the place of an item."""
    if node[0] == "index":
        return False
    return node in among or any(_reads(child, among) for child in node if type(child) is tuple)


def _is_item(node: Node) -> bool:
    return any(part[0] in {"var", "index"} for part in walk(node))
