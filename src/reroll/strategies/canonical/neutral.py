"""Any language: what the grammars of tree-sitter have in common becomes the small tree.

Grammars name the parts of their nodes alike (`condition`, `consequence`, `left`, `operator`, `body`, …), so
that branches, loops, assignments, operators and calls are understood in languages without a file of their
own. What is not understood keeps its type and its parts. A language's own file starts from `Lowering` and
says the rest.
"""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reroll.strategies.canonical.declarations import FUNCTIONS, find_units, name_of
from reroll.strategies.rules.branches import CONTINUE, without_leaving
from reroll.strategies.tree import EMPTY, FALSE, NONE, NULL, ONE, OWN, TRUE, Node, contains, substitute

_BLOCKS = frozenset(
    {
        "block",
        "statement_list",
        "compound_statement",
        "statement_block",
        "declaration_list",
        "class_body",
        "source_file",
    }
)
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "===", "!==", "in", "instanceof"})
_SPELLINGS = {"===": "==", "!==": "!=", "&&": "and", "||": "or", ">>>": ">>"}
_CONSTANTS = {
    "true": TRUE, "false": FALSE, "null": NULL, "nullptr": NULL, "nil": NULL, "null_literal": NULL,
    "undefined": NULL,
}  # fmt: skip
_TRANSPARENT = frozenset(
    [
        "parenthesized_expression",
        "expression_statement",
        "else_clause",
        "condition_clause",
        "argument",
        "initializer",
        "expression_list",
        "expression_case",
        "as_expression",
        "mutable_pattern",
        "reference_pattern",
        "reference_expression",
        "non_null_expression",
        "satisfies_expression",
        "program",
    ]
)
_LOOPS = ("for_", "enhanced_for", "foreach")
_CLAUSES = frozenset({"range_clause", "for_clause"})
_SILENT = ("comment", "type_annotation", "type_parameters", "modifiers", "attribute_item", "empty_statement")
_TYPES = ("type_identifier", "primitive_type", "predefined_type", "sized_type_specifier", "integral_type")

Handler = Callable[["Lowering", Any], Node | None]


class Lowering:
    """How a grammar's nodes become the small tree; a language overrides what it knows better."""

    handlers: Mapping[str, Handler] = {}

    def lower(self, node: Any) -> Node | None:
        """Return the small tree of a node; None where nothing of it counts."""
        kind = node.type
        handler = self.handlers.get(kind)
        if handler is not None:
            return handler(self, node)
        if any(part in kind for part in _SILENT) or kind in _TYPES:
            return None
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind in _BLOCKS:
            return self.block(node)
        if kind in _TRANSPARENT:
            parts = self.parts(node)
            several = "tuple" if kind == "expression_list" else "block"
            return parts[0] if len(parts) == 1 else (several, *parts)
        if not node.named_children or "string" in kind:
            return self.leaf(node)
        return self.structured(node)

    def structured(self, node: Any) -> Node:
        """Return the tree of a node with parts, by the names that grammars give them."""
        field, kind = node.child_by_field_name, node.type
        if field("condition") is not None and field("consequence") is not None:
            test, then = self.one(field("condition")), field("consequence")
            if "statement" not in kind and kind != "if_expression":
                return ("ifexp", test, self.one(then), self.one(field("alternative")))
            return ("if", test, self.as_block(then), self.as_block(field("alternative")))
        if field("body") is not None and kind.startswith(_LOOPS):
            return self.loop(node)
        if field("condition") is not None and field("body") is not None and "while" in kind:
            return ("while", self.one(field("condition")), self.as_block(field("body")), EMPTY)
        if field("left") is not None and field("right") is not None:
            return self.two_sided(node)
        if field("function") is not None and field("arguments") is not None:
            return self.call(self.one(field("function")), self.parts(field("arguments")))
        if kind.startswith("return"):
            return ("return", *(self.parts(node)[:1] or [NULL]))
        if "unary" in kind or kind in {"not_expression", "negation"}:
            return self.unary(node)
        if "update" in kind or kind.startswith(("inc_", "dec_")):
            operand = self.parts(node)[0]
            return ("assign", operand, ("bin", "-" if b"--" in node.text else "+", operand, ONE))
        if (
            field("value") is not None
            and (field("name") or field("declarator") or field("pattern")) is not None
        ):
            target = field("name") or field("declarator") or field("pattern")
            return ("assign", self.one(target), self.one(field("value")))
        if "function" in kind and field("body") is not None:
            return self.function(node)
        parts = self.parts(node)
        return parts[0] if len(parts) == 1 and "declaration" in kind else ("other", kind, *parts)

    def loop(self, node: Any) -> Node:
        """Return a visit of items, or a counting `for` as a `while` that counts."""
        body = self.as_block(node.child_by_field_name("body"))
        clause = next((part for part in node.named_children if part.type in _CLAUSES), node)
        field = clause.child_by_field_name
        over = field("right") or field("value")
        if over is not None:
            target = field("left") or field("pattern") or field("name") or field("declarator")
            return ("for", self.one(target), self.one(over), body, EMPTY)
        body = without_leaving(body, CONTINUE)
        start, step = field("initializer") or field("init"), field("update") or field("increment")
        condition = field("condition")
        test = TRUE if condition is None or condition.type == "empty_statement" else self.one(condition)
        steps = self.as_block(step)
        if contains(body, CONTINUE):
            return ("other", "for", self.as_block(start), test, steps, body)
        begin = self.as_block(start)
        loop = ("while", test, ("block", *body[1:], *steps[1:]), EMPTY)
        for number, name in enumerate(self.scoped(start)):
            # A variable of the loop alone is not that of another loop which is called the same.
            own: Node = ("name", f"{name[1]}{OWN}{node.start_byte + number}")
            begin, loop = substitute(begin, name, own), substitute(loop, name, own)
        return ("block", *begin[1:], loop)

    def scoped(self, start: Any | None) -> list[Node]:
        """Return the names that a loop's initialiser declares for the loop alone."""
        if start is None or not start.type.endswith("declaration") or start.type.startswith("variable"):
            return []
        made = [part for part in self.as_block(start)[1:] if part[0] == "assign"]
        return [part[1] for part in made if part[1][0] == "name"]

    def two_sided(self, node: Any) -> Node:
        """Return an assignment, comparison, connective or operation."""
        left, right = (
            self.one(node.child_by_field_name("left")),
            self.one(node.child_by_field_name("right")),
        )
        operator = next((self.text(part) for part in node.children if not part.is_named), "=")
        named = node.child_by_field_name("operator")
        operator = self.text(named) if named is not None else operator
        if "assignment" in node.type or operator in {"=", ":="}:
            if operator.endswith("=") and operator not in {"=", ":="}:
                return ("assign", left, ("bin", operator[:-1], left, right))
            return ("assign", left, right)
        operator = _SPELLINGS.get(operator, operator)
        if operator in {"and", "or"}:
            return (operator, left, right)
        return ("cmp" if operator in _COMPARISONS else "bin", operator, left, right)

    def unary(self, node: Any) -> Node:
        """Return a negation or another operation on one operand."""
        operand = self.parts(node)[-1]
        operator = next((self.text(part) for part in node.children if not part.is_named), "")
        return {"!": ("not", operand), "-": ("neg", operand), "~": ("inv", operand), "+": operand}.get(
            operator, ("other", f"unary {operator}", operand)
        )

    def call(self, function: Node, arguments: Iterable[Node]) -> Node:
        """Return a call, of a function or of a method."""
        if function[0] == "attr":
            return ("method", function[1], function[2], *arguments)
        return ("call", function, *arguments)

    def function(self, node: Any) -> Node:
        """Return a definition, or a lambda where it has no name."""
        name = node.child_by_field_name("name") or node.child_by_field_name("declarator")
        parameters = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        if parameters is None and name is not None:
            parameters = name.child_by_field_name("parameters")
        found = [parameters] if parameters is not None and parameters.type == "identifier" else None
        listed = found or (parameters.named_children if parameters is not None else ())
        params = (
            "params",
            *(("param", target, NONE) for part in listed if (target := self.parameter(part)) is not None),
        )
        return ("def", name_of(node) or "", params, self.as_block(node.child_by_field_name("body")))

    def parameter(self, node: Any) -> Node | None:
        """Return the variable that a parameter binds."""
        if any(part in node.type for part in _SILENT):
            return None
        for name in ("name", "pattern", "declarator"):
            inner = node.child_by_field_name(name)
            if inner is not None:
                return self.parameter(inner) if inner.named_children else self.one(inner)
        if node.type.endswith("identifier") or not node.named_children:
            return self.one(node)
        return self.parameter(node.named_children[-1])

    def block(self, node: Any) -> Node:
        """Return a block of statements; an expression that stands alone is one."""
        found: list[Node] = []
        for part in self.parts(node):
            if part[0] == "block":
                found.extend(part[1:])
            else:
                found.append(part if part[0] in _STATEMENTS else ("expr", part))
        return ("block", *found)

    def as_block(self, node: Any | None) -> Node:
        """Return a branch or body as a block, whatever it was written as."""
        if node is None:
            return EMPTY
        lowered = self.lower(node)
        if lowered is None:
            return EMPTY
        if lowered[0] == "block":
            return lowered
        return ("block", lowered if lowered[0] in _STATEMENTS else ("expr", lowered))

    def leaf(self, node: Any) -> Node:
        """Return a name or a literal."""
        kind, text = node.type, self.text(node)
        if kind.endswith("identifier") or kind in {"this", "self", "super"}:
            return ("name", text)
        if "number" in kind or "integer" in kind or "float" in kind or text[:1].isdigit():
            return ("num", text.replace("_", ""))
        if "string" in kind or "char" in kind or "rune" in kind:
            return ("str", text.strip("\"'`"))
        leaving = kind.removesuffix("_statement").removesuffix("_expression")
        return (leaving,) if leaving in {"break", "continue"} else ("const", text)

    def one(self, node: Any | None) -> Node:
        """Return the tree of a part that may be missing."""
        return (self.lower(node) if node is not None else None) or NONE

    def parts(self, node: Any) -> list[Node]:
        """Return the trees of all named parts that count."""
        return [lowered for part in node.named_children if (lowered := self.lower(part)) is not None]

    @staticmethod
    def text(node: Any) -> str:
        """Return the source of a node."""
        return str(node.text.decode("utf-8", "replace"))


_STATEMENTS = frozenset(
    [
        "assign",
        "expr",
        "return",
        "if",
        "for",
        "while",
        "break",
        "continue",
        "raise",
        "try",
        "with",
        "assert",
        "del",
        "scope",
        "def",
        "class",
        "block",
        "other",
    ]
)


def units(root: Any) -> list[tuple[str, Any]]:
    """Return the units of a file."""
    return find_units(root)


def lower(node: Any, _imports: dict[str, str]) -> Node | None:
    """Return the small tree of a unit or statement."""
    return lowered(Lowering(), node)


def lowered(lowering: Lowering, node: Any) -> Node | None:
    """Return the small tree of a unit or statement, by one language's lowering."""
    if node.child_by_field_name("body") is not None and any(part in node.type for part in FUNCTIONS):
        return lowering.function(node)
    result = lowering.lower(node)
    return result if result is None or result[0] in _STATEMENTS else ("expr", result)


def header(node: Any, _imports: dict[str, str]) -> Node:
    """Return a class without its methods."""
    return class_header(Lowering(), node)


def class_header(lowering: Lowering, node: Any) -> Node:
    """Return a class without its methods, by one language's lowering."""
    body = node.child_by_field_name("body")
    fields = [
        found
        for part in body.named_children
        if not any(kind in part.type for kind in FUNCTIONS) and (found := lowering.lower(part)) is not None
    ]
    return ("class", name_of(node) or "", ("block", *fields))
