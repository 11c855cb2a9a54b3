"""Built-ins written out: `any`, `all`, `sum` and `join` as loops, and look-ups with a default as tests."""

from __future__ import annotations

import ast
import textwrap

from reroll.strategies.reword.syntax import Blocks, Counting, transformed


def write_out(code: str) -> str:
    """Write a returned `any` or `all`, and a `sum` or `join`, of a comprehension as a loop."""
    return transformed(code, _WriteOut())


def ask_before(code: str) -> str:
    """Write `d[k] = d.get(k, e) + f` as a test whether `k` is in `d`."""
    return transformed(code, _AskBefore())


def list_generators(code: str) -> str:
    """Put brackets around what `sum`, `join`, `sorted`, `max` and `min` consume."""
    return transformed(code, _ListGenerators())


class _WriteOut(Counting, Blocks):
    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for node in body:
            found = self._loop(node) if isinstance(node, ast.Return | ast.Assign) else None
            out.extend(found if found is not None else [node])
        return out

    def _loop(self, node: ast.Return | ast.Assign) -> list[ast.stmt] | None:
        call = node.value
        if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
            return None
        comp = call.args[0]
        if not isinstance(comp, ast.GeneratorExp | ast.ListComp):
            return None
        function = ast.unparse(call.func)
        element = ast.unparse(comp.elt)
        if function in {"any", "all"} and isinstance(node, ast.Return):
            hit = function == "any"
            test = element if hit else f"not ({element})"
            return ast.parse(_nest(comp, f"if {test}:\n    return {hit}") + f"\nreturn {not hit}").body
        if function != "sum" and function not in {"''.join", '"".join'}:
            return None
        name = f"_total{self.number()}"
        start = "0" if function == "sum" else "''"
        loop = ast.parse(f"{name} = {start}\n" + _nest(comp, f"{name} += {element}")).body
        node.value = ast.Name(name, ast.Load())
        return [*loop, node]


def _nest(comp: ast.GeneratorExp | ast.ListComp, text: str) -> str:
    for clause in reversed(comp.generators):
        for test in reversed(clause.ifs):
            text = f"if {ast.unparse(test)}:\n" + textwrap.indent(text, "    ")
        text = f"for {ast.unparse(clause.target)} in {ast.unparse(clause.iter)}:\n" + textwrap.indent(
            text, "    "
        )
    return text


class _AskBefore(Blocks):
    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [self._asked(node) for node in body]

    @staticmethod
    def _asked(node: ast.stmt) -> ast.stmt:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Subscript):
            return node
        target = node.targets[0]
        owner, key = ast.unparse(target.value), ast.unparse(target.slice)
        if not isinstance(node.value, ast.BinOp) or not isinstance(node.value.left, ast.Call):
            return node
        call = node.value.left
        if (
            ast.unparse(call.func) != f"{owner}.get"
            or len(call.args) != 2
            or ast.unparse(call.args[0]) != key
        ):
            return node
        first = ast.Assign([target], ast.BinOp(call.args[1], node.value.op, node.value.right))
        more = ast.AugAssign(target, node.value.op, node.value.right)
        return ast.If(ast.parse(f"{key} in {owner}", mode="eval").body, [more], [first])


class _ListGenerators(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = ast.unparse(node.func).rsplit(".", 1)[-1]
        if name in {"sum", "join", "sorted", "max", "min"} and len(node.args) == 1:
            comp = node.args[0]
            if isinstance(comp, ast.GeneratorExp):
                node.args = [ast.ListComp(comp.elt, comp.generators)]
        return node
