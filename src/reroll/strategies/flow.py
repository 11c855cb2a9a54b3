"""What flows where in a loop: whether the entries of a collection are made of its earlier entries."""

from __future__ import annotations

from reroll.strategies.tree import Node, targets, walk

_GROWING = frozenset({"append", "add", "extend", "insert", "appendleft"})
_PLACES = frozenset({"var", "attr"})


def feeds_itself(loop: Node, owner: Node) -> bool:
    """Whether what a loop puts into a collection is made, through other variables, of what it took out."""
    sources: dict[Node, set[Node]] = {}
    for part in walk(loop):
        if part[0] in {"assign", "for", "cfor", "walrus"}:
            read = _read(part[2])
            for target in targets(part[1]):
                sources.setdefault(_root(target), set()).update(read)
        elif part[0] == "method" and part[2] in _GROWING:
            sources.setdefault(part[1], set()).update(place for given in part[3:] for place in _read(given))
    reached: set[Node] = set()
    frontier = set(sources.get(owner, ()))
    while frontier:
        reached |= frontier
        frontier = {place for at in frontier for place in sources.get(at, ())} - reached
    return owner in reached


def _read(node: Node) -> set[Node]:
    """Return the places that an expression reads items or values of; a length is none."""
    if node[0] in _PLACES:
        return {node}
    if node[:2] == ("call", ("name", "len")):
        return set()
    return {place for child in node if type(child) is tuple and child for place in _read(child)}


def _root(node: Node) -> Node:
    while node[0] == "index":
        node = node[1]
    return node
