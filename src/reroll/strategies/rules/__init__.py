"""The normal form: named rules, applied from the leaves up until nothing changes.

Two forms are made with one machine. The *edit form* keeps where things happen, so that an edit can be placed.
The *program form* also sees through inlined built-ins, so that whole programs can be compared. Each rule
lives in the file of its subject, keeps the meaning of the program, and has its own test.
"""

from __future__ import annotations

from reroll.strategies.rules import (
    accumulation,
    branches,
    expressions,
    folding,
    fusion,
    idioms,
    loops,
    temporaries,
)
from reroll.strategies.rules.branches import BlockRule
from reroll.strategies.rules.context import Context, survey
from reroll.strategies.rules.expressions import Rule
from reroll.strategies.tree import CACHED_NODES, LEAVES, Node

ROUNDS = 40
_KEPT = frozenset({"assign", "expr", "return", "if", "for", "while"})
"""Statements whose normal form is kept: the patches of one bug share most of them."""

_STATEMENTS: dict[str, tuple[Rule, ...]] = {
    "if": (branches.branch,),
    "for": (loops.loop_form,),
    "while": (loops.while_form,),
    "assign": (accumulation.appending, temporaries.listed_values, branches.kept_value),
    "expr": (accumulation.updating,),
    "list": (accumulation.spread,),
    "comp": (loops.comprehension_form, accumulation.streamed, accumulation.identity),
}
_CALLS: dict[str, tuple[Rule, ...]] = {
    "call": (*expressions.RULES["call"], accumulation.mapped, accumulation.built),
    "method": (*expressions.RULES["method"], accumulation.joined),
}
EDIT_RULES: dict[str, tuple[Rule, ...]] = {**expressions.RULES, **_STATEMENTS, **_CALLS}
EDIT_BLOCK_RULES: tuple[BlockRule, ...] = (
    *branches.BLOCK_RULES,
    *loops.BLOCK_RULES,
    *accumulation.BLOCK_RULES,
    *temporaries.BLOCK_RULES,
)
PROGRAM_RULES: dict[str, tuple[Rule, ...]] = {
    **EDIT_RULES,
    "expr": (*EDIT_RULES["expr"], accumulation.extending),
    "call": (
        *EDIT_RULES["call"],
        idioms.membership,
        idioms.reduced,
        idioms.counted,
        idioms.power,
        idioms.whole_quotient,
        accumulation.chained,
    ),
    "index": (*EDIT_RULES["index"], idioms.first_of_list, idioms.named_slice),
    "comp": (*EDIT_RULES["comp"], idioms.copied_range, folding.unpacked),
    "for": (*EDIT_RULES["for"], folding.unpacked),
    "assign": (*EDIT_RULES["assign"], idioms.added_to_set),
    "def": (*EDIT_RULES.get("def", ()), folding.held_apart),
    "ifexp": (*EDIT_RULES["ifexp"], idioms.larger_of_two),
}
PROGRAM_BLOCK_RULES: tuple[BlockRule, ...] = (
    *EDIT_BLOCK_RULES,
    branches.returned_assignment,
    temporaries.divided_at_once,
    temporaries.assigned_again,
    *fusion.BLOCK_RULES,
    *folding.BLOCK_RULES,
    *idioms.BLOCK_RULES,
)


class _Machine:
    def __init__(self, rules: dict[str, tuple[Rule, ...]], blocks: tuple[BlockRule, ...]) -> None:
        self.rules = rules
        self.blocks = blocks
        self.kept: dict[tuple[Node, tuple[object, ...]], Node] = {}

    def pass_over(self, node: Node, context: Context) -> Node:
        kind = node[0]
        if kind in LEAVES:
            return node
        if kind not in _KEPT:
            return self._rewritten(node, context)
        key = (node, context.facts(node))
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) >= CACHED_NODES:
                self.kept.clear()
            found = self.kept[key] = self._rewritten(node, context)
        return found

    def _rewritten(self, node: Node, context: Context) -> Node:
        kind = node[0]
        node = tuple([self.pass_over(child, context) if type(child) is tuple else child for child in node])
        if kind == "block":
            return self._block(node, context)
        for rule in self.rules.get(kind, ()):
            changed = rule(node, context)
            if changed is not None:
                if changed[0] != kind:
                    return changed
                node = changed
        return node

    def _block(self, node: Node, context: Context) -> Node:
        statements: tuple[Node, ...] = ()
        for child in node[1:]:
            statements += child[1:] if child[0] == "block" else (child,)
        for rule in self.blocks:
            changed = rule(statements, context)
            if changed is not None:
                # Counts of variables are those of the whole function: after one change they are stale.
                return ("block", *changed)
        return ("block", *statements)

    def normal_form(self, function: Node, passing: frozenset[int] | None) -> Node:
        for _ in range(ROUNDS):
            changed = self.pass_over(_without_bare_return(function), survey(function, passing=passing))
            if changed == function:
                break
            function = changed
        return function


def _without_bare_return(function: Node) -> Node:
    if function[0] != "def":
        return function
    body = branches.without_leaving(function[3], branches.RETURN_NOTHING)
    return (*function[:3], body, *function[4:])


_EDIT = _Machine(EDIT_RULES, EDIT_BLOCK_RULES)
_PROGRAM = _Machine(PROGRAM_RULES, PROGRAM_BLOCK_RULES)


def edit_form(function: Node, *, passing: frozenset[int] = frozenset()) -> Node:
    """Return the normal form that keeps where things happen.

    Args:
        function: A unit with its locals numbered.
        passing: Variables that are only names for a value, such as those that a patch brought along; the
            program's own variables are places where an edit can be, and stay.

    """
    return _EDIT.normal_form(function, passing)


def program_form(function: Node) -> Node:
    """Return the normal form that also sees through inlined built-ins and names for values."""
    return _PROGRAM.normal_form(function, None)
