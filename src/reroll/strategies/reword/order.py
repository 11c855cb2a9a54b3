"""Another order: which side of an operator an operand stands on, and which arm of a test comes first."""

from __future__ import annotations

import ast

from reroll.strategies.reword.syntax import opposite, transformed

_MIRRORED = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


def commute(code: str) -> str:
    """Mirror comparisons, and swap the operands of products and of sums with a number."""
    return transformed(code, _Commute())


def invert(code: str) -> str:
    """Ask every test with an alternative the other way round."""
    return transformed(code, _Invert())


class _Commute(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        mirrored = _MIRRORED.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if mirrored is None or not (_calm(node.left) and _calm(node.comparators[0])):
            return node
        return ast.Compare(node.comparators[0], [mirrored()], [node.left])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        number = any(_is_number(part) for part in (node.left, node.right))
        if isinstance(node.op, ast.Add | ast.Mult) and number and _calm(node.left) and _calm(node.right):
            return ast.BinOp(node.right, node.op, node.left)
        return node


def _is_number(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    )


def _calm(node: ast.expr) -> bool:
    """Whether it does not matter when the expression is evaluated."""
    allowed = (ast.Name, ast.Constant, ast.Attribute, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.operator,
               ast.unaryop, ast.expr_context)  # fmt: skip
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            if not (isinstance(part.func, ast.Name) and part.func.id in {"len", "abs", "sum", "max", "min"}):
                return False
        elif not isinstance(part, allowed):
            return False
    return True


class _Invert(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        if not node.orelse:
            return node
        return ast.If(opposite(node.test), node.orelse, node.body)

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        self.generic_visit(node)
        return ast.IfExp(opposite(node.test), node.orelse, node.body)
