"""What a patch does to a unit: two trees in edit form become edit atoms.

Statements are aligned, changed ones are followed down to the smallest expression that differs, and each
difference is named by the role of its place in the source and by the kind of change. A unit of which little
is left is a rewrite, and is described by the mechanisms of its new body instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from reroll.strategies.alignment import COMPOUND, pairs, turned
from reroll.strategies.atoms import Atom, brought, entries, guard, interface, question
from reroll.strategies.expressions import Expressions
from reroll.strategies.mechanisms import mechanisms
from reroll.strategies.rules.conditions import negate
from reroll.strategies.tree import EMPTY, Node, size, targets, walk

CACHED_SOURCES = 4096
REWRITTEN = 0.6
"""Share of a unit's statements that is gone when the edit is a rewrite."""


class Edit:
    """The difference between a unit before and after, as atoms."""

    def __init__(self, unit: str, source: Node, *, names: Mapping[int, str]) -> None:
        self.unit = unit
        self.source = source
        self.known = _known(unit, source)
        self.expressions = Expressions(names, self.known)
        self.atoms: list[Atom] = []
        self.lost = 0
        self._ordinals = _ordinals(source)
        self._writes = Counter(
            target for part in walk(source) if part[0] == "assign" for target in targets(part[1])
        )

    def between(self, patched: Node) -> list[Atom]:
        """Return the atoms that turn the source into `patched`."""
        if self.source[0] == "def" == patched[0]:
            if self.source[2] != patched[2]:
                self._parameters(patched)
            if self.source[4:] != patched[4:]:
                self._add(
                    "decorators", "replace", brought(patched[4:], self.known), patched[4:], self.source[4:]
                )
            self._block(self.source[3], patched[3], "body")
        elif self.source[0] == "class" == patched[0]:
            self._block(self.source[2], patched[2], "class body")
        else:
            self._block(self.source, patched, "statements")
        return self._in_order()

    # -- statements ----------------------------------------------------------------------------------------

    def _block(self, before: Node, after: Node, place: str) -> None:
        old, new = before[1:], after[1:]
        if old == new:
            return
        new = tuple(turned(old, new))
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for tag, i, j, k, m in matcher.get_opcodes():
            if tag != "equal":
                self._gap(list(old[i:j]), list(new[k:m]), place)

    def _gap(self, old: list[Node], new: list[Node], place: str) -> None:
        for a, b in pairs(old, new):
            old = [part for part in old if part is not a]
            new = [part for part in new if part is not b]
            self._statement(a, b, place)
        for b in list(new):
            if old and b[0] in COMPOUND and self._wraps(old, b, place):
                new.remove(b)
                old = []
        for a in list(old):
            if new and a[0] in COMPOUND and self._unwraps(a, new, place):
                old.remove(a)
                new = []
        for b in new:
            self._inserted(b, place)
        for a in old:
            self._deleted(a, place)

    def _wraps(self, old: Sequence[Node], outer: Node, place: str) -> bool:
        """Whether a new compound statement was put around old ones; note it and what changed inside."""
        for position, body in enumerate(outer):
            if type(body) is not tuple or body[0] != "block" or not any(part in body[1:] for part in old):
                continue
            head = tuple(EMPTY if part is body else part for part in outer)
            family = question(outer[1]) if outer[0] in {"if", "while"} else brought([head], self.known)
            self._add(place, f"wrap in {outer[0]}", family, (head,), ())
            self._block(("block", *old), body, place)
            for other in outer[position + 1 :]:
                if type(other) is tuple and other[0] == "block":
                    for part in other[1:]:
                        self._inserted(part, place)
            return True
        return False

    def _unwraps(self, outer: Node, new: Sequence[Node], place: str) -> bool:
        for body in outer:
            if type(body) is tuple and body[0] == "block" and any(part in body[1:] for part in new):
                head = tuple(EMPTY if part is body else part for part in outer)
                self._add(place, f"unwrap {outer[0]}", "", (), (head,))
                self._block(body, ("block", *new), place)
                return True
        return False

    def _statement(self, a: Node, b: Node, place: str) -> None:
        kind = a[0]
        role = self._role(a, place)
        if kind == "assign":
            self._expression(a[1], b[1], f"target of {role}")
            self._expression(a[2], b[2], role)
        elif kind == "if":
            if a[1] != b[1] and a[2:] == (b[3], b[2]):
                b = ("if", negate(b[1]), b[3], b[2])
            self._expression(a[1], b[1], role)
            self._block(a[2], b[2], "branch" if place == "body" else place)
            self._block(a[3], b[3], "other branch" if place == "body" else place)
        elif kind == "for":
            self._expression(a[1], b[1], f"target of {role}")
            self._expression(a[2], b[2], role)
            self._block(a[3], b[3], "loop")
            self._block(a[4], b[4], "end of loop")
        elif kind == "while":
            self._expression(a[1], b[1], role)
            self._block(a[2], b[2], "loop")
        elif len(a) == len(b):
            for x, y in zip(a[1:], b[1:], strict=True):
                if type(x) is not tuple or type(y) is not tuple:
                    continue
                if x[0] == y[0] == "block":
                    self._block(x, y, place)
                else:
                    self._expression(x, y, role)
        else:
            self._add(role, "replace", brought([b], self.known), (b,), (a,))

    def _inserted(self, node: Node, place: str) -> None:
        kind = guard(node)
        if kind is not None:
            self._add(place, "guard", kind, (node,), ())
        else:
            family = brought([node], self.known) or _plain(node)
            self._add(place, "insert", family, (node,), ())

    def _deleted(self, node: Node, place: str) -> None:
        self._add(self._role(node, place), "delete", guard(node) or node[0], (), (node,))

    def _parameters(self, patched: Node) -> None:
        old, new = self.source[2][1:], patched[2][1:]
        for a, b in zip(old, new, strict=False):
            if a[2] != b[2]:
                self._expression(a[2], b[2], "default")
        if len(old) != len(new):
            self._add(
                "parameters",
                "insert" if len(new) > len(old) else "delete",
                "",
                new[len(old) :],
                old[len(new) :],
            )

    # -- expressions and roles -----------------------------------------------------------------------------

    def _expression(self, a: Node, b: Node, role: str) -> None:
        if a != b:
            for atom in self.expressions.between(a, b, unit=self.unit, role=role):
                self.atoms.append(atom)
            self.lost += self.expressions.lost(a, b)

    def _role(self, node: Node, place: str) -> str:
        kind, ordinal = node[0], self._ordinals.get(id(node), "")
        if kind == "assign":
            target = self.expressions.render(node[1])
            if any(part == node[1] for part in walk(node[2])):
                return f"update of {target}{ordinal}"
            several = self._writes[node[1]] > 1
            return f"{'start' if several and place == 'body' else 'value'} of {target}{ordinal}"
        if kind == "expr":
            call = node[1]
            name = call[2] if call[0] == "method" else call[1][1] if call[0] == "call" else call[0]
            return f"call of {name}{ordinal}"
        return str({"if": "test", "for": "loop range", "while": "loop test"}.get(kind, kind)) + ordinal

    def _add(self, role: str, action: str, family: str, new: Sequence[Node], old: Sequence[Node]) -> None:
        render = self.expressions.render
        parts = [f"- {render(part)}" for part in old] + [f"+ {render(part)}" for part in new]
        self.lost += sum(size(part) for part in old)
        weight = sum(size(part) for part in (*old, *new))
        self.atoms.append(Atom(self.unit, role, action, family, " ".join(parts), weight))

    def _in_order(self) -> list[Atom]:
        """Return the atoms, with what was taken out here and put in there as a move."""
        atoms = list(self.atoms)
        for gone in [atom for atom in atoms if atom.action == "delete"]:
            text = gone.detail[2:]
            for come in atoms:
                if come.action in {"insert", "guard"} and come.detail[2:] == text and gone in atoms:
                    atoms.remove(gone)
                    atoms[atoms.index(come)] = Atom(
                        self.unit,
                        gone.role,
                        "move",
                        come.role if come.role != gone.role else "",
                        text,
                        gone.weight,
                    )
                    self.lost -= gone.weight
                    break
        return atoms

    @property
    def rewritten(self) -> bool:
        """Whether little of the source is left."""
        body = self.source[3] if self.source[0] == "def" else self.source
        total = sum(size(part) for part in body[1:])
        return total >= 6 and self.lost >= REWRITTEN * total


@lru_cache(maxsize=CACHED_SOURCES)
def _known(unit: str, source: Node) -> frozenset[str]:
    """Return what a unit uses and does before any patch: one source has many patches."""
    return frozenset(interface(source) | mechanisms({unit: source}).strong)


def _plain(node: Node) -> str:
    kind: str = node[0]
    if kind == "assign":
        literal = entries(node[2])
        return "assign" if literal is None else "assign a literal"
    return f"{kind} on {question(node[1])}" if kind == "if" else kind


def _ordinals(source: Node) -> dict[int, str]:
    """Return a suffix for each statement that tells it from others of its kind in the unit."""
    seen: Counter[object] = Counter()
    found: dict[int, str] = {}
    for part in walk(source):
        if part[0] in {"return", "if", "for", "while", "raise", "assign", "expr"} and id(part) not in found:
            key = (part[0], part[1]) if part[0] == "assign" else part[0] if part[0] != "expr" else part[:1]
            seen[key] += 1
            found[id(part)] = f" {seen[key]}" if seen[key] > 1 else ""
    return found
