"""Python: how its grammar's tree becomes the small tree.

What is dropped here never reaches a rule: comments, formatting, type hints, parentheses, docstrings, `pass`,
quotes and digits' spelling. `match` becomes a chain of tests and chained comparisons become conjunctions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from reroll.strategies.tree import EMPTY, FALSE, NONE, NULL, TRUE, Node

GRAMMAR = ("tree_sitter_python", "language")
COMMENTS = frozenset({"comment", "line_continuation"})
_SKIPPED = frozenset({"comment", "pass_statement", "line_continuation", ";"})
_MIRROR = {"<>": "!="}


def units(root: Any) -> list[tuple[str, Any]]:
    """Return (qualified name, node) of each function, method and remaining statement of a file, in order."""
    found: list[tuple[str, Any]] = []
    _collect(root, "", found)
    return found


def _collect(node: Any, path: str, found: list[tuple[str, Any]]) -> None:
    for child in node.named_children:
        inner = child
        if child.type == "decorated_definition":
            inner = child.child_by_field_name("definition")
        if inner.type == "function_definition":
            found.append((path + _text(inner.child_by_field_name("name")), child))
        elif inner.type == "class_definition":
            name = path + _text(inner.child_by_field_name("name"))
            found.append((name + ".", child))
            _collect(inner.child_by_field_name("body"), name + ".", found)
        elif inner.type not in _SKIPPED and not path:
            found.append(("", child))


def lower(node: Any, imports: dict[str, str]) -> Node | None:
    """Return the statement's small tree; None where nothing of it counts. Imports go into `imports`."""
    handler = _STATEMENTS.get(node.type)
    if handler is not None:
        return handler(node, imports)
    if node.type in _SKIPPED:
        return None
    return ("expr", _expression(node, imports))


def header(node: Any, imports: dict[str, str]) -> Node:
    """Return a class without its methods, which are units of their own."""
    lowered = lower(node, imports)
    assert lowered is not None
    body = tuple(part for part in lowered[2] if part[0] != "def")
    return (*lowered[:2], body, *lowered[3:])


def _text(node: Any) -> str:
    return str(node.text.decode("utf-8", "replace"))


def _block(node: Any | None, imports: dict[str, str]) -> Node:
    if node is None:
        return EMPTY
    found: list[Any] = ["block"]
    for child in node.named_children:
        lowered = lower(child, imports)
        if lowered is None:
            continue
        if lowered[0] == "block":
            found.extend(lowered[1:])
        elif not (lowered[0] == "expr" and lowered[1][0] in {"str", "num", "const"}):
            found.append(lowered)
    return tuple(found)


def _simple(node: Any, imports: dict[str, str]) -> Node | None:
    child = node.named_children[0] if node.named_children else None
    if child is None:
        return None
    if child.type in {"assignment", "augmented_assignment"}:
        return _assignment(child, imports)
    if len(node.named_children) > 1 and node.children[1].type == ",":
        return ("expr", ("tuple", *(_expression(part, imports) for part in node.named_children)))
    return ("expr", _expression(child, imports))


def _assignment(node: Any, imports: dict[str, str]) -> Node | None:
    left = _expression(node.child_by_field_name("left"), imports)
    right = node.child_by_field_name("right")
    if right is None:
        return None
    if node.type == "augmented_assignment":
        operator = _text(node.child_by_field_name("operator"))[:-1]
        return ("assign", left, ("bin", operator, left, _expression(right, imports)))
    if right.type == "assignment":
        inner = _assignment(right, imports)
        assert inner is not None
        if inner[0] == "block":
            return (*inner, ("assign", left, inner[-1][2]))
        if inner[2][0] in {"list", "dict", "set", "call", "method", "comp"}:
            return ("block", inner, ("assign", left, inner[1]))
        return ("block", inner, ("assign", left, inner[2]))
    return ("assign", left, _expression(right, imports))


def _optional(node: Any, imports: dict[str, str]) -> Node:
    parts = [part for part in node.named_children if part.type not in COMMENTS]
    return _expression(parts[0], imports) if parts else NULL


def _if(node: Any, imports: dict[str, str]) -> Node:
    other: Node = EMPTY
    for clause in reversed(node.children_by_field_name("alternative")):
        if clause.type == "else_clause":
            other = _block(clause.child_by_field_name("body"), imports)
        else:
            other = ("block", _branch(clause, other, imports))
    return _branch(node, other, imports)


def _branch(node: Any, other: Node, imports: dict[str, str]) -> Node:
    test = _expression(node.child_by_field_name("condition"), imports)
    return ("if", test, _block(node.child_by_field_name("consequence"), imports), other)


def _else(node: Any, imports: dict[str, str]) -> Node:
    clause = node.child_by_field_name("alternative")
    return EMPTY if clause is None else _block(clause.child_by_field_name("body"), imports)


def _for(node: Any, imports: dict[str, str]) -> Node:
    target = _expression(node.child_by_field_name("left"), imports)
    iterable = _expression(node.child_by_field_name("right"), imports)
    return ("for", target, iterable, _block(node.child_by_field_name("body"), imports), _else(node, imports))


def _while(node: Any, imports: dict[str, str]) -> Node:
    test = _expression(node.child_by_field_name("condition"), imports)
    return ("while", test, _block(node.child_by_field_name("body"), imports), _else(node, imports))


def _try(node: Any, imports: dict[str, str]) -> Node:
    parts: list[Node] = []
    for clause in node.named_children:
        if clause.type in {"except_clause", "except_group_clause"}:
            value = clause.child_by_field_name("value")
            block = next((part for part in clause.named_children if part.type == "block"), None)
            caught = NONE if value is None else _expression(value, imports)
            parts.append(("except", caught, _block(block, imports)))
        elif clause.type == "else_clause":
            parts.append(("else", _block(clause.child_by_field_name("body"), imports)))
        elif clause.type == "finally_clause":
            parts.append(("finally", _block(clause.named_children[-1], imports)))
    return ("try", _block(node.child_by_field_name("body"), imports), *parts)


def _with(node: Any, imports: dict[str, str]) -> Node:
    clause = next(part for part in node.named_children if part.type == "with_clause")
    items = [
        _expression(part.child_by_field_name("value"), imports)
        for part in clause.named_children
        if part.type == "with_item"
    ]
    return ("with", _block(node.child_by_field_name("body"), imports), *items)


def _def(node: Any, imports: dict[str, str]) -> Node:
    params = _params(node.child_by_field_name("parameters"), imports)
    body = _block(node.child_by_field_name("body"), imports)
    return ("def", _text(node.child_by_field_name("name")), params, body)


def _params(node: Any | None, imports: dict[str, str]) -> Node:
    found: list[Node] = []
    for part in node.named_children if node is not None else ():
        target, default = part, NONE
        if part.type in {"default_parameter", "typed_default_parameter"}:
            target = part.child_by_field_name("name")
            default = _expression(part.child_by_field_name("value"), imports)
        elif part.type == "typed_parameter":
            target = part.named_children[0]
        if target.type in {"identifier", "list_splat_pattern", "dictionary_splat_pattern", "tuple_pattern"}:
            found.append(("param", _expression(target, imports), default))
    return ("params", *found)


def _class(node: Any, imports: dict[str, str]) -> Node:
    bases = node.child_by_field_name("superclasses")
    arguments = _arguments(bases, imports) if bases is not None else ()
    body = _block(node.child_by_field_name("body"), imports)
    return ("class", _text(node.child_by_field_name("name")), body, *arguments)


def _decorated(node: Any, imports: dict[str, str]) -> Node:
    decorators = [
        _expression(part.named_children[0], imports)
        for part in node.named_children
        if part.type == "decorator"
    ]
    inner = lower(node.child_by_field_name("definition"), imports)
    assert inner is not None
    return (*inner, *decorators)


def _import(node: Any, imports: dict[str, str]) -> None:
    module = node.child_by_field_name("module_name")
    prefix = _text(module) + "." if module is not None else ""
    for part in node.children_by_field_name("name"):
        if part.type == "aliased_import":
            imports[_text(part.child_by_field_name("alias"))] = prefix + _text(
                part.child_by_field_name("name")
            )
        else:
            name = _text(part)
            imports[name if prefix else name.split(".")[0]] = prefix + name if prefix else name.split(".")[0]


def _match(node: Any, imports: dict[str, str]) -> Node:
    subjects = [_expression(part, imports) for part in node.children_by_field_name("subject")]
    subject = subjects[0] if len(subjects) == 1 else ("tuple", *subjects)
    before: list[Node] = []
    if subject[0] == "walrus":
        before.append(("assign", subject[1], subject[2]))
        subject = subject[1]
    other: Node = EMPTY
    clauses = [part for part in node.child_by_field_name("body").named_children if part.type == "case_clause"]
    for clause in reversed(clauses):
        other = ("block", *_case(clause, subject, other, imports))
    return ("block", *before, *other[1:])


def _case(node: Any, subject: Node, other: Node, imports: dict[str, str]) -> tuple[Node, ...]:
    patterns = [_pattern(part, imports) for part in node.named_children if part.type == "case_pattern"]
    pattern = patterns[0] if len(patterns) == 1 else ("tuple", *patterns)
    body = _block(node.child_by_field_name("consequence"), imports)
    guard = node.child_by_field_name("guard")
    tests: list[Node] = []
    bound: tuple[Node, ...] = ()
    if pattern[0] == "name":
        bound = (("assign", pattern, subject),) if pattern != subject else ()
    elif pattern[0] == "union":
        tests.append(("cmp", "in", subject, ("tuple", *pattern[1:])))
    elif pattern != NONE:
        tests.append(("cmp", "==", subject, pattern))
    if guard is not None:
        tests.append(_expression(guard.named_children[0], imports))
    if not tests:
        return (*bound, *body[1:])
    return (*bound, ("if", tests[0] if len(tests) == 1 else ("and", *tests), body, other))


def _pattern(node: Any, imports: dict[str, str]) -> Node:
    parts = node.named_children
    if not parts:
        return NONE
    inner = parts[0]
    if inner.type == "union_pattern":
        return ("union", *(_expression(part, imports) for part in inner.named_children))
    if inner.type in {"list_pattern", "tuple_pattern"}:
        return ("list", *(_pattern(part, imports) for part in inner.named_children))
    return _expression(inner, imports)


_STATEMENTS: dict[str, Callable[[Any, dict[str, str]], Node | None]] = {
    "expression_statement": _simple,
    "return_statement": lambda node, imports: ("return", _optional(node, imports)),
    "if_statement": _if,
    "for_statement": _for,
    "while_statement": _while,
    "try_statement": _try,
    "with_statement": _with,
    "function_definition": _def,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "import_statement": _import,
    "import_from_statement": _import,
    "future_import_statement": lambda _node, _imports: None,
    "match_statement": _match,
    "break_statement": lambda _node, _imports: ("break",),
    "continue_statement": lambda _node, _imports: ("continue",),
    "raise_statement": lambda node, imports: ("raise", _optional(node, imports)),
    "assert_statement": lambda node, imports: ("assert", *(_all(node, imports)[:1])),
    "delete_statement": lambda node, imports: ("block", *(("del", e) for e in _deleted(node, imports))),
    "global_statement": lambda node, _imports: ("scope", *(_text(part) for part in node.named_children)),
    "nonlocal_statement": lambda node, _imports: ("scope", *(_text(part) for part in node.named_children)),
    "pass_statement": lambda _node, _imports: None,
    "comment": lambda _node, _imports: None,
    "type_alias_statement": lambda _node, _imports: None,
}


def _all(node: Any, imports: dict[str, str]) -> list[Node]:
    return [_expression(part, imports) for part in node.named_children if part.type not in COMMENTS]


def _deleted(node: Any, imports: dict[str, str]) -> list[Node]:
    found = _all(node, imports)
    return list(found[0][1:]) if len(found) == 1 and found[0][0] == "tuple" else found


def _expression(node: Any, imports: dict[str, str]) -> Node:
    handler = _EXPRESSIONS.get(node.type)
    if handler is not None:
        return handler(node, imports)
    return ("other", node.type, *_all(node, imports))


def _integer(node: Any, _imports: dict[str, str]) -> Node:
    try:
        value = ast.literal_eval(_text(node))
    except (SyntaxError, ValueError):
        return ("num", _text(node))
    return ("num", repr(value))


def _string(node: Any, imports: dict[str, str]) -> Node:
    if any(part.type == "interpolation" for part in node.named_children):
        parts: list[Node] = []
        for part in node.named_children:
            if part.type == "interpolation":
                value = _expression(part.child_by_field_name("expression"), imports)
                form = "".join(_text(child) for child in part.named_children[1:])
                parts.append(("format", value, form) if form else value)
            elif part.type == "string_content" and part.text:
                parts.append(("str", _text(part)))
        return ("fstr", *parts)
    try:
        value = ast.literal_eval(_text(node))
    except (SyntaxError, ValueError):
        return ("str", _text(node))
    return ("str", value) if isinstance(value, str) else ("bytes", repr(value))


def _concatenated(node: Any, imports: dict[str, str]) -> Node:
    parts = _all(node, imports)
    if all(part[0] == "str" for part in parts):
        return ("str", "".join(part[1] for part in parts))
    return ("fstr", *(piece for part in parts for piece in (part[1:] if part[0] == "fstr" else (part,))))


def _arguments(node: Any, imports: dict[str, str]) -> tuple[Node, ...]:
    if node.type == "generator_expression":
        return (_expression(node, imports),)
    return tuple(_all(node, imports))


def _call(node: Any, imports: dict[str, str]) -> Node:
    function = node.child_by_field_name("function")
    arguments = _arguments(node.child_by_field_name("arguments"), imports)
    if function.type == "attribute":
        owner = _expression(function.child_by_field_name("object"), imports)
        return ("method", owner, _text(function.child_by_field_name("attribute")), *arguments)
    return ("call", _expression(function, imports), *arguments)


def _comparison(node: Any, imports: dict[str, str]) -> Node:
    operands: list[Node] = []
    operators: list[str] = []
    for child in node.children:
        if child.is_named and child.type not in COMMENTS and child.type not in {"not in", "is not"}:
            operands.append(_expression(child, imports))
        elif child.type not in COMMENTS:
            operators.append(_MIRROR.get(child.type, child.type))
    tests = [
        ("cmp", operator, operands[i], operands[i + 1])
        for i, operator in enumerate(operators)
        if i + 1 < len(operands)
    ]
    return tests[0] if len(tests) == 1 else ("and", *tests)


def _binary(node: Any, imports: dict[str, str]) -> Node:
    left = _expression(node.child_by_field_name("left"), imports)
    right = _expression(node.child_by_field_name("right"), imports)
    operator = _text(node.child_by_field_name("operator"))
    if operator == "&":
        # The grammar lets `^` bind tighter than `&`; in Python it is the other way round.
        if left[:2] == ("bin", "^") and node.child_by_field_name("left").type == "binary_operator":
            return (*left[:3], ("bin", "&", left[3], right))
        if right[:2] == ("bin", "^") and node.child_by_field_name("right").type == "binary_operator":
            return ("bin", "^", ("bin", "&", left, right[2]), right[3])
    return ("bin", operator, left, right)


def _boolean(node: Any, imports: dict[str, str]) -> Node:
    left = _expression(node.child_by_field_name("left"), imports)
    right = _expression(node.child_by_field_name("right"), imports)
    operator = _text(node.child_by_field_name("operator"))
    return (operator, left, right)


def _unary(node: Any, imports: dict[str, str]) -> Node:
    operand = _expression(node.child_by_field_name("argument"), imports)
    operator = _text(node.child_by_field_name("operator"))
    return operand if operator == "+" else ("neg" if operator == "-" else "inv", operand)


def _conditional(node: Any, imports: dict[str, str]) -> Node:
    then, test, other = _all(node, imports)[:3]
    return ("ifexp", test, then, other)


def _comprehension(kind: str) -> Callable[[Any, dict[str, str]], Node]:
    def lowered(node: Any, imports: dict[str, str]) -> Node:
        element = _expression(node.child_by_field_name("body"), imports)
        clauses: list[Node] = []
        for part in node.named_children[1:]:
            if part.type == "for_in_clause":
                target = _expression(part.child_by_field_name("left"), imports)
                sources = [_expression(e, imports) for e in part.children_by_field_name("right")]
                clauses.append(("cfor", target, sources[0] if len(sources) == 1 else ("tuple", *sources)))
            elif part.type == "if_clause":
                clauses.append(("cif", _expression(part.named_children[0], imports)))
        return ("comp", kind, element, *clauses)

    return lowered


def _subscript(node: Any, imports: dict[str, str]) -> Node:
    keys = [_expression(part, imports) for part in node.children_by_field_name("subscript")]
    owner = _expression(node.child_by_field_name("value"), imports)
    return ("index", owner, keys[0] if len(keys) == 1 else ("tuple", *keys))


def _slice(node: Any, imports: dict[str, str]) -> Node:
    parts: list[Node] = [NONE]
    for child in node.children:
        if child.type == ":":
            parts.append(NONE)
        elif child.type not in COMMENTS:
            parts[-1] = _expression(child, imports)
    return ("slice", *(parts + [NONE, NONE])[:3])


def _sequence(kind: str) -> Callable[[Any, dict[str, str]], Node]:
    return lambda node, imports: (kind, *_all(node, imports))


def _inner(kind: str) -> Callable[[Any, dict[str, str]], Node]:
    return lambda node, imports: (kind, *(_all(node, imports)[:1] or [NULL]))


def _unwrapped(node: Any, imports: dict[str, str]) -> Node:
    parts = _all(node, imports)
    return parts[0] if len(parts) == 1 else ("tuple", *parts)


_EXPRESSIONS: dict[str, Callable[[Any, dict[str, str]], Node]] = {
    "identifier": lambda node, _imports: ("name", _text(node)),
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
        _expression(node.child_by_field_name("object"), imports),
        _text(node.child_by_field_name("attribute")),
    ),
    "subscript": _subscript,
    "slice": _slice,
    "keyword_argument": lambda node, imports: (
        "kw",
        _text(node.child_by_field_name("name")),
        _expression(node.child_by_field_name("value"), imports),
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
    "case_pattern": _pattern,
    "as_pattern": lambda node, imports: ("walrus", _all(node, imports)[-1], _all(node, imports)[0]),
    "as_pattern_target": _unwrapped,
    "named_expression": lambda node, imports: (
        "walrus",
        _expression(node.child_by_field_name("name"), imports),
        _expression(node.child_by_field_name("value"), imports),
    ),
    "lambda": lambda node, imports: (
        "lambda",
        _params(node.child_by_field_name("parameters"), imports),
        _expression(node.child_by_field_name("body"), imports),
    ),
    "await": _inner("await"),
    "yield": _inner("yield"),
    "assignment": lambda node, imports: _assignment(node, imports) or NONE,
    "augmented_assignment": lambda node, imports: _assignment(node, imports) or NONE,
}
