"""Python's expressions, parameters, assignments and patterns as the small tree."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from reroll.strategies.tree import FALSE, NONE, NULL, TRUE, Node

COMMENTS = frozenset({"comment", "line_continuation"})
_MIRROR = {"<>": "!="}


def text_of(node: Any) -> str:
    """Return the source of a node."""
    return str(node.text.decode("utf-8", "replace"))


def parameters(node: Any | None, imports: dict[str, str]) -> Node:
    """Return the parameters of a function, without their hints."""
    found: list[Node] = []
    for part in node.named_children if node is not None else ():
        target, default = part, NONE
        if part.type in {"default_parameter", "typed_default_parameter"}:
            target = part.child_by_field_name("name")
            default = expression(part.child_by_field_name("value"), imports)
        elif part.type == "typed_parameter":
            target = part.named_children[0]
        if target.type in {"identifier", "list_splat_pattern", "dictionary_splat_pattern", "tuple_pattern"}:
            found.append(("param", expression(target, imports), default))
    return ("params", *found)


def assignment(node: Any, imports: dict[str, str]) -> Node | None:
    """Return an assignment; None for a declaration without a value."""
    left = expression(node.child_by_field_name("left"), imports)
    right = node.child_by_field_name("right")
    if right is None:
        return None
    if node.type == "augmented_assignment":
        operator = text_of(node.child_by_field_name("operator"))[:-1]
        return ("assign", left, ("bin", operator, left, expression(right, imports)))
    if right.type == "assignment":
        inner = assignment(right, imports)
        assert inner is not None
        if inner[0] == "block":
            return (*inner, ("assign", left, inner[-1][2]))
        if inner[2][0] in {"list", "dict", "set", "call", "method", "comp"}:
            return ("block", inner, ("assign", left, inner[1]))
        return ("block", inner, ("assign", left, inner[2]))
    return ("assign", left, expression(right, imports))


def pattern_of(node: Any, imports: dict[str, str]) -> Node:
    """Return a `case` pattern as the value that it stands for."""
    parts = node.named_children
    if not parts:
        return NONE
    inner = parts[0]
    if inner.type == "union_pattern":
        return ("union", *(expression(part, imports) for part in inner.named_children))
    if inner.type in {"list_pattern", "tuple_pattern"}:
        return ("list", *(pattern_of(part, imports) for part in inner.named_children))
    return expression(inner, imports)


def all_of(node: Any, imports: dict[str, str]) -> list[Node]:
    """Return the expressions among the named parts."""
    return [expression(part, imports) for part in node.named_children if part.type not in COMMENTS]


def expression(node: Any, imports: dict[str, str]) -> Node:
    """Return the expression's small tree."""
    handler = _EXPRESSIONS.get(node.type)
    if handler is not None:
        return handler(node, imports)
    return ("other", node.type, *all_of(node, imports))


def _integer(node: Any, _imports: dict[str, str]) -> Node:
    try:
        value = ast.literal_eval(text_of(node))
    except (SyntaxError, ValueError):
        return ("num", text_of(node))
    return ("num", repr(value))


def _string(node: Any, imports: dict[str, str]) -> Node:
    if any(part.type == "interpolation" for part in node.named_children):
        parts: list[Node] = []
        for part in node.named_children:
            if part.type == "interpolation":
                value = expression(part.child_by_field_name("expression"), imports)
                form = "".join(text_of(child) for child in part.named_children[1:])
                parts.append(("format", value, form) if form else value)
            elif part.type == "string_content" and part.text:
                parts.append(("str", text_of(part)))
        return ("fstr", *parts)
    try:
        value = ast.literal_eval(text_of(node))
    except (SyntaxError, ValueError):
        return ("str", text_of(node))
    return ("str", value) if isinstance(value, str) else ("bytes", repr(value))


def _concatenated(node: Any, imports: dict[str, str]) -> Node:
    parts = all_of(node, imports)
    if all(part[0] == "str" for part in parts):
        return ("str", "".join(part[1] for part in parts))
    return ("fstr", *(piece for part in parts for piece in (part[1:] if part[0] == "fstr" else (part,))))


def arguments(node: Any, imports: dict[str, str]) -> tuple[Node, ...]:
    """Return the arguments of a call."""
    if node.type == "generator_expression":
        return (expression(node, imports),)
    return tuple(all_of(node, imports))


def _call(node: Any, imports: dict[str, str]) -> Node:
    function = node.child_by_field_name("function")
    given = arguments(node.child_by_field_name("arguments"), imports)
    if function.type == "attribute":
        owner = expression(function.child_by_field_name("object"), imports)
        return ("method", owner, text_of(function.child_by_field_name("attribute")), *given)
    return ("call", expression(function, imports), *given)


def _comparison(node: Any, imports: dict[str, str]) -> Node:
    operands: list[Node] = []
    operators: list[str] = []
    for child in node.children:
        if child.is_named and child.type not in COMMENTS and child.type not in {"not in", "is not"}:
            operands.append(expression(child, imports))
        elif child.type not in COMMENTS:
            operators.append(_MIRROR.get(child.type, child.type))
    tests = [
        ("cmp", operator, operands[i], operands[i + 1])
        for i, operator in enumerate(operators)
        if i + 1 < len(operands)
    ]
    return tests[0] if len(tests) == 1 else ("and", *tests)


def _binary(node: Any, imports: dict[str, str]) -> Node:
    left = expression(node.child_by_field_name("left"), imports)
    right = expression(node.child_by_field_name("right"), imports)
    operator = text_of(node.child_by_field_name("operator"))
    if operator == "&":
        # The grammar lets `^` bind tighter than `&`; in Python it is the other way round.
        if left[:2] == ("bin", "^") and node.child_by_field_name("left").type == "binary_operator":
            return (*left[:3], ("bin", "&", left[3], right))
        if right[:2] == ("bin", "^") and node.child_by_field_name("right").type == "binary_operator":
            return ("bin", "^", ("bin", "&", left, right[2]), right[3])
    return ("bin", operator, left, right)


def _boolean(node: Any, imports: dict[str, str]) -> Node:
    left = expression(node.child_by_field_name("left"), imports)
    right = expression(node.child_by_field_name("right"), imports)
    operator = text_of(node.child_by_field_name("operator"))
    return (operator, left, right)


def _unary(node: Any, imports: dict[str, str]) -> Node:
    operand = expression(node.child_by_field_name("argument"), imports)
    operator = text_of(node.child_by_field_name("operator"))
    return operand if operator == "+" else ("neg" if operator == "-" else "inv", operand)


def _conditional(node: Any, imports: dict[str, str]) -> Node:
    then, test, other = all_of(node, imports)[:3]
    return ("ifexp", test, then, other)


def _comprehension(kind: str) -> Callable[[Any, dict[str, str]], Node]:
    def lowered(node: Any, imports: dict[str, str]) -> Node:
        element = expression(node.child_by_field_name("body"), imports)
        clauses: list[Node] = []
        for part in node.named_children[1:]:
            if part.type == "for_in_clause":
                target = expression(part.child_by_field_name("left"), imports)
                sources = [expression(e, imports) for e in part.children_by_field_name("right")]
                clauses.append(("cfor", target, sources[0] if len(sources) == 1 else ("tuple", *sources)))
            elif part.type == "if_clause":
                clauses.append(("cif", expression(part.named_children[0], imports)))
        return ("comp", kind, element, *clauses)

    return lowered


def _subscript(node: Any, imports: dict[str, str]) -> Node:
    keys = [expression(part, imports) for part in node.children_by_field_name("subscript")]
    owner = expression(node.child_by_field_name("value"), imports)
    return ("index", owner, keys[0] if len(keys) == 1 else ("tuple", *keys))


def _slice(node: Any, imports: dict[str, str]) -> Node:
    parts: list[Node] = [NONE]
    for child in node.children:
        if child.type == ":":
            parts.append(NONE)
        elif child.type not in COMMENTS:
            parts[-1] = expression(child, imports)
    return ("slice", *[*parts, NONE, NONE][:3])


def _sequence(kind: str) -> Callable[[Any, dict[str, str]], Node]:
    return lambda node, imports: (kind, *all_of(node, imports))


def _inner(kind: str) -> Callable[[Any, dict[str, str]], Node]:
    return lambda node, imports: (kind, *(all_of(node, imports)[:1] or [NULL]))


def _unwrapped(node: Any, imports: dict[str, str]) -> Node:
    parts = all_of(node, imports)
    return parts[0] if len(parts) == 1 else ("tuple", *parts)


_EXPRESSIONS: dict[str, Callable[[Any, dict[str, str]], Node]] = {
    "identifier": lambda node, _imports: ("name", text_of(node)),
    "dotted_name": _unwrapped,
    "integer": _integer,
    "float": _integer,
    "string": _string,
    "concatenated_string": _concatenated,
    "true": lambda _node, _imports: TRUE,
    "false": lambda _node, _imports: FALSE,
    "none": lambda _node, _imports: NULL,
    "ellipsis": lambda _node, _imports: ("const", "..."),
    "call": _call,
    "attribute": lambda node, imports: (
        "attr",
        expression(node.child_by_field_name("object"), imports),
        text_of(node.child_by_field_name("attribute")),
    ),
    "subscript": _subscript,
    "slice": _slice,
    "keyword_argument": lambda node, imports: (
        "kw",
        text_of(node.child_by_field_name("name")),
        expression(node.child_by_field_name("value"), imports),
    ),
    "list_splat": _inner("star"),
    "list_splat_pattern": _inner("star"),
    "splat_pattern": _inner("star"),
    "dictionary_splat": _inner("dstar"),
    "dictionary_splat_pattern": _inner("dstar"),
    "comparison_operator": _comparison,
    "binary_operator": _binary,
    "boolean_operator": _boolean,
    "not_operator": _inner("not"),
    "unary_operator": _unary,
    "conditional_expression": _conditional,
    "list": _sequence("list"),
    "list_pattern": _sequence("tuple"),
    "tuple": _sequence("tuple"),
    "tuple_pattern": _sequence("tuple"),
    "pattern_list": _sequence("tuple"),
    "expression_list": _sequence("tuple"),
    "set": _sequence("set"),
    "dictionary": _sequence("dict"),
    "pair": _sequence("pair"),
    "list_comprehension": _comprehension("list"),
    "set_comprehension": _comprehension("set"),
    "dictionary_comprehension": _comprehension("dict"),
    "generator_expression": _comprehension("gen"),
    "parenthesized_expression": _unwrapped,
    "case_pattern": pattern_of,
    "as_pattern": lambda node, imports: ("walrus", all_of(node, imports)[-1], all_of(node, imports)[0]),
    "as_pattern_target": _unwrapped,
    "named_expression": lambda node, imports: (
        "walrus",
        expression(node.child_by_field_name("name"), imports),
        expression(node.child_by_field_name("value"), imports),
    ),
    "lambda": lambda node, imports: (
        "lambda",
        parameters(node.child_by_field_name("parameters"), imports),
        expression(node.child_by_field_name("body"), imports),
    ),
    "await": _inner("await"),
    "yield": _inner("yield"),
    "assignment": lambda node, imports: assignment(node, imports) or NONE,
    "augmented_assignment": lambda node, imports: assignment(node, imports) or NONE,
}
