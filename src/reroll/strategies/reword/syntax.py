"""What the rewordings of order, exits, values and loops share: the way from code to code, and blocks."""

from __future__ import annotations

import ast


def transformed(code: str, transformer: ast.NodeTransformer) -> str:
    """Return the code that a transformer makes of a program, printed anew."""
    return ast.unparse(ast.fix_missing_locations(transformer.visit(ast.parse(code)))) + "\n"


def opposite(test: ast.expr) -> ast.expr:
    """Return the test asked the other way round."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


class Counting(ast.NodeTransformer):
    """Makes names that no function of the file uses."""

    def __init__(self) -> None:
        self.made = 0

    def number(self) -> int:
        """Return the next number."""
        self.made += 1
        return self.made


class Blocks(ast.NodeTransformer):
    """Rewords the statements of every block inside of a function, inner blocks first."""

    inside = 0

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements that a block's statements become."""
        raise NotImplementedError

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Reword the function's blocks."""
        self.inside += 1
        self.generic_visit(node)
        self.inside -= 1
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Reword the blocks below a node."""
        super().generic_visit(node)
        if self.inside or isinstance(node, ast.FunctionDef):
            for field in ("body", "orelse", "finalbody"):
                body = getattr(node, field, None)
                if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                    setattr(node, field, self.block(body))
        return node
