"""Small shapes that betray a mechanism: a midpoint, a shift by a variable, an indicator, a fixed entry."""

from __future__ import annotations

from reroll.strategies.tree import LITERALS, NULL, ONE, TRUE, Node, walk

WRAPPERS = frozenset(
    {"enumerate", "zip", "list", "tuple", "reversed", "sorted", "iter", "set", "map", "filter"}
)
"""Built-ins that hand on the items of what they are given."""


PRESENT = frozenset({TRUE, NULL, ONE})
"""What a dictionary that serves as a set says of its keys."""
_SHORT = 3
_PRODUCTS = frozenset({("bin", "*"), ("bin", "//"), ("bin", "/")})
_STEPS = frozenset({("num", "0"), ("num", "1"), ("neg", ("num", "1"))})


def is_constant(node: Node) -> bool:
    """Whether the expression is a fixed value, or a collection of some."""
    return (
        node[0] in LITERALS
        or node[0] == "neg"
        or (node[0] in {"tuple", "list", "set"} and all(is_constant(part) for part in node[1:]))
    )


def is_entry(node: Node) -> bool:
    """Whether the expression may be an entry of a table."""
    if node[0] in {"pair", "list", "tuple", "set"}:
        return all(is_entry(part) for part in node[1:])
    if node[0] == "method" and node[2] == "split":
        return is_text(node[1])
    if node[0] == "call" and node[1][0] == "name":
        # A record of fixed values.
        return len(node) > 2 and all(is_constant(part) for part in node[2:])
    return node[0] in {"num", "str", "const", "neg", "name", "lib", "attr", "lambda", "fstr"}


def is_step(node: Node) -> bool:
    """Whether an entry says where a neighbour is: a row of -1, 0 and 1."""
    if node[0] in {"tuple", "list"}:
        return len(node) > 1 and all(is_step(part) for part in node[1:])
    return node in _STEPS


def is_length(node: Node) -> bool:
    """Whether the expression is a length."""
    return node[:2] == ("call", ("name", "len"))


def each(target: Node, value: Node) -> list[tuple[Node, Node]]:
    """Return the single assignments of a parallel one."""
    if target[0] == value[0] == "tuple" and len(target) == len(value):
        return list(zip(target[1:], value[1:], strict=True))
    return [(target, value)]


def is_polynomial(node: Node) -> bool:
    """Whether the expression multiplies a variable with another that is a step away from it."""
    if node[:2] != ("bin", "*"):
        return False
    return any(part[:1] == ("bin",) and part[1] in {"+", "-"} and part[3][0] == "num" for part in node[2:])


def is_midpoint(node: Node) -> bool:
    """Whether the expression is the middle of an interval."""
    return any(
        part[0] == "bin"
        and part[1] in {"//", ">>"}
        and part[3] in {("num", "2"), ("num", "1")}
        and part[2][0] == "bin"
        and part[2][1] in {"+", "-"}
        and not any(piece[:2] in _PRODUCTS for piece in part[2][2:])
        and not is_polynomial(part[2])
        for part in walk(node)
    )


def is_middle(node: Node) -> bool:
    """Whether the expression halves something."""
    return any(
        part[:2] in {("bin", "//"), ("bin", ">>")} and part[3] in {("num", "2"), ("num", "1")}
        for part in walk(node)
    )


def is_shift(node: Node) -> bool:
    """Whether the expression shifts by a variable amount."""
    return node[0] == "bin" and node[1] in {"<<", ">>"} and node[3][0] not in LITERALS


def is_indicator(node: Node) -> bool:
    """Whether the expression is a truth value used as a number."""
    if node[0] == "call" and node[1] == ("name", "int") and len(node) == 3:
        node = node[2]
    if node[0] == "bin" and node[1] == "*":
        return any(is_indicator(part) for part in node[2:])
    return node[0] in {"cmp", "not"}


def neighbours(first: Node, second: Node) -> bool:
    """Whether two items stand beside each other."""
    for a, b in ((first[2], second[2]), (second[2], first[2])):
        if a[0] == "bin" and a[1] in {"+", "-"} and a[2] == b and a[3] == ("num", "1"):
            return True
    return False


def is_alphabet(node: Node) -> bool:
    """Whether a visit goes over fixed characters: a literal text, or a range of code points."""
    if node[0] == "str":
        return len(node[1]) > _SHORT
    return node[:2] == ("call", ("name", "range")) and any(
        part[:2] == ("call", ("name", "ord")) and part[2][0] == "str" for part in walk(node)
    )


def is_fixed_range(node: Node) -> bool:
    """Whether a visit counts between two literal numbers."""
    return node[:2] == ("call", ("name", "range")) and all(part[0] == "num" for part in node[2:])


def refuses(branch: Node) -> bool:
    """Whether a branch does nothing but raise an error."""
    return len(branch[2]) > 1 and bool(branch[2][-1][0] == "raise")


def is_lowest_bit(node: Node) -> bool:
    """Whether the expression takes or clears the lowest bit: `x & -x`, `x & (x - 1)`."""
    return any(
        b in {("neg", a), ("bin", "-", a, ("num", "1"))} for a, b in ((node[2], node[3]), (node[3], node[2]))
    )


def is_square_root(node: Node) -> bool:
    """Whether the expression is a square root, or compares a square with a limit."""
    if node[0] == "call":
        return node[1] in {("lib", "math.isqrt"), ("lib", "math.sqrt")}
    if node[:2] == ("bin", "**"):
        return bool(node[3] == ("num", "0.5"))
    return bool(node[:2] == ("cmp", "<=") and node[2][:2] == ("bin", "**") and node[2][3] == ("num", "2"))


def has_square_root(node: Node) -> bool:
    """Whether a square root is part of the expression."""
    return any(is_square_root(part) for part in walk(node))


def is_dict(node: Node) -> bool:
    """Whether the expression is a dictionary that is filled later."""
    return bool(node in {("dict",), ("call", ("lib", "collections.OrderedDict"))})


def is_text(node: Node) -> bool:
    """Whether the expression is a literal text."""
    return bool(node[0] == "str")


def is_text_of_number(node: Node) -> bool:
    """Whether the expression is the text of a number, or its items."""
    if node[0] == "fstr" and len(node) == 2:
        return True
    if node[0] == "method":
        written = node[2:] == ("toString",)
        return written or (node[2:] == ("split", ("str", "")) and is_text_of_number(node[1]))
    if node[0] == "comp" and len(node) == 4:
        return is_text_of_number(node[3][2])
    return node[:2] == ("call", ("name", "str")) or (
        node[0] == "call"
        and node[1][0] == "name"
        and node[1][1] in WRAPPERS
        and len(node) == 3
        and is_text_of_number(node[2])
    )


def strides(call: Node) -> bool:
    """Whether a call counts in steps of a variable width."""
    return call[:2] == ("call", ("name", "range")) and len(call) == 5 and call[4][0] not in {*LITERALS, "neg"}
