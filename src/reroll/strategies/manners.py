"""The manners of a program: by which means it does what many programs do.

A manner never makes a strategy beside an algorithm. Where only data, a result or a form is known, programs
that differ in manner are told apart, so that what is not understood is rather split than merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reroll.strategies.tree import LITERALS, Node, contains, walk
from reroll.strategies.weights import builds_by_factor, weighed_sums, weighs_by_powers

_ONE = ("num", "1")
_HALF = frozenset({("num", "0.5"), ("num", ".5"), ("bin", "/", _ONE, ("num", "2"))})
_ROOTS = frozenset({("lib", "math.sqrt"), ("lib", "math.isqrt"), ("lib", "math.hypot")})
_RANGE = ("call", ("name", "range"))
_PADDING = frozenset({"center", "ljust", "rjust"})
_COMBINATIONS = ("call", ("lib", "itertools.combinations"))
_DEEP = 3


def manners(units: Mapping[str, Node]) -> frozenset[str]:
    """Return the manners that a program shows.

    Args:
        units: Qualified name to tree in program form.

    """
    parts = [part for tree in units.values() for part in walk(tree)]
    found = {manner for part in parts for manner, shows in _MANNERS.get(part[0], ()) if shows(part)}
    if any(_depth(tree) >= _DEEP for tree in units.values()):
        found.add("nests three visits")
    for part in parts:
        if part[0] in {"for", "while"}:
            found.update(_of_loop(part))
        if part[0] == "for" and _from_end(part[1], part[2], part[3]):
            found.add("walks from the end")
        if part[0] == "comp" and any(
            clause[0] == "cfor" and _from_end(clause[1], clause[2], part[2]) for clause in part[3:]
        ):
            found.add("walks from the end")
    for tree in units.values():
        found.update(_of_texts(tree))
        found.update(weighed_sums(tree))
    return frozenset(found)


def _depth(node: Node) -> int:
    """Return how deep visits of ranges are nested."""
    inner = max((_depth(child) for child in node if type(child) is tuple), default=0)
    clauses = node[3:] if node[0] == "comp" else (node,) if node[0] == "for" else ()
    return inner + sum(_ranges(clause[2]) for clause in clauses if clause[0] in {"for", "cfor"})


def _ranges(over: Node) -> int:
    """Return over how many ranges one visit goes at once."""
    if over[:2] == _COMBINATIONS and over[3:4] and over[3][0] == "num":
        return int(over[3][1])
    return int(over[:2] == _RANGE)


def _of_loop(loop: Node) -> Iterator[str]:
    """Yield how a loop changes its variables."""
    assigned = [part for part in walk(loop) if part[0] in {"assign", "walrus"} and part[1][0] == "var"]
    grown = {
        target
        for _, target, value in assigned
        if value[:2] == ("bin", "+") and target in value[2:] and not _is_fixed(value, target)
    }
    changed = {target for _, target, _ in assigned}
    for _, target, value in assigned:
        if value[0] == "bin" and _improves(value, changed):
            yield "improves a guess"
        if target in grown and any(part in grown and part != target for part in value[2:]):
            yield "sums running sums"
        if value[:3] == ("bin", "-", target) and value[3][0] == "var" and loop[0] == "while":
            yield "uses up a number"


def _of_texts(tree: Node) -> Iterator[str]:
    """Yield how a text or a list grows."""
    assigned = [part for part in walk(tree) if part[0] == "assign"]
    texts = {target for _, target, value in assigned if value[0] in {"str", "list"}}
    for _, target, value in assigned:
        if (
            target in texts
            and value[:2] == ("bin", "+")
            and value[3] == target
            and value[2][0] not in LITERALS
        ):
            yield "puts in front"


def _is_fixed(value: Node, target: Node) -> bool:
    return all(part == target or part[0] in LITERALS for part in value[2:])


def _improves(value: Node, changed: set[Node]) -> bool:
    """Whether a guess is the mean of itself and of what is divided by it."""
    guesses = {
        part[3] for part in walk(value) if part[:2] in {("bin", "/"), ("bin", "//")} and part[3] in changed
    }
    return value[1] in {"/", "//", "*"} and any(
        part[:2] == ("bin", "+") and guess in part[2:] for part in walk(value) for guess in guesses
    )


def _in_front(node: Node) -> bool:
    """Whether an item is put before the others."""
    return node[2] in {"appendleft", "extendleft"} or (node[2] == "insert" and node[3:4] == (("num", "0"),))


def _from_end(visitor: Node, over: Node, body: Node) -> bool:
    """Whether positions are walked from the last one on."""
    if over[:2] != _RANGE:
        return False
    backwards = len(over) == len(("call", "range", "start", "stop", "step")) and over[4] == ("neg", _ONE)
    at = visitor if backwards else ("neg", visitor)
    return any(part[0] == "index" and part[2] == at for part in walk(body))


def _roots(node: Node) -> bool:
    if node[0] == "bin":
        return node[1] == "**" and node[3] in _HALF
    return node[1] in _ROOTS or (node[1] == ("name", "pow") and node[3:4] != () and node[3] in _HALF)


def _in_grid(node: Node) -> bool:
    """Whether a cell of two places is written."""
    target = node[1]
    return bool(target[0] == "index" and (target[1][0] == "index" or target[2][0] == "tuple"))


def _mirrors(node: Node) -> bool:
    """Whether a sequence is followed by itself in reverse."""
    if node[1] != "+":
        return False
    left, right = node[2:]
    return any(
        source is not None and contains(other, source)
        for source, other in ((_reversed_of(right), left), (_reversed_of(left), right))
    )


def _reversed_of(node: Node) -> Node | None:
    """Return the variable whose reverse an expression holds."""
    found = next(
        (
            part
            for part in walk(node)
            if part[:2] == ("call", ("name", "reversed"))
            or (part[0] == "index" and part[2][0] == "slice" and part[2][3] == ("neg", _ONE))
        ),
        None,
    )
    if found is None:
        return None
    return next((part for part in walk(found) if part[0] == "var"), None)


_MANNERS: dict[str, tuple[tuple[str, Callable[[Node], bool]], ...]] = {
    "assign": (("builds up by a factor", builds_by_factor), ("fills a grid", _in_grid)),
    "method": (
        ("puts in front", _in_front),
        ("pads a text", lambda node: node[2] in _PADDING),
        ("takes from the end", lambda node: node[2] == "pop" and len(node) == 3),
    ),
    "call": (("takes a root", _roots),),
    "bin": (
        ("takes remainders", lambda node: node[1] == "%" and node[2][0] not in {"str", "fstr"}),
        ("takes a root", _roots),
        ("weighs by powers", weighs_by_powers),
        ("mirrors", _mirrors),
    ),
}
