"""What a walk over a program has met so far: the mechanisms, the data that it knows, and where it is.

`survey.py` walks; `calls.py` and `operations.py` read one node each and note here what it shows.
"""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from reroll.strategies.patterns import (
    WRAPPERS,
    has_square_root,
    is_alphabet,
    is_dict,
    is_entry,
    is_fixed_range,
    is_length,
    is_middle,
    is_shift,
    is_step,
    is_text,
    is_text_of_number,
    refuses,
)
from reroll.strategies.tree import NULL, Node, walk

_TABLE_ENTRIES = 3
_LITERAL_COLLECTIONS = frozenset({"list", "tuple", "dict", "set"})
_LONG_TEXT = 8
_COLLECTORS = {("call", ("name", name)) for name in ("dict", "zip", "list", "tuple")}
Asked = tuple[str, Node, Node]
"""The kind of a question, what it is asked of, and the fixed value that it is compared with."""
_VIEWS = frozenset({"items", "keys", "values", "upper", "lower", "copy"})


@dataclass(slots=True)
class Sightings:
    """The mechanisms met so far, and where the walk is."""

    tables: set[Node] = field(default_factory=set)
    sets: set[Node] = field(default_factory=set)
    dicts: set[Node] = field(default_factory=set)
    texts: set[Node] = field(default_factory=set)
    middles: set[Node] = field(default_factory=set)
    numerals: set[Node] = field(default_factory=set)
    roots: set[Node] = field(default_factory=set)
    shifts: set[Node] = field(default_factory=set)
    lengths: set[Node] = field(default_factory=set)
    refusals: set[Node] = field(default_factory=set)
    widths: set[Node] = field(default_factory=set)
    steps: set[Node] = field(default_factory=set)
    cleaned: set[Node] = field(default_factory=set)
    tested: set[Node] = field(default_factory=set)
    pushed: set[tuple[int, Node]] = field(default_factory=set)
    popped: set[tuple[int, Node]] = field(default_factory=set)
    counted: dict[Node, set[Node]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    strong: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    depth: int = 0
    visits: int = 0
    loops: list[Node] = field(default_factory=list)
    visitors: dict[Node, str] = field(default_factory=dict)
    tests: list[Asked] = field(default_factory=list)

    def around(self) -> int:
        """Return which outermost loop the walk is in."""
        return id(self.loops[0]) if self.loops else 0

    def know(self, part: Node) -> None:
        """Keep what a statement says about the data that a name holds, wherever it is read."""
        if part[0] == "index" and part[2][0] == "slice":
            start, end = part[2][1:3]
            if end[:2] == ("bin", "+") and start in end[2:]:
                self.widths.update(piece for piece in end[2:] if piece != start)
        elif part[0] == "class":
            if any(base[:1] == ("lib",) and base[1].startswith("enum.") for base in part[3:]):
                self.tables.add(("name", part[1]))
        elif part[0] == "assign":
            target, value = part[1:]
            if is_step(value):
                self.steps.add(target)
            for holds, known in (
                (self.is_table, self.tables),
                (self.is_set, self.sets),
                (is_dict, self.dicts),
                (is_text, self.texts),
                (is_text_of_number, self.numerals),
                (has_square_root, self.roots),
                (is_shift, self.shifts),
                (is_middle, self.middles),
                (is_length, self.lengths),
            ):
                if holds(value):
                    known.add(target)
                    return

    def know_module(self, module: Node) -> None:
        """Keep the collections that a module fills itself, before any function is called: they are data."""
        filled = {
            part[1][1] if part[0] == "assign" else part[1]
            for statement in module[1:]
            if statement[0] in {"for", "while"}
            for part in walk(statement)
            if (part[0] == "assign" and part[1][0] == "index")
            or (part[0] == "method" and part[2] in {"append", "update", "extend"})
        }
        for statement in module[1:]:
            if statement[0] == "assign" and statement[1][0] == "name":
                target, value = statement[1:]
                made = value[0] == "comp" or value[:2] in _COLLECTORS
                if made or (target in filled and value[0] in {"dict", "list"}):
                    self.tables.add(target)

    def is_table(self, node: Node) -> bool:
        """Whether the expression is a collection of fixed entries, or a view of one."""
        kind = node[0]
        if kind in _LITERAL_COLLECTIONS:
            if len(node) > 1 and all(self.is_table(part) for part in node[1:]):
                return True
            return len(node) > _TABLE_ENTRIES and all(is_entry(part) for part in node[1:])
        if node in self.tables or (kind == "var" and self.visitors.get(node) == "table"):
            return True
        if kind == "method" and node[2] != "split":
            return node[2] in _VIEWS and self.is_table(node[1])
        if kind == "comp":
            visits = [part[2] for part in node[3:] if part[0] == "cfor"]
            fixed = (self.is_table(over) or is_alphabet(over) or is_fixed_range(over) for over in visits)
            return node[1] == "dict" and all(fixed)
        if kind == "str":
            return len(node[1]) > _LONG_TEXT and " " not in node[1]
        if kind == "call" and node[1][0] == "name" and node[1][1] in {*WRAPPERS, "dict"}:
            if node[1][1] == "dict" and node[2:3] and node[2][:2] == ("call", ("name", "zip")):
                return all(self.is_table(part) or is_alphabet(part) for part in node[2][2:])
            return any(self.is_table(part) for part in node[2:])
        if kind == "method" and node[2] == "split":
            return is_text(node[1]) and len(node[1][1].split()) >= _TABLE_ENTRIES
        if kind == "bin" and node[1] in {"+", "*"}:
            return (
                self.is_table(node[2])
                or self.is_table(node[3])
                or (node[2][0] == "list" and node[3][0] == "num")
            )
        if kind == "attr":
            return ("name", node[2]) in self.tables
        return bool(kind == "lib" and node[1].startswith("string."))

    def is_asked(self, owner: Node) -> bool:
        """Whether a loop around asks whether something is in a collection."""
        return any(
            part[0] == "cmp" and part[1] in {"in", "not in"} and part[3] == owner
            for loop in self.loops
            for part in _answered(loop)
        )

    def is_fetched(self, owner: Node) -> bool:
        """Whether a loop around fetches an entry of a collection, and asks whether there was one."""
        parts = [part for loop in self.loops for part in walk(loop)]
        fetched = {
            part[1]
            for part in parts
            if part[0] in {"assign", "walrus"} and part[2][:3] == ("method", owner, "get")
        }
        return any(
            part[0] == "cmp"
            and NULL in part[2:]
            and any(given in fetched or given[:3] == ("method", owner, "get") for given in part[2:])
            for part in parts
        )

    def is_set(self, node: Node) -> bool:
        """Whether the expression is a set."""
        if node in self.sets or node[0] == "set" or node[:2] == ("comp", "set"):
            return True
        return node[0] == "call" and node[1] in {("name", "set"), ("name", "frozenset")}


def _answered(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, but for tests that only refuse an input."""
    yield node
    for at, child in enumerate(node):
        if type(child) is tuple and not (at == 1 and node[0] == "if" and refuses(node)):
            yield from _answered(child)
