"""Rules for conditions: the direction of comparisons, what `not` stands before, and which arm comes first.

Besides the rules there are the words in which other rules speak of a test: its opposite (`negate`), what is
left of it where only its truth counts (`truth`), and which of two arms stands first (`prefers_other`).
"""

# ruff: noqa: D401, PLR0911 -- a rule's docstring states its law; one return for each kind of node
from __future__ import annotations

from reroll.strategies.rules.context import Context
from reroll.strategies.tree import FALSE, ONE, TRUE, ZERO, Node, order, pure, shape, size

_MIRRORED = {">": "<", ">=": "<="}
_NEGATED = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
}


def mirrored_comparison(node: Node, _context: Context) -> Node | None:
    """`a > b` is `b < a`, and the sides of `==`, `!=`, `is` have one order."""
    operator = node[1]
    if operator in _MIRRORED:
        return ("cmp", _MIRRORED[operator], node[3], node[2])
    if operator in {"==", "!=", "is", "is not"} and order(node[3]) < order(node[2]):
        return ("cmp", operator, node[3], node[2])
    return None


def pushed_negation(node: Node, _context: Context) -> Node | None:
    """`not` moves inward until it meets something that it cannot turn."""
    return negate(node[1]) if node[1][0] in {"not", "cmp", "and", "or"} or node[1] in {TRUE, FALSE} else None


def negate(node: Node) -> Node:
    """Return the opposite of a test."""
    kind = node[0]
    if kind == "not":
        return truth(node[1])
    if kind == "cmp" and node[1] in _NEGATED:
        operator = _NEGATED[node[1]]
        if operator in _MIRRORED:
            return ("cmp", _MIRRORED[operator], node[3], node[2])
        return truth(("cmp", operator, node[2], node[3]))
    if kind in {"and", "or"}:
        return connective("or" if kind == "and" else "and", tuple(negate(part) for part in node[1:]))
    if node in {TRUE, FALSE}:
        return FALSE if node == TRUE else TRUE
    return ("not", truth(node))


def truth(node: Node) -> Node:
    """Return a test without what a test does not need: `bool(x)`, `len(x) > 0`, `x % 2 == 1`, `x == True`."""
    kind = node[0]
    if kind == "call" and len(node) == 3 and node[1] in {("name", "bool"), ("name", "len")}:
        return truth(node[2])
    if kind in {"and", "or"}:
        return connective(kind, tuple(truth(part) for part in node[1:]))
    if kind == "not":
        inner = truth(node[1])
        return ("not", inner) if inner[0] not in {"not", "cmp", "and", "or"} else negate(inner)
    if kind != "cmp":
        return node
    operator, left, right = node[1:]
    if operator in {"==", "!="}:
        return _equality(operator, left, right) or node
    if operator == "<" and left == ZERO and _is_length(right):
        return truth(right)
    if operator == "<=" and left == ONE and _is_length(right):
        return truth(right)
    if operator == "<" and right == ONE and _is_length(left):
        return negate(truth(left))
    return node


def _equality(operator: str, left: Node, right: Node) -> Node | None:
    result: Node | None = None
    if (right in {ZERO, FALSE} and (_is_length(left) or _is_remainder(left) or right == FALSE)) or right in {
        ("list",),
        ("tuple",),
        ("str", ""),
        ("dict",),
    }:
        result = negate(truth(left))
    elif (
        right == TRUE
        or (right == ONE and left[0] == "bin" and left[1] == "%" and left[3] == ("num", "2"))
        or (right == ONE and left[0] == "bin" and left[1] == "&" and left[3] == ONE)
    ):
        result = truth(left)
    if result is None or operator == "==":
        return result
    return negate(result)


def _is_length(node: Node) -> bool:
    return node[:2] == ("call", ("name", "len"))


def _is_remainder(node: Node) -> bool:
    return node[0] == "bin" and node[1] in {"%", "&"} and node[2][0] != "str"


def connective(kind: str, parts: tuple[Node, ...]) -> Node:
    """Return a flat `and` or `or`; plain comparisons beside each other have one order."""
    flat: list[Node] = []
    for part in parts:
        for piece in part[1:] if part[0] == kind else (part,):
            if piece not in flat:
                flat.append(piece)
    if len(flat) > 1 and all(_total(part) for part in flat):
        flat.sort(key=order)
    return flat[0] if len(flat) == 1 else (kind, *flat)


def _total(node: Node) -> bool:
    """Whether a test cannot fail, so that it may be asked in any order."""
    simple = {"var", "name", "num", "str", "const", "neg"}
    return node[0] == "cmp" and node[1] != "in" and all(_arithmetic(part, simple) for part in node[2:])


def _arithmetic(node: Node, simple: set[str]) -> bool:
    if node[0] == "bin" and node[1] in {"+", "-", "*", "**"}:
        return _arithmetic(node[2], simple) and _arithmetic(node[3], simple)
    if node[0] == "bin" and node[1] == "%":
        return _arithmetic(node[2], simple) and node[3][0] == "num"
    return node[0] in simple


def flat_connective(node: Node, _context: Context) -> Node | None:
    """Nested `and`s and `or`s are flat, and free of repetition."""
    result = connective(node[0], node[1:])
    return None if result == node else result


def conditional(node: Node, _context: Context) -> Node | None:
    """A conditional expression asks its test the positive way, and vanishes where the test is the answer."""
    test: Node = truth(node[1])
    then: Node = node[2]
    other: Node = node[3]
    if then == other and pure(test):
        return then
    if {then, other} == {TRUE, FALSE} and is_boolean(test):
        return test if then == TRUE else negate(test)
    if then == test and pure(test):
        return connective("or", (test, other))
    if test[0] == "not" and other == test[1] and pure(other):
        return connective("or", (other, then))
    if _absolute(test, then, other):
        return ("call", ("name", "abs"), other if then[0] == "neg" else then)
    if prefers_other(test, then, other):
        return ("ifexp", negate(test), other, then)
    return ("ifexp", test, then, other) if test != node[1] else None


def _absolute(test: Node, then: Node, other: Node) -> bool:
    if test[0] != "cmp" or ZERO not in test[2:]:
        return False
    value, opposite = (other, then) if then[0] == "neg" else (then, other)
    return opposite == ("neg", value) and value in test[2:] and (test[2] == value) == (then == opposite)


def prefers_other(test: Node, then: Node, other: Node) -> bool:
    """Whether the second arm stands first: the smaller does, so that an edited test turns nothing round."""
    first, second = (_arm(part) for part in (then, other))
    return second < first if first != second else prefers_negation(test)


def _arm(node: Node) -> tuple[int, str, str]:
    return (size(node), shape(node), repr(node))


def prefers_negation(test: Node) -> bool:
    """Whether the opposite of a test is its normal form where both branches exist."""
    kind: str = test[0]
    if kind == "cmp":
        return test[1] in {"!=", "<=", "not in", "is not"}
    if kind in {"and", "or"}:
        negative = sum(prefers_negation(part) for part in test[1:])
        return 2 * negative > len(test) - 1 or (2 * negative == len(test) - 1 and kind == "or")
    return kind == "not"


def is_boolean(node: Node) -> bool:
    """Whether the value is True or False, not only taken for one."""
    if node[0] in {"and", "or"}:
        return all(is_boolean(part) for part in node[1:])
    return node[0] in {"cmp", "not"} or node in {TRUE, FALSE}
