"""Another form of loop: a walk by index for a `for`, a loop that fills a collection for a comprehension."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from reroll.strategies.reword.syntax import Counting, transformed

_SEQUENCES = frozenset({"range", "list", "sorted", "tuple"})
_EAGER = frozenset({"sum", "list", "tuple", "set", "sorted", "max", "min", "dict", "frozenset", "len"})
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def for_to_while(code: str) -> str:
    """Walk sequences by index in a `while`."""
    return transformed(code, _ForToWhile())


def comprehension_to_loop(code: str) -> str:
    """Fill the collections of comprehensions in loops."""
    return transformed(code, _ComprehensionToLoop())


class _ForToWhile(Counting):
    def visit_For(self, node: ast.For) -> ast.stmt | list[ast.stmt]:  # noqa: N802 -- as the standard library calls it
        self.generic_visit(node)
        if node.orelse or not _walkable(node):
            return node
        number = self.number()
        sequence, index = f"_seq{number}", f"_ix{number}"
        header = ast.parse(f"{sequence} = 0\n{index} = 0\nwhile {index} < len({sequence}):\n    {index} += 1")
        start, zero, loop = header.body
        assert isinstance(start, ast.Assign)
        assert isinstance(loop, ast.While)
        start.value = node.iter
        if not isinstance(node.iter, ast.Call) or ast.unparse(node.iter.func) not in _SEQUENCES:
            start.value = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        item = ast.parse(f"{sequence}[{index}]", mode="eval").body
        loop.body = [ast.Assign([node.target], item), *loop.body, *node.body]
        return [start, zero, loop]


def _walkable(node: ast.For) -> bool:
    """Whether the sequence may be read before the loop begins."""
    if isinstance(node.iter, ast.Call):
        function = node.iter.func
        if isinstance(function, ast.Attribute):
            return function.attr in {"items", "keys", "values", "split", "splitlines"} and _untouched(node)
        return (
            isinstance(function, ast.Name)
            and function.id in {*_SEQUENCES, "enumerate", "zip"}
            and _untouched(node)
        )
    return isinstance(node.iter, ast.Name | ast.List | ast.Tuple) and _untouched(node)


def _untouched(node: ast.For) -> bool:
    """Whether the body leaves alone everything that the sequence is made of."""
    made_of = {part.id for part in ast.walk(node.iter) if isinstance(part, ast.Name)}
    for statement in node.body:
        for part in ast.walk(statement):
            if isinstance(part, ast.Yield | ast.YieldFrom | ast.Await):
                return False
            if isinstance(part, ast.Name) and part.id in made_of:
                return False
    return True


class _ComprehensionToLoop(Counting):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:  # noqa: N802 -- as the standard library calls it
        node.body = self._block(node.body, node)
        return node

    def _block(self, body: Sequence[ast.stmt], function: ast.FunctionDef) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, ast.Return | ast.Assign | ast.Expr) and statement.value is not None:
                found = _spread(statement.value)
                if found is not None and _alone(found, function):
                    name = f"_acc{self.number()}"
                    out.extend(_loops(found, name))
                    _Replace(found, name).visit(statement)
            elif isinstance(statement, ast.FunctionDef):
                self.visit_FunctionDef(statement)
            else:
                for field in ("body", "orelse", "finalbody"):
                    inner = getattr(statement, field, None)
                    if inner and isinstance(inner[0], ast.stmt):
                        setattr(statement, field, self._block(inner, function))
            out.append(statement)
        return out


def _spread(value: ast.expr) -> _Comprehension | None:
    """Return the comprehension that is the value, or the sole argument of an eager call."""
    if isinstance(value, ast.ListComp | ast.SetComp | ast.DictComp):
        return value
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        function, argument = value.func, value.args[0]
        eager = isinstance(function, ast.Name) and function.id in _EAGER
        joins = isinstance(function, ast.Attribute) and function.attr == "join"
        if (eager or joins) and isinstance(argument, ast.ListComp | ast.GeneratorExp):
            return argument
    return None


def _alone(comprehension: _Comprehension, function: ast.FunctionDef) -> bool:
    """Whether the comprehension's variables are used nowhere else in the function."""
    if any(clause.is_async for clause in comprehension.generators):
        return False
    inside = list(ast.walk(comprehension))
    bound = {part.id for part in inside if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    every = [part for part in ast.walk(function) if isinstance(part, ast.Name | ast.arg)]
    return not any(
        (part.id if isinstance(part, ast.Name) else part.arg) in bound for part in every if part not in inside
    )


def _loops(comprehension: _Comprehension, name: str) -> list[ast.stmt]:
    if isinstance(comprehension, ast.DictComp):
        empty, step = "{}", f"{name}[{ast.unparse(comprehension.key)}] = {ast.unparse(comprehension.value)}"
    elif isinstance(comprehension, ast.SetComp):
        empty, step = "set()", f"{name}.add({ast.unparse(comprehension.elt)})"
    else:
        empty, step = "[]", f"{name}.append({ast.unparse(comprehension.elt)})"
    text = step
    for clause in reversed(comprehension.generators):
        for test in reversed(clause.ifs):
            text = f"if {ast.unparse(test)}:\n" + textwrap.indent(text, "    ")
        head = f"for {ast.unparse(clause.target)} in {ast.unparse(clause.iter)}:\n"
        text = head + textwrap.indent(text, "    ")
    return ast.parse(f"{name} = {empty}\n{text}").body


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.expr, name: str) -> None:
        self.old, self.name = old, name

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.Name(self.name, ast.Load())
        return super().generic_visit(node)
