"""Rules for branches: which way a test is asked, how early an exit is taken, and conditional expressions.

A block rule takes the statements of a block, already in normal form each, and returns the block that they
become, or None where it has nothing to say.
"""

# ruff: noqa: D401, PLR0911 -- a rule's docstring states its law; one return for each kind of node
from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from reroll.strategies.rules.conditions import (
    connective,
    is_boolean,
    negate,
    prefers_other,
    truth,
)
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import EMPTY, FALSE, LEAVING, NULL, TRUE, Node, leaves, pure

BlockRule = Callable[[tuple[Node, ...], Context], tuple[Node, ...] | None]

CONTINUE: Node = ("continue",)
RETURN_NOTHING: Node = ("return", NULL)


def branch(node: Node, _context: Context) -> Node | None:
    """A test is asked the positive way, an empty branch vanishes, and nested lone tests are one."""
    test, then, other = truth(node[1]), node[2], node[3]
    if then == other and pure(test):
        return ("if", TRUE, then, EMPTY)
    if then == EMPTY and other != EMPTY:
        test, then, other = negate(test), other, EMPTY
    elif other != EMPTY and prefers_other(test, then, other):
        test, then, other = negate(test), other, then
    if other == EMPTY and len(then) == 2 and then[1][0] == "if" and then[1][3] == EMPTY:
        test, then = connective("and", (test, then[1][1])), then[1][2]
    return ("if", test, then, other)


def returned_conditional(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`return a if c else b` is a branch that returns."""
    for i, node in enumerate(statements):
        if node[0] == "return" and node[1][0] == "ifexp":
            _, test, then, other = node[1]
            new: Node = ("if", test, ("block", ("return", then)), ("block", ("return", other)))
            return (*statements[:i], new, *statements[i + 1 :])
    return None


def assigned_branch(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """Two arms that only assign the same variable are one assignment of a conditional expression."""
    for i, node in enumerate(statements):
        if node[0] != "if" or len(node[2]) != 2 or len(node[3]) != 2:
            continue
        then, other = node[2][1], node[3][1]
        if then[0] == other[0] == "assign" and then[1] == other[1] and then[1][0] in {"var", "attr"}:
            value = ("ifexp", node[1], then[2], other[2])
            return (*statements[:i], ("assign", then[1], value), *statements[i + 1 :])
    return None


def settled_test(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """A branch whose test is known is the taken arm; one without arms is nothing."""
    for i, node in enumerate(statements):
        if node[0] == "if" and node[1] in {TRUE, FALSE}:
            taken = node[2] if node[1] == TRUE else node[3]
            return (*statements[:i], *taken[1:], *statements[i + 1 :])
        if node[0] == "if" and node[2] == node[3] == EMPTY and pure(node[1]):
            return (*statements[:i], *statements[i + 1 :])
    return None


def unreachable(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """What follows an unconditional exit is nothing."""
    for i, node in enumerate(statements[:-1]):
        if node[0] in LEAVING or (node[0] == "if" and leaves(("block", node))):
            return statements[: i + 1]
    return None


def early_exit(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """An arm that leaves stands first and needs no `else`; of two, the smaller stands first."""
    for i, node in enumerate(statements):
        if node[0] != "if" or (node[3] == EMPTY and i == len(statements) - 1):
            continue
        test, then, other = node[1:]
        rest = statements[i + 1 :]
        if not leaves(then):
            if other != EMPTY and leaves(other):
                return (*statements[:i], ("if", negate(test), other, EMPTY), *then[1:], *rest)
            continue
        after: Node = ("block", *other[1:], *rest)
        if leaves(after) and prefers_other(test, then, after):
            return (*statements[:i], ("if", negate(test), after, EMPTY), *then[1:])
        if other != EMPTY:
            return (*statements[:i], ("if", test, then, EMPTY), *after[1:])
    return None


def repeated_exit(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """Tests that follow each other and leave in the same way are one test."""
    for i, (node, after) in enumerate(pairwise(statements)):
        if (
            node[0] == after[0] == "if"
            and node[3] == after[3] == EMPTY
            and node[2] == after[2]
            and leaves(node[2])
        ):
            merged = ("if", connective("or", (node[1], after[1])), node[2], EMPTY)
            return (*statements[:i], merged, *statements[i + 2 :])
    return None


def returned_test(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`if c: return True` before `return False` is `return c`; a test before a returned test joins it."""
    if len(statements) < 2 or statements[-2][0] != "if" or statements[-1][0] != "return":
        return None
    _, test, then, other = statements[-2]
    last = statements[-1][1]
    if other != EMPTY or len(then) != 2 or then[1][0] != "return":
        return None
    first = then[1][1]
    if first == last and pure(test):
        return (*statements[:-2], statements[-1])
    if first == test and pure(test):
        return (*statements[:-2], ("return", connective("or", (test, last))))
    if not is_boolean(test):
        return None
    if first == TRUE and (last == FALSE or is_boolean(last)):
        return (*statements[:-2], ("return", test if last == FALSE else connective("or", (test, last))))
    if first == FALSE and (last == TRUE or is_boolean(last)):
        test = negate(test)
        return (*statements[:-2], ("return", test if last == TRUE else connective("and", (test, last))))
    return None


def default_value(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`if not x: x = e` is `x = x or e`."""
    for i, node in enumerate(statements):
        if node[0] == "if" and node[1][0] == "not" and node[3] == EMPTY and len(node[2]) == 2:
            assign = node[2][1]
            if assign[0] == "assign" and assign[1] == node[1][1]:
                new = ("assign", assign[1], connective("or", (assign[1], assign[2])))
                return (*statements[:i], new, *statements[i + 1 :])
    return None


def kept_value(node: Node, _context: Context) -> Node | None:
    """`x = e if c else x` is `if c: x = e`."""
    target, value = node[1:]
    if value[0] != "ifexp" or target[0] != "var":
        return None
    if value[3] == target:
        return ("if", value[1], ("block", ("assign", target, value[2])), EMPTY)
    if value[2] == target:
        return ("if", negate(value[1]), ("block", ("assign", target, value[3])), EMPTY)
    return None


def returned_assignment(statements: tuple[Node, ...], context: Context) -> tuple[Node, ...] | None:
    """Arms that end by assigning what is returned right after return it themselves."""
    if len(statements) < 2 or statements[-1][0] != "return" or statements[-1][1][0] != "var":
        return None
    name, node = statements[-1][1], statements[-2]
    if node[0] == "assign" and node[1] == name and context.uses[name[1]] > 2 and len(statements) == 2:
        return (("return", node[2]),)
    if node[0] != "if" or node[3] == EMPTY:
        return None
    arms = [_returning(arm, name) for arm in node[2:4]]
    if arms[0] is None or arms[1] is None:
        return None
    return (*statements[:-2], ("if", node[1], arms[0], arms[1]))


def _returning(arm: Node, name: Node) -> Node | None:
    last = arm[-1]
    if last[0] == "assign" and last[1] == name:
        return (*arm[:-1], ("return", last[2]))
    if last[0] == "if" and last[3] != EMPTY:
        inner = [_returning(part, name) for part in last[2:4]]
        if inner[0] is not None and inner[1] is not None:
            return (*arm[:-1], ("if", last[1], inner[0], inner[1]))
    return arm if leaves(arm) else None


def value_of(block: Node) -> Node | None:
    """Return the value that a function's body gives, where it only decides between values; else None."""
    statements = block[1:]
    if len(statements) == 1 and statements[0][0] == "return":
        return statements[0][1]  # type: ignore[no-any-return]
    if statements and statements[0][0] == "if" and leaves(statements[0][2]):
        then = value_of(statements[0][2])
        other = value_of(("block", *statements[0][3][1:], *statements[1:]))
        if then is not None and other is not None:
            return ("ifexp", statements[0][1], then, other)
    return None


def without_leaving(block: Node, leaving: Node) -> Node:
    """Return a block in which an exit that only skips the rest (`continue`, a bare `return`) is a branch."""
    statements = list(block[1:])
    if statements and statements[-1] == leaving:
        statements.pop()
    for i, node in enumerate(statements):
        if node[0] != "if":
            continue
        rest = tuple(statements[i + 1 :])
        if len(node[2]) > 1 and node[2][-1] == leaving and rest:
            kept = node[2][:-1]
            after = without_leaving(("block", *node[3][1:], *rest), leaving)
            test = node[1] if len(kept) > 1 else negate(node[1])
            new = ("if", test, kept, after) if len(kept) > 1 else ("if", test, after, EMPTY)
            return ("block", *statements[:i], new)
        if not rest:
            arms = [without_leaving(arm, leaving) for arm in node[2:4]]
            statements[i] = ("if", node[1], arms[0], arms[1])
    return ("block", *statements)


BLOCK_RULES: tuple[BlockRule, ...] = (
    unreachable,
    settled_test,
    returned_conditional,
    assigned_branch,
    default_value,
    early_exit,
    repeated_exit,
    returned_test,
)
