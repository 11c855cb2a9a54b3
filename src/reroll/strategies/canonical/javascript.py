"""JavaScript: how its grammar's tree becomes the small tree, in the words that the rules know from Python.

`push` appends, `.map` and `.filter` are generators, `.some` and `.every` ask any or all, `.length` is a
length, a counting `for` is a `while` that counts, `===` is `==`, and an arrow function is a function.
"""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reroll.strategies.canonical.neutral import Handler, Lowering, class_header, find_units, lowered
from reroll.strategies.rules.branches import without_leaving
from reroll.strategies.tree import EMPTY, NONE, NULL, ONE, TRUE, Node

GRAMMAR = ("tree_sitter_javascript", "language")
_FUNCTION_VALUES = frozenset({"arrow_function", "function_expression", "generator_function"})
_METHODS = {
    "push": "append", "unshift": "appendleft", "toLowerCase": "lower", "toUpperCase": "upper",
    "trim": "strip", "trimStart": "lstrip",
    "trimEnd": "rstrip", "indexOf": "index", "startsWith": "startswith",
    "endsWith": "endswith", "replaceAll": "replace", "has": "__contains__", "includes": "__contains__",
}  # fmt: skip
_QUANTIFIERS = {"some": "any", "every": "all"}


class JavaScript(Lowering):
    """What JavaScript says in its own way."""

    def arrow(self, node: Any) -> Node:
        """Return a function without a name, whose body may be one expression."""
        _, _, params, body = self.function(node)
        inner = node.child_by_field_name("body")
        if inner.type != "statement_block":
            return ("lambda", params, self.one(inner))
        if len(body) == 2 and body[1][0] == "return":
            return ("lambda", params, body[1][1])
        return ("lambda", params, ("other", "body", body))

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
        arguments = tuple(arguments)
        if function[0] != "attr":
            return ("call", function, *arguments)
        owner, name = function[1], function[2]
        if owner == ("name", "Math"):
            return (
                "call",
                ("name" if name in {"max", "min", "abs", "round"} else "lib", _math(name)),
                *arguments,
            )
        if owner == ("name", "Object") and name in {"keys", "entries", "values"} and len(arguments) == 1:
            return ("method", arguments[0], "items" if name == "entries" else name)
        if arguments and arguments[0][0] == "lambda" and 1 <= len(arguments[0][1]) - 1 <= 2:
            found = self.higher(owner, name, arguments)
            if found is not None:
                return found
        renamed = _METHODS.get(name, name)
        if renamed == "__contains__" and len(arguments) == 1:
            return ("cmp", "in", arguments[0], owner)
        if name == "join":
            return ("method", arguments[0] if arguments else ("str", ","), "join", owner)
        if name == "slice":
            low, high = (*arguments, NONE, NONE)[:2]
            return ("index", owner, ("slice", low, high, NONE))
        return ("method", owner, renamed, *arguments)

    def higher(self, owner: Node, name: str, arguments: tuple[Node, ...]) -> Node | None:
        """Return a method that takes a function of an item as a comprehension or a built-in."""
        function = arguments[0]
        params = [part[1] for part in function[1][1:]]
        if name == "reduce" and len(arguments) == 2 and len(params) == 2:
            return ("call", ("lib", "functools.reduce"), function, owner, arguments[1])
        visit: Node = ("cfor", params[0], owner)
        if len(params) == 2:
            visit = ("cfor", ("tuple", params[1], params[0]), ("call", ("name", "enumerate"), owner))
        if function[2][0] == "other":
            return None
        if name == "map":
            return ("comp", "list", function[2], visit)
        if name == "flatMap":
            return ("comp", "list", ("star", function[2]), visit)
        if name == "filter":
            return ("comp", "list", params[0], visit, ("cif", function[2]))
        if name == "find":
            return ("call", ("name", "next"), ("comp", "gen", params[0], visit, ("cif", function[2])), NULL)
        if name in _QUANTIFIERS:
            return ("call", ("name", _QUANTIFIERS[name]), ("comp", "gen", function[2], visit))
        return None

    def made(self, node: Any) -> Node:
        """Return `new C(…)`; a new set or map is the built-in one."""
        arguments = node.child_by_field_name("arguments")
        function = self.one(node.child_by_field_name("constructor"))
        known = {"Set": "set", "Map": "dict", "Array": "list"}.get(str(function[1]))
        return ("call", ("name", known) if known else function, *(self.parts(arguments) if arguments else ()))

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

    def string(self, node: Any) -> Node:
        """Return a text without its quotes."""
        return ("str", "".join(self.text(part) for part in node.named_children))


def _math(name: str) -> str:
    return name if name in {"max", "min", "abs", "round"} else f"math.{name}"


HANDLERS: dict[str, Callable[[Any, Any], Node | None]] = {
    "arrow_function": JavaScript.arrow,
    "function_expression": JavaScript.arrow,
    "lexical_declaration": JavaScript.named,
    "variable_declaration": JavaScript.named,
    "for_in_statement": JavaScript.visiting,
    "do_statement": JavaScript.repeated,
    "switch_statement": JavaScript.switch,
    "member_expression": JavaScript.member,
    "new_expression": JavaScript.made,
    "template_string": JavaScript.template,
    "try_statement": JavaScript.caught,
    "throw_statement": lambda self, node: ("raise", *self.parts(node)[:1]),
    "pair": JavaScript.entry,
    "string": JavaScript.string,
    "regex": lambda self, node: ("call", ("lib", "re.compile"), ("str", self.text(node))),
    "array": lambda self, node: ("list", *self.parts(node)),
    "object": lambda self, node: ("dict", *self.parts(node)),
    "array_pattern": lambda self, node: ("tuple", *self.parts(node)),
    "object_pattern": lambda self, node: ("tuple", *self.parts(node)),
    "spread_element": lambda self, node: ("star", *self.parts(node)[:1]),
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
