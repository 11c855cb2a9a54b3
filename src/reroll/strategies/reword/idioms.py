"""Other idioms: chained comparisons, membership, texts with values, walks with and without an index."""

from __future__ import annotations

import ast

from reroll.strategies.reword.syntax import Counting, transformed


def unchain(code: str) -> str:
    """Write chained comparisons as conjunctions, and `not in` and `is not` as negations."""
    return transformed(code, _Unchain())


def format_texts(code: str) -> str:
    """Write f-strings without a format as calls of `format`."""
    return transformed(code, _FormatTexts())


def enumerate_walks(code: str) -> str:
    """Write walks by index as walks with `enumerate`."""
    return transformed(code, _EnumerateWalks())


def index_walks(code: str) -> str:
    """Write walks with `enumerate` as walks by index."""
    return transformed(code, _IndexWalks())


class _Unchain(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        if len(node.ops) > 1 and all(isinstance(side, ast.Name | ast.Constant) for side in sides[1:-1]):
            pairs = zip(sides, node.ops, sides[1:], strict=False)
            return ast.BoolOp(ast.And(), [ast.Compare(a, [op], [b]) for a, op, b in pairs])
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.NotIn | ast.IsNot):
            positive = ast.In() if isinstance(node.ops[0], ast.NotIn) else ast.Is()
            return ast.UnaryOp(ast.Not(), ast.Compare(node.left, [positive], node.comparators))
        return node


class _FormatTexts(ast.NodeTransformer):
    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        text, values = "", []
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value).replace("{", "{{").replace("}", "}}")
            elif isinstance(part, ast.FormattedValue) and part.format_spec is None and part.conversion == -1:
                text += "{}"
                values.append(part.value)
            else:
                return node
        return ast.Call(ast.Attribute(ast.Constant(text), "format", ast.Load()), values, [])


class _EnumerateWalks(Counting):
    def visit_For(self, node: ast.For) -> ast.For:  # noqa: N802 -- as the standard library calls it
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name) or not isinstance(node.iter, ast.Call):
            return node
        over = _length_of(node.iter)
        if over is None or any(_stores(part, over) for part in ast.walk(node)):
            return node
        name = f"_item{self.number()}"
        wanted = ast.dump(ast.parse(f"{over}[{node.target.id}]", mode="eval").body)
        body = [_Swap(wanted, name).visit(part) for part in node.body]
        target = ast.Tuple([node.target, ast.Name(name, ast.Store())], ast.Store())
        visit = ast.parse(f"enumerate({over})", mode="eval").body
        return ast.For(target, visit, body, node.orelse)


def _length_of(call: ast.Call) -> str | None:
    """Return `xs` where the call is `range(len(xs))`."""
    text = ast.unparse(call)
    name = text.removeprefix("range(len(").removesuffix("))")
    return name if text == f"range(len({name}))" and name.isidentifier() else None


def _stores(node: ast.AST, name: str) -> bool:
    """Whether a node may change what a name holds: it binds, writes into, calls upon, or hands it on."""
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value) == name and isinstance(node.ctx, ast.Store | ast.Del)
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == name


class _Swap(ast.NodeTransformer):
    def __init__(self, wanted: str, name: str) -> None:
        self.wanted, self.name = wanted, name

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if ast.dump(node) == self.wanted:
            return ast.Name(self.name, ast.Load())
        self.generic_visit(node)
        return node


class _IndexWalks(ast.NodeTransformer):
    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        pair = node.target
        if (
            not isinstance(pair, ast.Tuple)
            or not isinstance(node.iter, ast.Call)
            or ast.unparse(node.iter.func) != "enumerate"
            or len(node.iter.args) != 1
            or not isinstance(node.iter.args[0], ast.Name)
            or not all(isinstance(part, ast.Name) for part in pair.elts)
        ):
            return node
        index, over = pair.elts[0], node.iter.args[0].id
        if any(_stores(part, over) for part in ast.walk(node)):
            return node
        name = ast.unparse(index)
        item = ast.parse(f"{over}[{name}]", mode="eval").body
        visit = ast.parse(f"range(len({over}))", mode="eval").body
        return ast.For(index, visit, [ast.Assign([pair.elts[1]], item), *node.body], node.orelse)
