"""Which variable of a patched function is which of the source's, whatever it is called now.

A variable is known by the company it keeps: the heads of the statements that it occurs in, read without
names. Parameters stand for themselves by position. What finds no partner is new: if it is only a name for a
value, the edit is read without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from reroll.strategies.tree import EMPTY, LEAVES, Node, shape, targets, variables

SAME_NAME = 0.34
OTHER_NAME = 0.5
_CACHED_SOURCES = 4096
NEW = 1000
"""First number of a variable that the source does not have."""


def partners(
    source: Node, patched: Node, *, source_names: Mapping[int, str], patched_names: Mapping[int, str]
) -> dict[int, int]:
    """Return the number that each variable of `patched` takes: its partner's, else one from `NEW`."""
    before, after = _source_company(source), _company(patched)
    mapping = dict(zip(_parameters(patched), _parameters(source), strict=False))
    free = [number for number in before if number not in mapping.values()]
    candidates = []
    for number in after:
        if number in mapping:
            continue
        for other in free:
            same = patched_names.get(number) == source_names.get(other)
            likeness = _likeness(before[other], after[number])
            if likeness >= (SAME_NAME if same else OTHER_NAME):
                candidates.append((-(likeness + 0.5 * same), other, number))
    for _, other, number in sorted(candidates):
        if number not in mapping and other not in mapping.values():
            mapping[number] = other
    fresh = NEW
    for number in after:
        if number not in mapping:
            mapping[number] = fresh
            fresh += 1
    return mapping


def renamed(node: Node, mapping: dict[int, int]) -> Node:
    """Return the tree with its variables renumbered."""
    if node[0] == "var":
        return ("var", mapping.get(node[1], node[1]))
    if node[0] in LEAVES:
        return node
    return tuple([renamed(child, mapping) if type(child) is tuple else child for child in node])


def _parameters(function: Node) -> list[int]:
    if function[0] != "def":
        return []
    found = (target for param in function[2][1:] for target in targets(param[1]))
    return [target[1] for target in found if target[0] == "var"]


@lru_cache(maxsize=_CACHED_SOURCES)
def _source_company(source: Node) -> Mapping[int, Counter[str]]:
    """Return the company of a source's variables: one source has many patches."""
    return _company(source)


def _company(function: Node) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    for head in _heads(function):
        text = shape(head)
        for number in variables(head):
            found.setdefault(number, Counter())[text] += 1
    return found


def _heads(node: Node) -> Iterator[Node]:
    """Yield each statement without the blocks inside of it."""
    kind = node[0]
    if kind in LEAVES:
        return
    blocks = [
        child for child in node[1:] if type(child) is tuple and child[0] in {"block", "except", "finally"}
    ]
    if kind == "for":
        # What is visited is often written apart from the loop: it is no company of the loop's variable.
        yield ("for", node[1])
        yield ("over", node[2])
    elif kind not in {"block", "except", "finally", "else"}:
        yield tuple(EMPTY if child in blocks else child for child in node) if blocks else node
    for block in blocks if kind not in {"block", "except", "finally", "else"} else node[1:]:
        if type(block) is tuple:
            yield from _heads(block)


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    return (a & b).total() / max(a.total(), b.total(), 1)
