"""What a patch does to one expression: down to the smallest part that differs, by kind of change."""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from difflib import SequenceMatcher

from reroll.strategies.atoms import Atom, brought, entries, question
from reroll.strategies.render import render
from reroll.strategies.rules.conditions import negate
from reroll.strategies.tree import EMPTY, LITERALS, NONE, Node, contains, size, substitute

_HOLE: Node = ("name", "·")
_COLLECTIONS = frozenset({"list", "tuple", "set", "dict"})
_RANGE = ("call", ("name", "range"))


class Expressions:
    """Differences between expressions of one unit."""

    def __init__(self, names: Mapping[int, str], known: Set[str]) -> None:
        self.names = names
        self.known = known

    def render(self, node: Node) -> str:
        """Return the expression as text, in the source's names."""
        return render(node, self.names)

    def lost(self, a: Node, b: Node) -> int:
        """Return how many nodes of `a` are gone in `b`."""
        if a == b or contains(b, a):
            return 0
        if a[0] == b[0] and len(a) == len(b):
            changed = [(x, y) for x, y in zip(a[1:], b[1:], strict=True) if x != y]
            return sum(self.lost(x, y) if type(x) is tuple and type(y) is tuple else 1 for x, y in changed)
        if contains(a, b):
            return size(a) - size(b)
        return size(a)

    def between(self, a: Node, b: Node, *, unit: str, role: str) -> Iterator[Atom]:
        """Yield the atoms that turn `a` into `b`."""
        if a == b:
            return
        action, family, children = self._change(a, b)
        if children:
            for x, y in children:
                yield from self.between(x, y, unit=unit, role=role)
        if action:
            detail = f"{self.render(a)} → {self.render(b)}"
            yield Atom(
                unit, role, action, family, detail, max(1, self.lost(a, b)) + max(0, size(b) - size(a))
            )

    def _change(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]]:
        """Return (action, family, pairs of parts to look into)."""
        if _is_literal(a) and _is_literal(b):
            return self._literal(b)
        if a[0] in {"var", "name"} and b[0] in {"var", "name"}:
            return "variable", "", []
        if NONE in (a, b):
            return ("drop" if b == NONE else "add"), "", []
        if a[0] in _COLLECTIONS and b[0] in _COLLECTIONS:
            return self._collection(a, b)
        if b[0] in {"and", "or"} and a in b[1:]:
            return "add condition", question((b[0], *(part for part in b[1:] if part != a))), []
        if a[0] in {"and", "or"} and b in a[1:]:
            return "drop condition", "", []
        if b == negate(a):
            return "negate", "", []
        if a[0] not in LITERALS and contains(b, a):
            return "wrap", self._wrapper(substitute(b, a, _HOLE)), []
        if b[0] not in LITERALS and contains(a, b):
            return "unwrap", self._wrapper(substitute(a, b, _HOLE)), []
        if a[0] == b[0]:
            handler = _SAME_KIND.get(a[0])
            result = handler(self, a, b) if handler is not None else self._children(a, b)
            if result is not None:
                return result
        made = str(b[1]) if b[0] == "bin" else b[0]
        known = brought([b], self.known)
        return "replace", f"{known} {made}" if known and b[0] == "bin" else known or made, []

    def _literal(self, b: Node) -> tuple[str, str, list[tuple[Node, Node]]]:
        if b[0] == "str":
            return "text", str(b[1]), []
        return "constant", "", []

    def _collection(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]]:
        data = entries(b)
        if a[0] == b[0] and sorted(a[1:], key=repr) == sorted(b[1:], key=repr):
            return "reorder entries", data or "", []
        if data is not None:
            return "entries", data, []
        if a[0] == b[0] and len(a) == len(b):
            return "", "", list(zip(a[1:], b[1:], strict=True))
        return "entries", brought([b], self.known), []

    def _binary(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]] | None:
        if a[2] == b[3] and a[3] == b[2]:
            return "swap operands", "", []
        if a[1] != b[1]:
            if a[2:] == b[2:]:
                return "operator", "", []
            if a[2] == b[2] or a[3] == b[3]:
                pair = [(x, y) for x, y in zip(a[2:], b[2:], strict=True) if x != y]
                return "operator", "", pair
            return None
        if a[2] == b[2] or a[3] == b[3]:
            return "", "", list(zip(a[2:], b[2:], strict=True))
        return None

    def _connective(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]]:
        pairs: list[tuple[Node, Node]] = []
        action, family = "", ""
        for tag, i, j, k, m in SequenceMatcher(None, a[1:], b[1:], autojunk=False).get_opcodes():
            if tag == "replace" and j - i == m - k:
                pairs += list(zip(a[1 + i : 1 + j], b[1 + k : 1 + m], strict=True))
            elif tag != "equal":
                action = "add condition" if m - k > j - i else "drop condition"
                family = question((b[0], *b[1 + k : 1 + m])) if m > k else ""
        return action, family, pairs

    def _called(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]] | None:
        first = 2 if a[0] == "call" else 3
        if a[:2] == b[:2] == _RANGE:
            return "bound", "", []
        if a[1:first] == b[1:first] or (a[0] == "method" and a[2] == b[2]):
            return self._arguments(a, b, first)
        if a[first:] == b[first:] and (a[0] == "call" or a[1] == b[1]):
            new = b[1] if b[0] == "call" else ("name", b[2])
            return "call", brought([("call", new)], self.known) or self.render(new), []
        return None

    def _arguments(self, a: Node, b: Node, first: int) -> tuple[str, str, list[tuple[Node, Node]]]:
        pairs = [] if a[1] == b[1] else [(a[1], b[1])]
        old = {part[1]: part for part in a[first:] if part[0] == "kw"}
        new = {part[1]: part for part in b[first:] if part[0] == "kw"}
        pairs += [(old[name][2], new[name][2]) for name in old if name in new and old[name] != new[name]]
        added = sorted(new.keys() - old.keys())
        dropped = sorted(old.keys() - new.keys())
        plain_old = [part for part in a[first:] if part[0] != "kw"]
        plain_new = [part for part in b[first:] if part[0] != "kw"]
        if len(plain_old) == len(plain_new):
            changed = [(x, y) for x, y in zip(plain_old, plain_new, strict=True) if x != y]
            if len(changed) == 2 and changed[0] == changed[1][::-1]:
                return "swap arguments", "", []
            pairs += changed
        elif a[first:] and len(plain_new) > len(plain_old):
            return "add argument", "", pairs
        else:
            return "change arguments", str(len(plain_new)), pairs
        if added or dropped:
            return ("add argument" if added else "drop argument"), ", ".join(added or dropped), pairs
        return "", "", pairs

    def _comprehension(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]] | None:
        tests_a = [part for part in a[3:] if part[0] == "cif"]
        tests_b = [part for part in b[3:] if part[0] == "cif"]
        visits_a = [part for part in a[3:] if part[0] == "cfor"]
        visits_b = [part for part in b[3:] if part[0] == "cfor"]
        if len(visits_a) != len(visits_b):
            return None
        pairs = [(a[2], b[2])] if a[2] != b[2] else []
        pairs += [(x[2], y[2]) for x, y in zip(visits_a, visits_b, strict=True) if x[2] != y[2]]
        if len(tests_a) == len(tests_b):
            pairs += [(x[1], y[1]) for x, y in zip(tests_a, tests_b, strict=True) if x != y]
            return ("", "", pairs) if pairs else None
        more = len(tests_b) > len(tests_a)
        family = question(next(part[1] for part in tests_b if part not in tests_a)) if more else ""
        return ("add filter" if more else "drop filter"), family, pairs

    def _conditional(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]] | None:
        turned: Node = ("ifexp", negate(b[1]), b[3], b[2])
        best = max((b, turned), key=lambda node: sum(x == y for x, y in zip(a[1:], node[1:], strict=True)))
        if all(x != y for x, y in zip(a[1:], best[1:], strict=True)):
            return None
        return "", "", list(zip(a[1:], best[1:], strict=True))

    def _children(self, a: Node, b: Node) -> tuple[str, str, list[tuple[Node, Node]]] | None:
        if len(a) != len(b):
            return None
        pairs = []
        for x, y in zip(a[1:], b[1:], strict=True):
            if type(x) is not tuple or type(y) is not tuple:
                if x != y:
                    return None
            elif x != y:
                pairs.append((x, y))
        if len(pairs) > 1 and all(part not in _flat(b) for part in a[1:] if type(part) is tuple):
            return None
        return "", "", pairs

    def _wrapper(self, outer: Node) -> str:
        """Return what was put around an expression, in a word or two."""
        kind = outer[0]
        if kind in {"bin", "cmp"}:
            return brought([outer], self.known) or str(outer[1])
        if kind == "ifexp":
            return f"choice on {question(outer[1])}"
        if kind == "index":
            sliced = outer[2][0] == "slice"
            return brought([outer], self.known) or ("slice" if sliced else "item")
        if kind == "block" or outer == EMPTY:
            return ""
        return brought([outer], self.known) or (self.render(outer[1]) if kind == "call" else str(kind))


def _is_literal(node: Node) -> bool:
    return node[0] in LITERALS or (node[0] == "neg" and node[1][0] == "num")


def _flat(node: Node) -> list[Node]:
    return [part for part in node[1:] if type(part) is tuple]


_SAME_KIND = {
    "bin": Expressions._binary,
    "cmp": Expressions._binary,
    "and": Expressions._connective,
    "or": Expressions._connective,
    "call": Expressions._called,
    "method": Expressions._called,
    "comp": Expressions._comprehension,
    "ifexp": Expressions._conditional,
}
