"""Other names for values: intermediate variables, augmented assignment, conditional expressions."""

from __future__ import annotations

import ast

from reroll.strategies.reword.syntax import Blocks, Counting, transformed

_NEGLIGIBLE = ast.Name | ast.Constant | ast.Attribute


def name_values(code: str) -> str:
    """Give a name to every value that is returned or tested, just before it is."""
    return transformed(code, _NameValues())


def augment(code: str) -> str:
    """Write `x = x + e` as `x += e`, for numbers and texts."""
    return transformed(code, _Augment())


def spell_out(code: str) -> str:
    """Write `x += e` as `x = x + e`, where `x` is a plain name and `e` shows that nothing is shared."""
    return transformed(code, _SpellOut())


def branch_values(code: str) -> str:
    """Write conditional expressions that are returned or assigned as branches."""
    return transformed(code, _BranchValues())


def choose_values(code: str) -> str:
    """Write branches that only return or assign as conditional expressions."""
    return transformed(code, _ChooseValues())


class _NameValues(Counting, Blocks):
    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for node in body:
            field = "value" if isinstance(node, ast.Return) else "test" if isinstance(node, ast.If) else ""
            value = getattr(node, field, None)
            if value is not None and not isinstance(value, _NEGLIGIBLE):
                name = f"_value{self.number()}"
                out.append(ast.Assign([ast.Name(name, ast.Store())], value))
                setattr(node, field, ast.Name(name, ast.Load()))
            out.append(node)
        return out


class _Augment(ast.NodeTransformer):
    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        target, value = node.targets[0], node.value
        if (
            len(node.targets) == 1
            and isinstance(target, ast.Name)
            and isinstance(value, ast.BinOp)
            and isinstance(value.left, ast.Name)
            and value.left.id == target.id
            and isinstance(value.op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv | ast.Mod)
        ):
            return ast.AugAssign(target, value.op, value.right)
        return node


class _SpellOut(ast.NodeTransformer):
    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        if not isinstance(node.target, ast.Name) or isinstance(node.value, ast.List | ast.ListComp):
            return node
        left = ast.Name(node.target.id, ast.Load())
        return ast.Assign([node.target], ast.BinOp(left, node.op, node.value))


class _BranchValues(Blocks):
    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for node in body:
            value = node.value if isinstance(node, ast.Return | ast.Assign) else None
            if not isinstance(value, ast.IfExp):
                out.append(node)
                continue
            arms = [self._again(node, part) for part in (value.body, value.orelse)]
            out.append(ast.If(value.test, self.block([arms[0]]), self.block([arms[1]])))
        return out

    @staticmethod
    def _again(node: ast.stmt, value: ast.expr) -> ast.stmt:
        return ast.Assign(node.targets, value) if isinstance(node, ast.Assign) else ast.Return(value)


class _ChooseValues(Blocks):
    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [self._chosen(node) for node in body]

    @staticmethod
    def _chosen(node: ast.stmt) -> ast.stmt:
        if not isinstance(node, ast.If) or len(node.body) != 1 or len(node.orelse) != 1:
            return node
        then, other = node.body[0], node.orelse[0]
        if isinstance(then, ast.Return) and isinstance(other, ast.Return) and then.value and other.value:
            return ast.Return(ast.IfExp(node.test, then.value, other.value))
        if (
            isinstance(then, ast.Assign)
            and isinstance(other, ast.Assign)
            and isinstance(then.targets[0], ast.Name)
            and ast.dump(then.targets[0]) == ast.dump(other.targets[0])
        ):
            return ast.Assign(then.targets, ast.IfExp(node.test, then.value, other.value))
        return node
