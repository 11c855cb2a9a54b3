"""JavaScript: how its grammar's tree becomes the small tree, in the words that the rules know from Python.

`.length` is a length, a counting `for` is a `while` that counts, `===` is `==`, and an arrow function is a
function. What its library's functions and methods are called in Python is in `javascript_library.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reroll.strategies.canonical.declarations import find_units
from reroll.strategies.canonical.javascript_library import called, constructed, visit_of_each
from reroll.strategies.canonical.neutral import Handler, Lowering, class_header, lowered
from reroll.strategies.rules.branches import value_of, without_leaving
from reroll.strategies.tree import EMPTY, NONE, NULL, ONE, TRUE, Node

GRAMMAR = ("tree_sitter_javascript", "language")
_FUNCTION_VALUES = frozenset({"arrow_function", "function_expression", "generator_function"})


class JavaScript(Lowering):
    """What JavaScript says in its own way."""

    def arrow(self, node: Any) -> Node:
        """Return a function without a name, whose body may be one expression."""
        _, _, params, body = self.function(node)
        inner = node.child_by_field_name("body")
        if inner.type != "statement_block":
            return ("lambda", params, self.one(inner))
        value = value_of(body)
        return ("lambda", params, ("other", "body", body) if value is None else value)

    def named(self, node: Any) -> Node | None:
        """Return `const f = …`, where a function is a definition."""
        found: list[Node] = []
        for part in node.named_children:
            value, name = part.child_by_field_name("value"), part.child_by_field_name("name")
            if value is None:
                continue
            if value.type in _FUNCTION_VALUES:
                found.append(self.definition(name, value))
            else:
                found.append(("assign", self.one(name), self.one(value)))
        return found[0] if len(found) == 1 else ("block", *found)

    def definition(self, name: Any, value: Any) -> Node:
        """Return a named function value as a definition."""
        _, _, params, body = self.function(value)
        inner = value.child_by_field_name("body")
        if inner.type != "statement_block":
            body = ("block", ("return", self.one(inner)))
        return ("def", self.text(name), params, body)

    def visiting(self, node: Any) -> Node:
        """Return `for … of`, and `for … in` as a visit of keys."""
        field = node.child_by_field_name
        over, operator = self.one(field("right")), field("operator")
        if operator is not None and operator.text == b"in":
            over = ("method", over, "keys")
        elif over[:1] == ("method",) and over[2] == "entries" and len(over) == 3:
            over = ("call", ("name", "enumerate"), over[1])
        return ("for", self.one(field("left")), over, self.as_block(field("body")), EMPTY)

    def repeated(self, node: Any) -> Node:
        """Return `do … while` as a loop that leaves at its end."""
        test = self.one(node.child_by_field_name("condition"))
        body = self.as_block(node.child_by_field_name("body"))
        leave: Node = ("if", ("not", test), ("block", ("break",)), EMPTY)
        return ("while", TRUE, ("block", *body[1:], leave), EMPTY)

    def switch(self, node: Any) -> Node:
        """Return a `switch` as a chain of tests."""
        subject = self.one(node.child_by_field_name("value"))
        other: Node = EMPTY
        waiting: list[Node] = []
        arms: list[tuple[list[Node], Node]] = []
        for case in node.child_by_field_name("body").named_children:
            if "comment" in case.type:
                continue
            value = case.child_by_field_name("value")
            body = (
                "block",
                *(p for part in case.children_by_field_name("body") for p in self.as_block(part)[1:]),
            )
            if value is None:
                other = without_leaving(body, ("break",))
                continue
            waiting.append(self.one(value))
            if len(body) > 1:
                arms.append((waiting, without_leaving(body, ("break",))))
                waiting = []
        for values, body in reversed(arms):
            several: Node = ("cmp", "in", subject, ("tuple", *values))
            test = ("cmp", "==", subject, values[0]) if len(values) == 1 else several
            other = ("block", ("if", test, body, other))
        return other

    def member(self, node: Any) -> Node:
        """Return an attribute; `.length` and `.size` are lengths."""
        owner, name = (
            self.one(node.child_by_field_name("object")),
            self.text(node.child_by_field_name("property")),
        )
        if name in {"length", "size"}:
            return ("call", ("name", "len"), owner)
        return ("attr", owner, name)

    def call(self, function: Node, arguments: Any) -> Node:
        """Return a call, in the words of the rules where JavaScript has others."""
        return called(function, tuple(arguments))

    def made(self, node: Any) -> Node:
        """Return `new C(…)`; a new set, map or array is the built-in one."""
        arguments = node.child_by_field_name("arguments")
        given = tuple(self.parts(arguments)) if arguments else ()
        return constructed(self.one(node.child_by_field_name("constructor")), given)

    def statement(self, node: Any) -> Node | None:
        """Return an expression that stands alone; `forEach` with a function is a visit."""
        lowered = self.parts(node)
        if len(lowered) != 1:
            return ("block", *lowered) if lowered else None
        return visit_of_each(lowered[0]) or lowered[0]

    def pattern(self, node: Any) -> Node:
        """Return a regular expression as a compiled pattern; its flags stand behind it."""
        flags = node.child_by_field_name("flags")
        text = ("str", self.text(node.child_by_field_name("pattern")))
        return ("call", ("lib", "re.compile"), text, *((("str", self.text(flags)),) if flags else ()))

    def unary(self, node: Any) -> Node:
        """Return an operation on one operand; a plus sign makes a number."""
        if node.child_by_field_name("operator").text == b"+":
            return ("call", ("name", "int"), self.one(node.child_by_field_name("argument")))
        return super().unary(node)

    def template(self, node: Any) -> Node:
        """Return a template text."""
        parts: list[Node] = []
        for part in node.named_children:
            if part.type == "template_substitution":
                parts.extend(self.parts(part)[:1])
            else:
                parts.append(("str", self.text(part)))
        return (
            ("fstr", *parts)
            if any(part[0] != "str" for part in parts)
            else ("str", "".join(p[1] for p in parts))
        )

    def caught(self, node: Any) -> Node:
        """Return `try`."""
        handler, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
        parts: list[Node] = []
        if handler is not None:
            parts.append(("except", NONE, self.as_block(handler.child_by_field_name("body"))))
        if final is not None:
            parts.append(("finally", self.as_block(final.child_by_field_name("body"))))
        return ("try", self.as_block(node.child_by_field_name("body")), *parts)

    def entry(self, node: Any) -> Node:
        """Return an entry of an object; its key is a text."""
        key = node.child_by_field_name("key")
        named = key.type == "property_identifier"
        return (
            "pair",
            ("str", self.text(key)) if named else self.one(key),
            self.one(node.child_by_field_name("value")),
        )

    def leaf(self, node: Any) -> Node:
        """Return a name or a literal; a variable named as Python names a built-in is not the built-in."""
        lowered = super().leaf(node)
        called = node.parent is not None and node.parent.child_by_field_name("function") == node
        if lowered[0] == "name" and lowered[1] in _BUILT_IN and node.type == "identifier" and not called:
            return ("name", f"{lowered[1]}_")
        return lowered

    def string(self, node: Any) -> Node:
        """Return a text without its quotes."""
        return ("str", "".join(self.text(part) for part in node.named_children))


_BUILT_IN = frozenset(
    {
        *("all", "any", "bin", "chr", "dict", "enumerate", "float", "format", "int", "iter", "len", "list"),
        *("map", "max", "min", "next", "ord", "range", "reversed", "set", "sorted", "str", "sum", "zip"),
    }
)
HANDLERS: dict[str, Callable[[Any, Any], Node | None]] = {
    "arrow_function": JavaScript.arrow,
    "function_expression": JavaScript.arrow,
    "lexical_declaration": JavaScript.named,
    "variable_declaration": JavaScript.named,
    "for_in_statement": JavaScript.visiting,
    "do_statement": JavaScript.repeated,
    "switch_statement": JavaScript.switch,
    "expression_statement": JavaScript.statement,
    "regex": JavaScript.pattern,
    "unary_expression": JavaScript.unary,
    "sequence_expression": lambda self, node: ("block", *self.parts(node)),
    "spread_element": lambda self, node: ("star", *self.parts(node)[:1]),
    "rest_pattern": lambda self, node: ("star", *self.parts(node)[:1]),
    "array": lambda self, node: ("list", *self.parts(node)),
    "array_pattern": lambda self, node: ("tuple", *self.parts(node)),
    "member_expression": JavaScript.member,
    "new_expression": JavaScript.made,
    "template_string": JavaScript.template,
    "try_statement": JavaScript.caught,
    "throw_statement": lambda self, node: ("raise", *self.parts(node)[:1]),
    "pair": JavaScript.entry,
    "string": JavaScript.string,
    "object": lambda self, node: ("dict", *self.parts(node)),
    "object_pattern": lambda self, node: ("tuple", *self.parts(node)),
    "shorthand_property_identifier": lambda self, node: ("name", self.text(node)),
    "shorthand_property_identifier_pattern": lambda self, node: ("name", self.text(node)),
    "export_statement": lambda self, node: self.one(node.child_by_field_name("declaration")),
    "import_statement": lambda _self, _node: None,
    "await_expression": lambda self, node: ("await", *self.parts(node)[:1]),
    "yield_expression": lambda self, node: ("yield", *(self.parts(node)[:1] or [NULL])),
    "subscript_expression": lambda self, node: (
        "index",
        self.one(node.child_by_field_name("object")),
        self.one(node.child_by_field_name("index")),
    ),
    "update_expression": lambda self, node: (
        "assign",
        self.one(node.child_by_field_name("argument")),
        ("bin", "-" if b"--" in node.text else "+", self.one(node.child_by_field_name("argument")), ONE),
    ),
}


class _Handled(JavaScript):
    handlers: Mapping[str, Handler] = HANDLERS


LOWERING: Lowering = _Handled()


def units(root: Any) -> list[tuple[str, Any]]:
    """Return the units of a file; a function that is the value of a constant is one."""
    found: list[tuple[str, Any]] = []
    for path, node in find_units(root):
        declaration = node.child_by_field_name("declaration") or node
        parts = declaration.named_children
        value = parts[0].child_by_field_name("value") if parts and not path else None
        if len(parts) == 1 and value is not None and value.type in _FUNCTION_VALUES:
            found.append((LOWERING.text(parts[0].child_by_field_name("name")), declaration))
        else:
            found.append((path, node))
    return found


def lower(node: Any, _imports: dict[str, str]) -> Node | None:
    """Return the small tree of a unit or statement."""
    return lowered(LOWERING, node)


def header(node: Any, _imports: dict[str, str]) -> Node:
    """Return a class without its methods."""
    return class_header(LOWERING, node)
