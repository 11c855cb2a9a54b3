"""The way from code to code that the rules for order and for loops share; a rule brings the transformer."""

from __future__ import annotations

import ast


def transformed(code: str, transformer: ast.NodeTransformer) -> str:
    """Return the code that a transformer makes of a program, printed anew."""
    return ast.unparse(ast.fix_missing_locations(transformer.visit(ast.parse(code)))) + "\n"
