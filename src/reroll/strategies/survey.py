"""A walk over a program that notes which mechanisms it meets.

Strong mechanisms make a strategy by themselves; weak ones tell programs apart where nothing stronger does.
What the whole program shows together (recursion, a stack, a chain of tests) is concluded in `mechanisms.py`.
"""

# ruff: noqa: SIM905 -- words in a row are easier to read and to sort than a hundred quotes
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reroll.strategies.patterns import (
    WRAPPERS,
    each,
    is_constant,
    is_entry,
    is_indicator,
    is_length,
    is_middle,
    is_midpoint,
    is_polynomial,
    is_shift,
    is_text_of_number,
    neighbours,
    strides,
)
from reroll.strategies.tree import FALSE, LEAVES, LITERALS, TRUE, Node, contains, targets, walk

_TABLE_ENTRIES = 3
_LITERAL_COLLECTIONS = frozenset({"list", "tuple", "dict", "set"})
_REGEX = {"find": "search", "findall": "find", "finditer": "find", "match": "search", "fullmatch": "search"}
_WEAK_LIBRARIES = frozenset(
    "math.sqrt math.hypot math.ceil math.floor math.inf math.pi math.log math.log2 math.log10 math.pow "
    "math.prod math.trunc math.fabs math.isclose math.dist functools.reduce itertools.compress "
    "itertools.chain itertools.islice itertools.count itertools.starmap itertools.repeat itertools.takewhile "
    "itertools.dropwhile itertools.zip_longest itertools.pairwise operator".split()
)
_MEMO = frozenset({"functools.lru_cache", "functools.cache"})
_BASES = frozenset({"bin", "hex", "oct"})
_CLEANING = frozenset(
    {"replace", "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "capitalize"}
)
_SET_METHODS = frozenset(
    "issubset issuperset difference intersection union symmetric_difference isdisjoint difference_update "
    "intersection_update".split()
)
_VIEWS = frozenset({"items", "keys", "values"})


@dataclass(slots=True)
class Survey:
    """The mechanisms met so far, and where the walk is."""

    tables: set[Node] = field(default_factory=set)
    sets: set[Node] = field(default_factory=set)
    texts: set[Node] = field(default_factory=set)
    middles: set[Node] = field(default_factory=set)
    pushed: set[Node] = field(default_factory=set)
    popped: set[Node] = field(default_factory=set)
    strong: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    depth: int = 0
    visits: int = 0
    loops: list[Node] = field(default_factory=list)
    visitors: dict[Node, str] = field(default_factory=dict)
    tests: list[str] = field(default_factory=list)

    # -- statements and expressions ------------------------------------------------------------------------

    def visit(self, node: Node) -> None:
        """Note what a node and everything below it shows."""
        kind = node[0]
        if kind in LEAVES:
            if kind == "lib":
                self.library(node[1])
            return
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(self, node)
        if kind in {"for", "while"}:
            self.loop(node)
        elif kind == "comp":
            self.comprehension(node)
        else:
            for child in node:
                if type(child) is tuple:
                    self.visit(child)

    def loop(self, node: Node) -> None:
        """Note a loop and what is inside."""
        head, body = (node[2], node[3]) if node[0] == "for" else (node[1], node[2])
        self.visit(head)
        if node[0] == "for":
            self.consume(node[1], head)
        else:
            self.state_loop(node)
        self.depth += 1
        self.visits = max(self.visits, self.depth)
        self.loops.append(node)
        self.visit(body)
        self.visit(node[-1])
        self.loops.pop()
        self.depth -= 1

    def comprehension(self, node: Node) -> None:
        """Note a comprehension as the loop that it is."""
        before = self.depth
        for clause in node[3:]:
            over = clause[-1]
            if over[:2] == ("call", ("name", "iter")) and len(over) == 4 and over[2][0] == "lambda":
                self.state_loop(("while", over[2][2], ("block", node)))
            self.visit(over)
            if clause[0] == "cfor":
                self.consume(clause[1], clause[2])
                self.depth += 1
                self.visits = max(self.visits, self.depth)
            else:
                self.test(clause[1])
                self.weak.add("filters")
        self.loops.append(node)
        self.visit(node[2])
        self.loops.pop()
        self.depth = before

    def consume(self, target: Node, over: Node) -> None:
        """Note what a visit goes over."""
        source = "items"
        if self.is_table(over):
            source = "table"
            self.strong.add("scans a table")
        elif over[0] == "call" and over[1] == ("name", "range"):
            source = "range"
            if any(
                part[0] == "call" and part[1] == ("name", "len") and self.is_table(part[2])
                for part in walk(over)
            ):
                source = "table"
                self.strong.add("scans a table")
        elif is_text_of_number(over):
            self.strong.add("reads digits as text")
        for name in targets(target):
            self.visitors[name] = source

    def state_loop(self, node: Node) -> None:
        """Note what a `while` changes until it ends."""
        test, body = node[1], node[2]
        assigned = {
            target: value
            for part in walk(node)
            if part[0] in {"assign", "walrus"}
            for target, value in each(part[1], part[2])
        }
        for target, value in assigned.items():
            for part in walk(value):
                if part[0] == "method" and part[2] in {"replace", "sub"} and contains(part[1], target):
                    self.strong.add("rewrites until nothing changes")
                if part[0] == "call" and part[1] == ("lib", "re.sub") and contains(part, target):
                    self.strong.add("rewrites until nothing changes")
            if value[0] == "bin" and value[1] in {"//", ">>", "/"} and value[2] == target:
                self.strong.add("peels digits")
            doubled = value in {("bin", "<<", target, ("num", "1")), ("bin", "*", target, ("num", "2"))}
            if doubled and any(part[:2] == ("bin", "&") and target in part[2:] for part in walk(node)):
                self.strong.add("tests bits by position")
            if value[:2] == ("bin", "%") and value[3] in assigned:
                self.strong.add("takes remainders in turn")
            if is_midpoint(value):
                self.strong.add("halves an interval")
            if value[:2] == ("call", ("name", "divmod")) and value[2] in targets(target):
                self.strong.add("peels digits")
        if any(part[0] == "method" and part[2] in {"pop", "popleft"} for part in walk(node)):
            self.strong.add("works off a list")
        steps = {
            (target, value[1])
            for target, value in assigned.items()
            if value[0] == "bin"
            and value[1] in {"+", "-"}
            and value[2] == target
            and value[3] == ("num", "1")
        }
        if len({sign for _, sign in steps}) == 2 and any(contains(test, t) for t, _ in steps):
            self.strong.add("moves two ends inward")
        if self.depth and body:
            self.weak.add("loops until a condition within a visit")

    # -- calls ---------------------------------------------------------------------------------------------

    def call(self, node: Node) -> None:
        """Note a function by name."""
        function = node[1]
        if function[0] == "lib":
            self.library(function[1])
            if function[1] in {"collections.Counter"}:
                self.strong.add("tallies")
        if function[0] != "name":
            return
        name = function[1]
        if name == "sorted":
            self.strong.add("sorts")
        elif name in {"set", "frozenset"} and len(node) > 2:
            self.strong.add("collects a set")
        elif name in _BASES or (name == "format" and len(node) > 3):
            self.strong.add("writes the number in another base")
        elif name in {"ord", "chr"}:
            self.strong.add("computes with code points")
        elif name in {"reversed"}:
            self.strong.add("reverses")
        elif name in {"max", "min"} and len(node) == 3:
            self.weak.add("takes an extreme")
        elif name in {"sum", "any", "all", "next"} and len(node) == 3:
            self.visits = max(self.visits, 1)
        elif name == "divmod":
            self.weak.add("splits by division")
        elif strides(node):
            self.strong.add("strides by a variable")

    def method(self, node: Node) -> None:  # noqa: PLR0912 -- one branch for each family of methods
        """Note a method by name."""
        owner, name = node[1], node[2]
        if name == "sort":
            self.strong.add("sorts")
        elif name in {"split", "rsplit", "splitlines", "partition"}:
            self.strong.add("splits the text")
        elif name in _SET_METHODS:
            self.strong.add("compares sets")
        elif name in {"translate", "maketrans"}:
            self.strong.add("translates characters")
        elif name in {"index", "find", "rfind"} and (
            self.is_table(owner) or owner in self.texts or owner[0] == "str"
        ):
            self.strong.add("finds positions in a table")
        elif name == "get" and self.is_table(owner):
            self.strong.add("looks up a table")
        elif name in {"append", "push", "add", "appendleft"}:
            self.pushed.add(owner)
            if self.depth and any(
                part[0] == "index" and part[1] == owner for arg in node[3:] for part in walk(arg)
            ):
                self.strong.add("builds on earlier entries")
            if self.depth and any(part[:2] == ("cmp", "in") and part[3] == owner for part in self._around()):
                self.strong.add("remembers what it has seen")
        elif name in {"pop", "popleft", "shift"}:
            self.popped.add(owner)
            if len(node) == 4 or name in {"popleft", "shift"}:
                self.strong.add("takes from the front")
        elif name in {"remove", "insert"} and self.depth:
            self.strong.add(f"{name}s in place")
        elif name == "reverse":
            self.strong.add("reverses")
        elif name in {"bit_count", "bit_length"}:
            self.strong.add("counts bits by a built-in")
        elif name in _CLEANING:
            self.weak.add("cleans the text")
        elif name in {"count"}:
            self.weak.add("counts by a built-in")
        elif name == "isdigit":
            self.weak.add("asks for digits")

    def _around(self) -> Iterable[Node]:
        for loop in self.loops:
            yield from walk(loop)

    def library(self, path: str) -> None:
        """Note a library by its path."""
        module = path.split(".", maxsplit=1)[0]
        if path in _MEMO:
            self.strong.add("remembers results")
        elif module == "re":
            name = path.rsplit(".", 1)[-1]
            self.strong.add(f"regular expression: {_REGEX.get(name, name)}" if path != "re.compile" else "")
        elif path in _WEAK_LIBRARIES or module in {
            "string",
            "operator",
            "typing",
            "enum",
            "__future__",
            "sys",
        }:
            return
        elif module in {"math", "itertools", "collections"}:
            if path.count(".") and path not in {
                "collections.Counter",
                "collections.defaultdict",
                "collections.deque",
            }:
                self.strong.add(f"library: {path}")
        elif path.count(".") or module in {"heapq", "bisect", "datetime", "calendar", "statistics"}:
            self.strong.add(f"library: {module}")

    # -- data ----------------------------------------------------------------------------------------------

    def index(self, node: Node) -> None:
        """Note a look-up."""
        owner, key = node[1:]
        if key[0] == "slice":
            if key[3] == ("neg", ("num", "1")):
                self.strong.add("reverses")
            elif any(is_middle(part) or part in self.middles for part in key[1:3]):
                self.strong.add("splits in the middle")
            return
        if self.is_table(owner) and key[0] not in LITERALS:
            if self.visitors.get(key) == "table" or (key[0] == "method" and key[2] in {"index", "find"}):
                return
            self.strong.add("looks up a table")
        elif self.depth and self._mirrors(key):
            self.strong.add("moves two ends inward")
        elif owner[0] == "dict":
            self.strong.add("looks up a table")

    def _mirrors(self, key: Node) -> bool:
        """Whether a position counts from the other end."""
        return any(
            part[:2] == ("bin", "-")
            and (self.visitors.get(part[3]) == "range" or (part[3] == ("num", "1") and part is key))
            and any(is_length(piece) or piece[0] in {"num", "neg"} for piece in walk(part[2]))
            for part in walk(key)
        )

    def assign(self, node: Node) -> None:
        """Note what is stored where."""
        target, value = node[1:]
        if self.is_table(value):
            self.tables.add(target)
        if target[0] == "tuple" and value[0] == "tuple" and all(part[0] == "index" for part in target[1:]):
            self.strong.add("swaps neighbours" if neighbours(target[1], target[2]) else "swaps distant items")
        elif target[0] == "index" and self.depth:
            if value in {TRUE, FALSE} or value[0] in LITERALS:
                self.strong.add("marks positions")
            elif contains(value, target) or any(
                part[:1] == ("method",) and part[2] == "get" and part[1] == target[1] for part in walk(value)
            ):
                self.strong.add("tallies")
            elif contains(value, target[1]):
                self.strong.add("builds on earlier entries")
            else:
                self.weak.add("stores by key")
        if is_midpoint(value):
            self.weak.add("takes the middle")

    def binary(self, node: Node) -> None:
        """Note an operation."""
        operator, left, right = node[1:]
        if operator in {"&", "|", "^"}:
            if any(self.is_set(part) for part in (left, right)):
                self.strong.add("compares sets")
            elif any(is_shift(part) for part in (left, right)):
                self.strong.add("tests bits by position")
            elif operator == "^":
                self.strong.add("combines bits")
        elif operator == "-" and any(self.is_set(part) for part in (left, right)):
            self.strong.add("compares sets")
        elif operator in {"*", "+"} and any(is_indicator(part) for part in (left, right)):
            self.strong.add("computes with truth values")
        elif operator == "%" and self.depth and self.visitors.get(right) == "range":
            self.strong.add("tries divisors")
        elif operator in {"//", "/"} and right[0] == "num" and is_polynomial(left):
            self.strong.add("uses a closed formula")
        elif operator == "**":
            self.weak.add("raises to a power")

    def compare(self, node: Node) -> None:
        """Note a comparison."""
        operator, left, right = node[1:]
        if operator in {"<", "<="} and any(self.is_set(part) for part in (left, right)):
            self.strong.add("compares sets")
        if operator in {"in", "not in"} and right[0] == "comp":
            self.strong.add("compares sets")
        for part in (left, right):
            if (part[0] == "method" and part[2] == "count") or (part[:2] == ("call", ("name", "sum"))):
                self.strong.add("compares a full count")

    def literal(self, node: Node) -> None:
        """Note a collection of cases."""
        if (
            node[0] == "dict"
            and len(node) > 2
            and all(part[0] == "pair" and part[1][0] in {"cmp", "and", "or", "not"} for part in node[1:])
        ):
            self.strong.add("keys cases by truth value")

    def branch(self, node: Node) -> None:
        """Note the test of a branch that is no refusal."""
        if not any(part[0] == "raise" for part in node[2][1:]):
            self.test(node[1])

    def conditional(self, node: Node) -> None:
        """Note the test of a conditional expression."""
        self.test(node[1])

    def test(self, node: Node) -> None:
        """Note what kind of question a test asks about fixed values."""
        if node[0] in {"and", "or"}:
            for part in node[1:]:
                self.test(part)
        elif node[0] == "not":
            self.test(node[1])
        elif node[0] == "bin" and node[1] == "%" and node[3][0] == "num":
            self.tests.append("divisibility")
        elif node[0] == "cmp":
            fixed = [part for part in node[2:] if is_constant(part)]
            if not fixed:
                return
            if node[1] in {"<", "<="}:
                self.tests.append("order")
            elif any(part[0] == "bin" and part[1] == "%" for part in node[2:]):
                self.tests.append("divisibility")
            else:
                self.tests.append("equality")

    def is_table(self, node: Node) -> bool:
        """Whether the expression is a collection of fixed entries, or a view of one."""
        kind = node[0]
        if kind in _LITERAL_COLLECTIONS:
            return len(node) > _TABLE_ENTRIES and all(is_entry(part) for part in node[1:])
        if node in self.tables:
            return True
        if kind == "method":
            return node[2] in _VIEWS and self.is_table(node[1])
        if kind == "call" and node[1][0] == "name" and node[1][1] in WRAPPERS:
            return any(self.is_table(part) for part in node[2:])
        if kind == "bin" and node[1] in {"+", "*"}:
            return (
                self.is_table(node[2])
                or self.is_table(node[3])
                or (node[2][0] == "list" and node[3][0] == "num")
            )
        return bool(kind == "lib" and node[1].startswith("string.ascii"))

    def is_set(self, node: Node) -> bool:
        """Whether the expression is a set."""
        if node in self.sets or node[0] == "set" or node[:2] == ("comp", "set"):
            return True
        return node[0] == "call" and node[1] in {("name", "set"), ("name", "frozenset")}


_HANDLERS: dict[str, Callable[[Survey, Node], None]] = {
    "call": Survey.call,
    "method": Survey.method,
    "index": Survey.index,
    "assign": Survey.assign,
    "bin": Survey.binary,
    "cmp": Survey.compare,
    "dict": Survey.literal,
    "if": Survey.branch,
    "ifexp": Survey.conditional,
}
