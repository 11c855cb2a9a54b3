"""Rules for expressions: spelling, order of operands, direction of comparisons, and what `not` stands before.

Each rule takes a node whose children are already in normal form and returns the node it becomes, or None
where it has nothing to say.
"""

# ruff: noqa: D401, PLR0911 -- a rule's docstring states its law; one return for each kind of node
from __future__ import annotations

import ast
from collections.abc import Callable

from reroll.strategies.rules.context import Context
from reroll.strategies.tree import FALSE, LITERALS, NULL, ONE, TRUE, ZERO, Node, pure, shape, size

Rule = Callable[[Node, Context], Node | None]

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
_TEXTS = frozenset({"str", "fstr", "list", "tuple", "comp", "bytes"})
_EMPTIES: dict[str, Node] = {"list": ("list",), "tuple": ("tuple",), "dict": ("dict",), "str": ("str", "")}
_EXTREMES = frozenset({("name", "max"), ("name", "min")})
_DIGITS = 30


def _order(node: Node) -> tuple[bool, str, str]:
    return (node[0] in LITERALS, shape(node), repr(node))


def mirrored_comparison(node: Node, _context: Context) -> Node | None:
    """`a > b` is `b < a`, and the sides of `==`, `!=`, `is` have one order."""
    operator = node[1]
    if operator in _MIRRORED:
        return ("cmp", _MIRRORED[operator], node[3], node[2])
    if operator in {"==", "!=", "is", "is not"} and _order(node[3]) < _order(node[2]):
        return ("cmp", operator, node[3], node[2])
    return None


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
    plus.sort(key=_order)
    minus.sort(key=_order)
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
    factors.sort(key=_order)
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
    if node[1] in {"&", "|", "^"} and _order(node[3]) < _order(node[2]):
        return ("bin", node[1], node[3], node[2])
    return None


def negative_number(node: Node, _context: Context) -> Node | None:
    """Two minus signs are none."""
    return node[1][1] if node[1][0] == "neg" else None


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
        flat.sort(key=_order)
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


def library_path(node: Node, _context: Context) -> Node | None:
    """An attribute of a library is a path of that library."""
    return ("lib", f"{node[1][1]}.{node[2]}") if node[1][0] == "lib" else None


def library_call(node: Node, _context: Context) -> Node | None:
    """A method of a library is a function of that library; a compiled pattern's method is the function."""
    owner = node[1]
    if owner[0] == "lib":
        return ("call", ("lib", f"{owner[1]}.{node[2]}"), *node[3:])
    if owner[0] == "call" and owner[1] == ("lib", "re.compile"):
        return ("call", ("lib", f"re.{node[2]}"), owner[2], *node[3:])
    return None


def constructor(node: Node, _context: Context) -> Node | None:
    """`list()` is `[]`, `set([a])` is `{a}`, `range(0, n)` is `range(n)`, and copies of copies are one."""
    function = node[1]
    if len(node) == 4 and function == ("name", "max"):
        for a, b in (node[2:], node[:1:-1]):
            if b == ("neg", a):
                return ("call", ("name", "abs"), a)
    if len(node) == 4 and function in _EXTREMES and _order(node[3]) < _order(node[2]):
        return ("call", function, node[3], node[2])
    if (
        function[0] == "lib"
        and len(node) > 2
        and node[2][0] == "call"
        and node[2][1] == ("lib", "re.compile")
    ):
        return ("call", function, node[2][2], *node[3:])
    if function[0] != "name":
        return None
    name = function[1]
    if len(node) == 2:
        return _EMPTIES.get(name)
    if name == "range" and len(node) == 4 and node[2] == ZERO:
        return ("call", function, node[3])
    if name == "range" and len(node) == 5 and node[4] == ONE:
        return ("call", function, node[2], node[3])
    if (
        len(node) == 3
        and name in {"set", "frozenset"}
        and node[2][0] in {"list", "tuple"}
        and len(node[2]) > 1
    ):
        return ("set", *node[2][1:])
    return None


def open_slice(node: Node, _context: Context) -> Node | None:
    """A slice from zero starts at the start."""
    if node[1] == ZERO or node[3] == ONE:
        return (
            "slice",
            ("none",) if node[1] == ZERO else node[1],
            node[2],
            ("none",) if node[3] == ONE else node[3],
        )
    return None


def joined_text(node: Node, _context: Context) -> Node | None:
    """Pieces of an f-string that stand beside each other are one; `str(x)` in braces is `x`."""
    parts: list[Node] = []
    for part in node[1:]:
        piece = part
        if piece[0] == "call" and piece[1] == ("name", "str") and len(piece) == 3:
            piece = piece[2]
        if piece[0] == "str" and parts and parts[-1][0] == "str":
            parts[-1] = ("str", parts[-1][1] + piece[1])
        else:
            parts.append(piece)
    result = ("fstr", *parts) if len(parts) != 1 or parts[0][0] != "str" else parts[0]
    return None if result == node else result


def default_of_get(node: Node, _context: Context) -> Node | None:
    """`d.get(k, None)` is `d.get(k)`."""
    return node[:4] if node[2] == "get" and len(node) == 5 and node[4] == NULL else None


RULES: dict[str, tuple[Rule, ...]] = {
    "cmp": (mirrored_comparison,),
    "bin": (sum_of_terms, product, bitwise_order),
    "neg": (negative_number,),
    "not": (pushed_negation,),
    "and": (flat_connective,),
    "or": (flat_connective,),
    "ifexp": (conditional,),
    "attr": (library_path,),
    "method": (library_call, default_of_get),
    "call": (constructor,),
    "slice": (open_slice,),
    "fstr": (joined_text,),
}
