"""Rules for expressions: how libraries, constructors, slices and texts are spelt; all rules by kind of node.

Each rule takes a node whose children are already in normal form and returns the node it becomes, or None
where it has nothing to say. Numbers are the matter of `arithmetic.py`, tests that of `conditions.py`.
"""

# ruff: noqa: D401, PLR0911 -- a rule's docstring states its law; one return for each kind of node
from __future__ import annotations

import re
from collections.abc import Callable

from reroll.strategies.rules.arithmetic import bitwise_order, negative_number, product, sum_of_terms
from reroll.strategies.rules.conditions import (
    conditional,
    connective,
    flat_connective,
    is_boolean,
    mirrored_comparison,
    negate,
    prefers_negation,
    prefers_other,
    pushed_negation,
    truth,
)
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import NULL, ONE, ZERO, Node, order

__all__ = [
    "RULES",
    "Rule",
    "bitwise_order",
    "conditional",
    "connective",
    "constructor",
    "copying_slice",
    "default_of_get",
    "flat_connective",
    "formatted_text",
    "found_in_text",
    "is_boolean",
    "joined_text",
    "last_item",
    "library_call",
    "library_path",
    "mirrored_comparison",
    "negate",
    "negative_number",
    "open_slice",
    "operator_function",
    "plain_pattern",
    "prefers_negation",
    "prefers_other",
    "product",
    "pushed_negation",
    "split_and_joined",
    "sum_of_terms",
    "truth",
]

Rule = Callable[[Node, Context], Node | None]

_PLAIN = re.compile(r"[\w \-]+")
_EMPTIES: dict[str, Node] = {"list": ("list",), "tuple": ("tuple",), "dict": ("dict",), "str": ("str", "")}
_EXTREMES = frozenset({("name", "max"), ("name", "min")})


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
    if len(node) == 4 and function in _EXTREMES and order(node[3]) < order(node[2]):
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


_OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "xor": "^",
    "and_": "&", "or_": "|", "lshift": "<<", "rshift": ">>", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "eq": "==", "ne": "!=",
}  # fmt: skip
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


def operator_function(node: Node, context: Context) -> Node | None:
    """`operator.add(a, b)` is `a + b`."""
    if node[1][0] != "lib" or len(node) != 4 or not node[1][1].startswith("operator."):
        return None
    operator = _OPERATORS.get(node[1][1].removeprefix("operator."))
    if operator is None:
        return None
    made: Node = ("cmp" if operator in _COMPARISONS else "bin", operator, *node[2:])
    return mirrored_comparison(made, context) or made


def found_in_text(node: Node, _context: Context) -> Node | None:
    """`s.find(x) != -1` is `x in s`."""
    operator, left, right = node[1:]
    missing: Node = ("neg", ONE)
    for call, value in ((left, right), (right, left)):
        if call[0] != "method" or call[2] != "find" or len(call) != 4:
            continue
        if value == missing and operator in {"==", "!="}:
            return ("cmp", "in" if operator == "!=" else "not in", call[3], call[1])
        if value == ZERO and operator in {"<", "<="} and (call is left) == (operator == "<"):
            return ("cmp", "not in" if operator == "<" else "in", call[3], call[1])
    return None


def split_and_joined(node: Node, _context: Context) -> Node | None:
    """`b.join(s.split(a))` is `s.replace(a, b)`."""
    if node[2] != "join" or len(node) != 4 or node[3][0] != "method" or node[3][2] != "split":
        return None
    if len(node[3]) != 4 or node[3][3] == NULL:
        return None
    return ("method", node[3][1], "replace", node[3][3], node[1])


def plain_pattern(node: Node, _context: Context) -> Node | None:
    """A regular expression without a special character that is replaced everywhere is a text."""
    if node[1] != ("lib", "re.sub") or len(node) != 5:
        return None
    pattern, new, text = node[2:]
    if pattern[0] != "str" or new[0] != "str" or not _PLAIN.fullmatch(pattern[1]) or "\\" in new[1]:
        return None
    return ("method", text, "replace", pattern, new)


def last_item(node: Node, _context: Context) -> Node | None:
    """`xs[len(xs) - 1]` is `xs[-1]`."""
    owner, key = node[1:]
    if key[:2] == ("bin", "-") and key[2] == ("call", ("name", "len"), owner) and key[3][0] == "num":
        return ("index", owner, ("neg", key[3]))
    return None


def copying_slice(node: Node, _context: Context) -> Node | None:
    """`xs[:]` is `list(xs)`."""
    if node[2] == ("slice", ("none",), ("none",), ("none",)):
        return ("call", ("name", "list"), node[1])
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


def formatted_text(node: Node, context: Context) -> Node | None:
    """`"a {} b".format(x)` is `f"a {x} b"`, where braces hold nothing."""
    owner, given = node[1], node[3:]
    if node[2] != "format" or owner[0] != "str" or any(part[0] in {"kw", "star", "dstar"} for part in given):
        return None
    pieces = owner[1].split("{}")
    if len(pieces) != len(given) + 1 or any("{" in piece or "}" in piece for piece in pieces):
        return None
    parts: list[Node] = [("str", pieces[0])]
    for value, piece in zip(given, pieces[1:], strict=True):
        parts += [value, ("str", piece)]
    made: Node = ("fstr", *(part for part in parts if part != ("str", "")))
    return joined_text(made, context) or made


def default_of_get(node: Node, _context: Context) -> Node | None:
    """`d.get(k, None)` is `d.get(k)`."""
    return node[:4] if node[2] == "get" and len(node) == 5 and node[4] == NULL else None


RULES: dict[str, tuple[Rule, ...]] = {
    "cmp": (mirrored_comparison, found_in_text),
    "bin": (sum_of_terms, product, bitwise_order),
    "neg": (negative_number,),
    "not": (pushed_negation,),
    "and": (flat_connective,),
    "or": (flat_connective,),
    "ifexp": (conditional,),
    "attr": (library_path,),
    "index": (last_item, copying_slice),
    "method": (library_call, default_of_get, split_and_joined, formatted_text),
    "call": (constructor, operator_function, plain_pattern),
    "slice": (open_slice,),
    "fstr": (joined_text,),
}
