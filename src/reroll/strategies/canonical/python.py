"""Python: how its grammar's tree becomes the small tree.

What is dropped here never reaches a rule: comments, formatting, type hints, parentheses, docstrings, `pass`,
quotes and digits' spelling. `match` becomes a chain of tests and chained comparisons become conjunctions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reroll.strategies.canonical.python_expressions import (
    COMMENTS,
    all_of,
    arguments,
    assignment,
    expression,
    parameters,
    pattern_of,
    text_of,
)
from reroll.strategies.tree import EMPTY, NONE, NULL, Node

GRAMMAR = ("tree_sitter_python", "language")
_SKIPPED = frozenset({"comment", "pass_statement", "line_continuation", ";"})


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
            found.append((path + text_of(inner.child_by_field_name("name")), child))
        elif inner.type == "class_definition":
            name = path + text_of(inner.child_by_field_name("name"))
            found.append((name + ".", child))
            _collect(inner.child_by_field_name("body"), name + ".", found)
        elif _names_a_lambda(inner):
            found.append((path + text_of(inner.named_children[0].child_by_field_name("left")), child))
        elif inner.type not in _SKIPPED and not path:
            found.append(("", child))


def _names_a_lambda(node: Any) -> bool:
    """Whether a statement gives a name to a function."""
    if node.type != "expression_statement" or node.named_children[0].type != "assignment":
        return False
    left, right = (node.named_children[0].child_by_field_name(side) for side in ("left", "right"))
    return right is not None and right.type == "lambda" and left.type == "identifier"


def lower(node: Any, imports: dict[str, str]) -> Node | None:
    """Return the statement's small tree; None where nothing of it counts. Imports go into `imports`."""
    handler = _STATEMENTS.get(node.type)
    if handler is not None:
        return handler(node, imports)
    if node.type in _SKIPPED:
        return None
    return ("expr", expression(node, imports))


def header(node: Any, imports: dict[str, str]) -> Node:
    """Return a class without its methods, which are units of their own."""
    lowered = lower(node, imports)
    assert lowered is not None
    body = tuple(part for part in lowered[2] if part[0] != "def")
    return (*lowered[:2], body, *lowered[3:])


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
        made = assignment(child, imports)
        if made is not None and made[0] == "assign" and made[1][0] == "name" and made[2][0] == "lambda":
            return ("def", made[1][1], made[2][1], ("block", ("return", made[2][2])))
        return made
    if len(node.named_children) > 1 and node.children[1].type == ",":
        return ("expr", ("tuple", *(expression(part, imports) for part in node.named_children)))
    return ("expr", expression(child, imports))


def _optional(node: Any, imports: dict[str, str]) -> Node:
    parts = [part for part in node.named_children if part.type not in COMMENTS]
    return expression(parts[0], imports) if parts else NULL


def _if(node: Any, imports: dict[str, str]) -> Node:
    other: Node = EMPTY
    for clause in reversed(node.children_by_field_name("alternative")):
        if clause.type == "else_clause":
            other = _block(clause.child_by_field_name("body"), imports)
        else:
            other = ("block", _branch(clause, other, imports))
    return _branch(node, other, imports)


def _branch(node: Any, other: Node, imports: dict[str, str]) -> Node:
    test = expression(node.child_by_field_name("condition"), imports)
    return ("if", test, _block(node.child_by_field_name("consequence"), imports), other)


def _else(node: Any, imports: dict[str, str]) -> Node:
    clause = node.child_by_field_name("alternative")
    return EMPTY if clause is None else _block(clause.child_by_field_name("body"), imports)


def _for(node: Any, imports: dict[str, str]) -> Node:
    target = expression(node.child_by_field_name("left"), imports)
    iterable = expression(node.child_by_field_name("right"), imports)
    return ("for", target, iterable, _block(node.child_by_field_name("body"), imports), _else(node, imports))


def _while(node: Any, imports: dict[str, str]) -> Node:
    test = expression(node.child_by_field_name("condition"), imports)
    return ("while", test, _block(node.child_by_field_name("body"), imports), _else(node, imports))


def _try(node: Any, imports: dict[str, str]) -> Node:
    parts: list[Node] = []
    for clause in node.named_children:
        if clause.type in {"except_clause", "except_group_clause"}:
            value = clause.child_by_field_name("value")
            block = next((part for part in clause.named_children if part.type == "block"), None)
            caught = NONE if value is None else expression(value, imports)
            parts.append(("except", caught, _block(block, imports)))
        elif clause.type == "else_clause":
            parts.append(("else", _block(clause.child_by_field_name("body"), imports)))
        elif clause.type == "finally_clause":
            parts.append(("finally", _block(clause.named_children[-1], imports)))
    return ("try", _block(node.child_by_field_name("body"), imports), *parts)


def _with(node: Any, imports: dict[str, str]) -> Node:
    clause = next(part for part in node.named_children if part.type == "with_clause")
    items = [
        expression(part.child_by_field_name("value"), imports)
        for part in clause.named_children
        if part.type == "with_item"
    ]
    return ("with", _block(node.child_by_field_name("body"), imports), *items)


def _def(node: Any, imports: dict[str, str]) -> Node:
    params = parameters(node.child_by_field_name("parameters"), imports)
    body = _block(node.child_by_field_name("body"), imports)
    return ("def", text_of(node.child_by_field_name("name")), params, body)


def _class(node: Any, imports: dict[str, str]) -> Node:
    bases = node.child_by_field_name("superclasses")
    given = arguments(bases, imports) if bases is not None else ()
    body = _block(node.child_by_field_name("body"), imports)
    return ("class", text_of(node.child_by_field_name("name")), body, *given)


def _decorated(node: Any, imports: dict[str, str]) -> Node:
    decorators = [
        expression(part.named_children[0], imports)
        for part in node.named_children
        if part.type == "decorator"
    ]
    inner = lower(node.child_by_field_name("definition"), imports)
    assert inner is not None
    return (*inner, *decorators)


def _import(node: Any, imports: dict[str, str]) -> None:
    module = node.child_by_field_name("module_name")
    prefix = text_of(module) + "." if module is not None else ""
    for part in node.children_by_field_name("name"):
        if part.type == "aliased_import":
            imports[text_of(part.child_by_field_name("alias"))] = prefix + text_of(
                part.child_by_field_name("name")
            )
        else:
            name = text_of(part)
            imports[name if prefix else name.split(".")[0]] = prefix + name if prefix else name.split(".")[0]


def _match(node: Any, imports: dict[str, str]) -> Node:
    subjects = [expression(part, imports) for part in node.children_by_field_name("subject")]
    subject: Node = subjects[0] if len(subjects) == 1 else ("tuple", *subjects)
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
    patterns = [pattern_of(part, imports) for part in node.named_children if part.type == "case_pattern"]
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
        tests += _matches(subject, pattern)
    if guard is not None:
        tests.append(expression(guard.named_children[0], imports))
    if not tests:
        return (*bound, *body[1:])
    return (*bound, ("if", tests[0] if len(tests) == 1 else ("and", *tests), body, other))


def _matches(subject: Node, pattern: Node) -> list[Node]:
    """Return the tests that a pattern asks of its subject; one test for each item that both write out."""
    if subject[0] == "tuple" and pattern[0] in {"tuple", "list"} and len(subject) == len(pattern):
        pairs = zip(subject[1:], pattern[1:], strict=True)
        return [test for part, wanted in pairs if wanted != NONE for test in _matches(part, wanted)]
    return [("cmp", "==", subject, pattern)]


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
    "assert_statement": lambda node, imports: ("assert", *(all_of(node, imports)[:1])),
    "delete_statement": lambda node, imports: ("block", *(("del", e) for e in _deleted(node, imports))),
    "global_statement": lambda node, _imports: ("scope", *(text_of(part) for part in node.named_children)),
    "nonlocal_statement": lambda node, _imports: ("scope", *(text_of(part) for part in node.named_children)),
    "pass_statement": lambda _node, _imports: None,
    "comment": lambda _node, _imports: None,
    "type_alias_statement": lambda _node, _imports: None,
}


def _deleted(node: Any, imports: dict[str, str]) -> list[Node]:
    found = all_of(node, imports)
    return list(found[0][1:]) if len(found) == 1 and found[0][0] == "tuple" else found
