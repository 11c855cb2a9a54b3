"""A walk over a program that notes which mechanisms it meets.

Strong mechanisms make a strategy by themselves; weak ones tell programs apart where nothing stronger does.
What a call or an operation shows is read in `calls.py` and `operations.py`; what the whole program shows
together (recursion, a stack, a chain of tests) is concluded in `mechanisms.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reroll.strategies.calls import call, library
from reroll.strategies.methods import method
from reroll.strategies.operations import (
    assign,
    binary,
    compare,
    index,
    literal,
    returned,
    written_set,
    yielded,
)
from reroll.strategies.patterns import (
    PRESENT,
    is_alphabet,
    is_constant,
    is_square_root,
    is_step,
    is_text_of_number,
    refuses,
)
from reroll.strategies.repetition import goes_over_items, only_cleans, only_refuses, state_loop
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import EMPTY, LEAVES, Node, leaves, targets, walk

_COMBINATIONS = ("call", ("lib", "itertools.combinations"))


@dataclass(slots=True)
class Survey(Sightings):
    """The walk, statement by statement and loop by loop."""

    def visit(self, node: Node) -> None:
        """Note what a node and everything below it shows."""
        kind = node[0]
        if kind in LEAVES:
            if kind == "lib" and not node[1].startswith("re."):
                library(self, node[1])
            return
        handler = _HANDLERS.get(kind)
        if handler is not None and not (kind == "if" and refuses(node)):
            handler(self, node)
        if kind in {"for", "while"}:
            self.loop(node)
        elif kind == "comp":
            self.comprehension(node)
        elif kind == "if" and (node[1] in self.refusals or refuses(node)):
            self.refused(node)
        else:
            for child in node:
                if type(child) is tuple:
                    self.visit(child)

    def definition(self, node: Node) -> None:
        """Note which tests of a function only refuse its input: those that leave before any work begins."""
        body = node[3][1:]
        for at, part in enumerate(body):
            if part[0] != "if" or not leaves(part[2]) or part[3] != EMPTY or goes_over_items(part):
                if part[0] == "assign" and not goes_over_items(part):
                    continue
                return
            if any(goes_over_items(rest) for rest in body[at + 1 :]):
                self.refusals.add(part[1])
                self.tested.update(walk(part[1]))

    def refused(self, node: Node) -> None:
        """Note a branch that refuses an input: what it asks does not make the strategy."""
        weak, tests, strong = set(self.weak), list(self.tests), set(self.strong)
        self.visit(node[1])
        self.weak, self.tests = weak, tests
        if refuses(node):
            self.strong = strong
        else:
            self.visit(node[2])
        self.visit(node[3])

    def loop(self, node: Node) -> None:
        """Note a loop and what is inside; one that only refuses inputs shows nothing."""
        if node[0] == "for" and only_refuses(node[3]):
            return
        if only_cleans(node[3]) and node[0] == "for" and (self.is_table(node[2]) or is_alphabet(node[2])):
            self.weak.add("cleans the text")
            return
        head, body = (node[2], node[3]) if node[0] == "for" else (node[1], node[2])
        if node[0] == "while":
            # The test is asked again in every round.
            self.depth += 1
            self.loops.append(node)
            self.visit(head)
            self.loops.pop()
            self.depth -= 1
        else:
            self.visit(head)
        if any(is_square_root(part) or part in self.roots for part in walk(head)):
            self.strong.add("stops at the square root")
        if node[0] == "for":
            self.consume(node[1], head)
        else:
            state_loop(self, node)
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
                state_loop(self, ("while", over[2][2], ("block", node)))
            if clause[0] == "cif":
                self.tested.update(walk(over))
            self.visit(over)
            if clause[0] == "cfor":
                if any(is_square_root(part) or part in self.roots for part in walk(over)):
                    self.strong.add("stops at the square root")
                self.consume(clause[1], clause[2])
                self.depth += 1
                self.visits = max(self.visits, self.depth)
                if self.depth == before + 1:
                    self.loops.append(node)
            else:
                self.weak.add("filters")
        if node[1] == "set":
            self.strong.add("collects a set")
        elif node[1] == "dict":
            self.strong.add("collects a set" if node[2][-1] in PRESENT else "indexes by key")
        else:
            self.weak.add("collects")
        self.visit(node[2])
        if self.depth > before:
            self.loops.pop()
        self.depth = before

    def consume(self, target: Node, over: Node) -> None:
        """Note what a visit goes over."""
        source = "items"
        if is_step(over) or over in self.steps:
            source = "steps"
        elif self.is_table(over) or is_alphabet(over):
            source = "table"
            self.strong.add("scans a table")
        elif over[0] == "call" and over[1] == ("name", "range"):
            source = "pieces" if _in_pieces(self, over) else "range"
            if len(over) > 3 and any(part == over[2] for part in walk(over[3])) and over[2] in self.visitors:
                self.strong.add("slides a window")
            measured = [part[2] for part in walk(over) if part[:2] == ("call", ("name", "len"))]
            if any(self.is_table(part) for part in measured):
                source = "table"
                self.strong.add("scans a table")
            if any(is_text_of_number(part) or part in self.numerals for part in measured):
                self.strong.add("reads digits as text")
        elif over[:2] == ("call", ("lib", "itertools.count")):
            source = "steps"
            self.weak.add("adds up")
        elif is_text_of_number(over) or over in self.numerals:
            self.strong.add("reads digits as text")
        if over[:2] == _COMBINATIONS and over[3:4] and over[3][0] == "num":
            # The loops that it stands for; the visit itself is counted by the caller.
            self.visits = max(self.visits, self.depth + int(over[3][1]))
        for name in targets(target):
            self.visitors[name] = source

    def branch(self, node: Node) -> None:
        """Note the test of a branch that is no refusal."""
        if node[1] not in self.refusals:
            self.test(node[1])

    def conditional(self, node: Node) -> None:
        """Note the test of a conditional expression."""
        self.test(node[1])

    def answer(self, node: Node) -> None:
        """Note what a function gives back: an answer that is a test counts as one."""
        returned(self, node)
        if node[1][0] == "and" and any(goes_over_items(part) for part in node[1][1:]):
            # The other parts only say whether the input is one to answer for.
            self.refusals.update(part for part in node[1][1:] if not goes_over_items(part))
        if node[1][0] in {"cmp", "not"}:
            self.test(node[1])

    def connective(self, node: Node) -> None:
        """Note the tests of a conjunction or disjunction whose value is the answer."""
        if node not in self.tested:
            self.test(node)

    def test(self, node: Node) -> None:
        """Note what kind of question a test asks about fixed values."""
        if node[0] in {"and", "or"}:
            self.tested.add(node)
            for part in node[1:]:
                self.test(part)
        elif node[0] == "not":
            self.test(node[1])
        elif node[0] == "bin" and node[1] == "%" and node[3][0] == "num":
            self.tests.append(("divisibility", node[2], node[3]))
        elif node[0] == "cmp":
            fixed = [part for part in node[2:] if is_constant(part)]
            if not fixed:
                return
            subject = node[3] if node[2] == fixed[0] else node[2]
            if node[1] in {"<", "<="}:
                self.tests.append(("order", subject, fixed[0]))
            elif subject[:2] == ("bin", "%"):
                self.tests.append(("divisibility", subject[2], subject[3]))
            else:
                self.tests.append(("equality", subject, fixed[0]))


def _in_pieces(seen: Sightings, over: Node) -> bool:
    """Whether a visit goes in steps that are as wide as the pieces that are cut out."""
    return len(over) == 5 and (over[4] in seen.widths or over[4][0] == "num")


_HANDLERS: dict[str, Callable[[Survey, Node], None]] = {
    "call": call,
    "method": method,
    "index": index,
    "assign": assign,
    "bin": binary,
    "cmp": compare,
    "dict": literal,
    "set": written_set,
    "def": Survey.definition,
    "return": Survey.answer,
    "yield": yielded,
    "if": Survey.branch,
    "and": Survey.connective,
    "or": Survey.connective,
    "ifexp": Survey.conditional,
}
