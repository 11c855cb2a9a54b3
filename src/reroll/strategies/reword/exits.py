"""Another way out: early exits as alternatives and back, and loops that end by `break`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from reroll.strategies.reword.syntax import Blocks, opposite, transformed

_LEAVING = ast.Return | ast.Raise | ast.Break | ast.Continue


def exit_to_else(code: str) -> str:
    """Put what follows a branch that leaves into its `else`."""
    return transformed(code, _ExitToElse())


def else_to_exit(code: str) -> str:
    """Take what is in the `else` of a branch that leaves out of it."""
    return transformed(code, _ElseToExit())


def break_out(code: str) -> str:
    """Make every `while` endless, and leave it by `break` where its test fails."""
    return transformed(code, _BreakOut())


def leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether control never runs past the end of the statements."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and leaves(last.body) and leaves(last.orelse)
    return isinstance(last, _LEAVING)


class _ExitToElse(Blocks):
    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        for at, node in enumerate(body[:-1]):
            if isinstance(node, ast.If) and not node.orelse and leaves(node.body):
                node.orelse = self.block(body[at + 1 :])
                return body[: at + 1]
        return body


class _ElseToExit(Blocks):
    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for node in body:
            out.append(node)
            last = node
            while isinstance(last, ast.If) and last.orelse and leaves(last.body):
                rest, last.orelse = last.orelse, []
                out.extend(rest)
                last = rest[-1]
        return out


class _BreakOut(ast.NodeTransformer):
    def visit_While(self, node: ast.While) -> ast.While:
        self.generic_visit(node)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        if node.orelse or endless:
            return node
        leave = ast.If(opposite(node.test), [ast.Break()], [])
        return ast.While(ast.Constant(True), [leave, *node.body], [])
