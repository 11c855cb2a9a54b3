"""A walk over a program that notes which mechanisms it meets.

Strong mechanisms make a strategy by themselves; weak ones tell programs apart where nothing stronger does.
What a call or an operation shows is read in `calls.py` and `operations.py`; what the whole program shows
together (recursion, a stack, a chain of tests) is concluded in `mechanisms.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reroll.strategies.calls import call, library, method
from reroll.strategies.operations import assign, binary, compare, index, literal
from reroll.strategies.patterns import each, is_constant, is_midpoint, is_text_of_number
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import LEAVES, Node, contains, targets, walk


@dataclass(slots=True)
class Survey(Sightings):
    """The walk, statement by statement and loop by loop."""

    def visit(self, node: Node) -> None:
        """Note what a node and everything below it shows."""
        kind = node[0]
        if kind in LEAVES:
            if kind == "lib":
                library(self, node[1])
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


_HANDLERS: dict[str, Callable[[Survey, Node], None]] = {
    "call": call,
    "method": method,
    "index": index,
    "assign": assign,
    "bin": binary,
    "cmp": compare,
    "dict": literal,
    "if": Survey.branch,
    "ifexp": Survey.conditional,
}
