"""The mechanisms that a method shows, known by its name: what it does to a collection or a text."""

# ruff: noqa: SIM905 -- words in a row are easier to read and to sort than a hundred quotes
from __future__ import annotations

from collections.abc import Callable, Iterable

from reroll.strategies.flow import feeds_itself
from reroll.strategies.patterns import PRESENT
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import ZERO, Node, walk

_SEVERAL = 3
_STRONG = {
    **dict.fromkeys("bit_count bit_length".split(), "counts bits by a built-in"),
    **dict.fromkeys(
        "issubset issuperset difference intersection symmetric_difference isdisjoint difference_update "
        "intersection_update".split(),
        "compares sets",
    ),
    "sort": "sorts",
    "reverse": "reverses",
    "union": "collects a set",
    "flat": "flattens by a built-in",
}
_WEAK = {
    **dict.fromkeys("strip lstrip rstrip lower upper casefold title capitalize".split(), "cleans the text"),
    "isdigit": "asks for digits",
}


def method(seen: Sightings, node: Node) -> None:
    """Note a method by name."""
    name = node[2]
    if name in seen.own:
        return
    if name in _STRONG:
        seen.strong.add(_STRONG[name])
    elif name in _WEAK:
        seen.weak.add(_WEAK[name])
    elif name in _READERS:
        _READERS[name](seen, node)


def _splits(seen: Sightings, node: Node) -> None:
    if node not in seen.cleaned:
        seen.strong.add("splits the text")


def _joins(seen: Sightings, node: Node) -> None:
    if node[3:] and node[3][:1] == ("method",) and node[3][2] == "split":
        seen.cleaned.add(node[3])
        seen.weak.add("cleans the text")


def _finds(seen: Sightings, node: Node) -> None:
    owner = node[1]
    if seen.is_table(owner) or owner in seen.texts or owner[0] == "str":
        seen.strong.add("finds positions in a table")
        return
    seen.weak.add("searches")
    if seen.depth and len(node) == 4:
        seen.strong.add("finds each item anew")


def _gets(seen: Sightings, node: Node) -> None:
    if seen.is_table(node[1]):
        seen.strong.add("looks up a table")


def _appends(seen: Sightings, node: Node) -> None:
    owner = node[1]
    seen.pushed.add((seen.around(), owner))
    if not seen.depth:
        return
    seen.weak.add("collects")
    if node[2] == "add" and not seen.is_asked(owner):
        seen.strong.add("collects a set")
    around = list(_around(seen))
    visited = any(part[0] in {"for", "cfor"} and part[2] == owner for part in around)
    if visited or feeds_itself(seen.loops[0], owner):
        seen.strong.add("builds on earlier entries")
    if seen.is_asked(owner):
        seen.strong.add("remembers what it has seen")


def _around(seen: Sightings) -> Iterable[Node]:
    for loop in seen.loops:
        yield from walk(loop)


def _pops(seen: Sightings, node: Node) -> None:
    if node[2] == "pop" and len(node) == 3 and seen.depth:
        seen.popped.add((seen.around(), node[1]))
    if seen.depth and (node[2] == "popleft" or node[3:] == (ZERO,)):
        seen.strong.add("takes from the front")


def _inserts(seen: Sightings, node: Node) -> None:
    if node[3:4] == (ZERO,):
        seen.weak.add("collects")
    elif seen.depth:
        seen.strong.add("inserts in place")


def _keys(seen: Sightings, node: Node) -> None:
    """Note a dictionary that is made of keys alone."""
    if len(node) == 4 or node[4] in PRESENT:
        seen.strong.add("collects a set")


def _extends_left(seen: Sightings, _node: Node) -> None:
    seen.visits = max(seen.visits, 1)
    seen.weak.add("collects")


def _removes(seen: Sightings, _node: Node) -> None:
    if seen.depth:
        seen.strong.add("removes in place")


def _replaces(seen: Sightings, node: Node) -> None:
    """Note what replaces: several texts by others are a rewriting, what is left out only cleans."""
    number = 0
    while node[0] == "method" and node[2] == "replace":
        number += len(node) > 4 and node[4] != ("str", "")
        node = node[1]
    if number >= _SEVERAL:
        seen.strong.add("rewrites the text")
    else:
        seen.weak.add("cleans the text")


def _translates(seen: Sightings, node: Node) -> None:
    """Note a translation; one that only leaves characters out cleans."""
    table = node[3] if node[2] == "translate" and len(node) > 3 else node
    if table[0] == "method" and table[2] == "maketrans" and table[3:5] == (("str", ""), ("str", "")):
        seen.cleaned.add(table)
        seen.weak.add("cleans the text")
    elif node not in seen.cleaned:
        seen.strong.add("translates characters")


def _counts(seen: Sightings, node: Node) -> None:
    seen.weak.add("counts by a built-in")
    asked = seen.counted.setdefault(node[1], set())
    asked.update(node[3:4])
    if seen.depth or len(asked) >= _SEVERAL:
        seen.strong.add("counts each item anew")


_READERS: dict[str, Callable[[Sightings, Node], None]] = {
    **dict.fromkeys("split rsplit splitlines partition".split(), _splits),
    **dict.fromkeys("index find rfind".split(), _finds),
    **dict.fromkeys("append add appendleft".split(), _appends),
    **dict.fromkeys("pop popleft".split(), _pops),
    **dict.fromkeys("remove discard".split(), _removes),
    **dict.fromkeys("translate maketrans".split(), _translates),
    "join": _joins,
    "get": _gets,
    "insert": _inserts,
    "extendleft": _extends_left,
    "fromkeys": _keys,
    "replace": _replaces,
    "count": _counts,
}
