"""Which statements of a block became which: pairs by likeness, and branches turned round to look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reroll.strategies.rules.conditions import negate
from reroll.strategies.tree import EMPTY, LEAVES, Node, leaves, size, walk

COMPOUND = frozenset({"if", "for", "while", "try", "with"})
ALIKE = 0.34
"""Likeness from which two statements of one kind are one that was changed."""


def pairs(old: Sequence[Node], new: Sequence[Node]) -> list[tuple[Node, Node]]:
    """Return statements of one kind that became each other, in order."""
    found: list[tuple[Node, Node]] = []
    start = 0
    alone = len(old) == len(new) == 1
    for a in old:
        best, at = 0.0, -1
        for k in range(start, len(new)):
            b = new[k]
            if b[0] == a[0]:
                likeness = _likeness(a, b)
                if likeness > best:
                    best, at = likeness, k
        if at >= 0 and (best >= ALIKE or (alone and a[0] not in COMPOUND)):
            found.append((a, new[at]))
            start = at + 1
    return found


def _likeness(a: Node, b: Node) -> float:
    if a[0] == "return":
        return 0.5 + _overlap(a, b) / 2
    if a[0] == "assign" and a[1] == b[1]:
        return 0.5 + _overlap(a[2], b[2]) / 2
    return _overlap(a, b)


def _overlap(a: Node, b: Node) -> float:
    x, y = _tokens(a), _tokens(b)
    return (x & y).total() / max(x.total(), y.total(), 1)


def _tokens(node: Node) -> Counter[object]:
    found: Counter[object] = Counter()
    for part in walk(node):
        if part[0] in LEAVES:
            found[part] += 1
        elif part[0] in {"bin", "cmp", "method", "attr"}:
            found[part[1] if part[0] in {"bin", "cmp"} else part[2]] += 1
        else:
            found[part[0]] += 1
    return found


def turned(old: Sequence[Node], new: Sequence[Node]) -> Sequence[Node]:
    """Return `new` with its branches turned round where they then look more like `old`."""
    for i, node in enumerate(new):
        if node[0] != "if" or node in old:
            continue
        rest = ("block", *new[i + 1 :])
        if node[3] == EMPTY and leaves(node[2]) and leaves(rest):
            other_way = (*new[:i], ("if", negate(node[1]), rest, EMPTY), *node[2][1:])
        elif node[3] != EMPTY:
            other_way = (*new[:i], ("if", negate(node[1]), node[3], node[2]), *new[i + 1 :])
        else:
            continue
        if _shared(old, other_way) > _shared(old, new):
            return other_way
    return new


def _shared(old: Sequence[Node], new: Sequence[Node]) -> int:
    x, y = Counter(_pieces(old)), Counter(_pieces(new))
    return sum(min(count, y[piece]) * size(piece) for piece, count in x.items())


def _pieces(statements: Sequence[Node]) -> list[Node]:
    """Return the tests and the simple statements, each arm's marked by its test's polarity."""
    found: list[Node] = []
    for node in statements:
        if node[0] == "if":
            found.append(("test", node[1]))
            found += [("then", piece) for piece in _pieces(node[2][1:])]
            found += _pieces(node[3][1:])
        else:
            found.append(node)
    return found
