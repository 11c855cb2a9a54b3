"""Rules for arithmetic: sums, products, bits and signs, whose operands have one order.

Tests and their opposites are in `conditions.py`; what a node may become elsewhere is in `expressions.py`.
"""

# ruff: noqa: D401 -- a rule's docstring states its law
from __future__ import annotations

import ast

from reroll.strategies.rules.context import Context
from reroll.strategies.tree import LITERALS, Node, order, pure

_TEXTS = frozenset({"str", "fstr", "list", "tuple", "comp", "bytes"})
_DIGITS = 30


def sum_of_terms(node: Node, context: Context) -> Node | None:
    """Additions and subtractions of numbers are a sorted sum of terms with one constant."""
    if node[1] not in {"+", "-"} or not (context.numeric(node) or context.numeric(node[2])):
        return None
    plus: list[Node] = []
    minus: list[Node] = []
    _terms(node, plus, minus)
    if any(part[0] in _TEXTS for part in plus + minus):
        return None
    constant, plus, minus = _constant(plus, minus)
    plus.sort(key=order)
    minus.sort(key=order)
    if not plus and not minus:
        return _number(constant)
    if not plus and not constant and len(minus) == 1:
        return ("neg", minus[0])
    if not plus:
        plus.append(_number(constant))
        constant = 0
    result = plus[0]
    for term in plus[1:]:
        result = ("bin", "+", result, term)
    for term in minus:
        result = ("bin", "-", result, term)
    if constant:
        sign = "+" if constant > 0 else "-"
        result = ("bin", sign, result, _number(abs(constant)))
    return None if result == node else result


def _terms(node: Node, plus: list[Node], minus: list[Node]) -> None:
    if node[0] == "bin" and node[1] == "+":
        _terms(node[2], plus, minus)
        _terms(node[3], plus, minus)
    elif node[0] == "bin" and node[1] == "-":
        _terms(node[2], plus, minus)
        _terms(node[3], minus, plus)
    elif node[0] == "neg":
        _terms(node[1], minus, plus)
    else:
        plus.append(node)


def _constant(plus: list[Node], minus: list[Node]) -> tuple[float, list[Node], list[Node]]:
    total: float = 0
    for sign, terms in ((1, plus), (-1, minus)):
        for term in terms:
            value = _value(term)
            total += 0 if value is None else sign * value
    return total, [t for t in plus if _value(t) is None], [t for t in minus if _value(t) is None]


def _value(node: Node) -> float | None:
    if node[0] != "num" or len(node[1]) > _DIGITS:
        return None
    try:
        value = ast.literal_eval(node[1])
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, int | float) else None


def _number(value: float) -> Node:
    return ("neg", ("num", repr(-value))) if value < 0 else ("num", repr(value))


def product(node: Node, _context: Context) -> Node | None:
    """The factors of a product have one order, and `x * x` is a square."""
    if node[1] != "*":
        return None
    factors: list[Node] = []
    _factors(node, factors)
    if len(factors) == 2 and factors[0] == factors[1] and pure(factors[0]) and factors[0][0] not in LITERALS:
        return ("bin", "**", factors[0], ("num", "2"))
    if any(part[0] in _TEXTS for part in factors):
        return None
    factors.sort(key=order)
    result = factors[0]
    for factor in factors[1:]:
        result = ("bin", "*", result, factor)
    return None if result == node else result


def _factors(node: Node, found: list[Node]) -> None:
    if node[0] == "bin" and node[1] == "*":
        _factors(node[2], found)
        _factors(node[3], found)
    else:
        found.append(node)


def bitwise_order(node: Node, _context: Context) -> Node | None:
    """The sides of `&`, `|` and `^` have one order."""
    if node[1] in {"&", "|", "^"} and order(node[3]) < order(node[2]):
        return ("bin", node[1], node[3], node[2])
    return None


def negative_number(node: Node, _context: Context) -> Node | None:
    """Two minus signs are none."""
    return node[1][1] if node[1][0] == "neg" else None
