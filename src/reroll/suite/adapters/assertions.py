"""From a check function full of assertions to cases: the form of HumanEval and its children.

Each assertion becomes one case. Where it compares with a literal, the literal stays on the trusted side;
`assert True`, which tests nothing, is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reroll.errors import SuiteError
from reroll.records import Case

_SEED = "import random as _random; _random.seed(0)"
"""Before every setup that draws at random: the same inputs for every patch."""

_CONSTANT_CALLS: Mapping[str, Callable[[Any], Any]] = {"tuple": tuple, "list": list, "set": set}


@dataclass(frozen=True, slots=True)
class _Expectation:
    """What one assertion asks for."""

    value: str
    expected: str
    tolerance: float | None = None


def cases(test: str, *, entry_point: str) -> tuple[Case, ...]:
    """Return the assertions of `check` in `test` as cases named `01`, `02`, … in the order of the text.

    Args:
        test: Source text that defines `check(candidate)`; empty where a bug has no such tests.
        entry_point: The function under test, which stands for the parameter of `check`.

    Raises:
        SuiteError: There is no `check`, or the text cannot be parsed.
    """
    if not test.strip():
        return ()
    tree = _parse(test, entry_point)
    check = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "check"), None)
    if check is None:
        raise SuiteError(f"The test of {entry_point!r} defines no function check")
    candidate = check.args.args[0].arg if check.args.args else entry_point
    _Rename(candidate, entry_point).visit(check)
    before = [
        ast.unparse(n)
        for n in tree.body
        if isinstance(n, ast.Import | ast.ImportFrom | ast.FunctionDef) and n is not check
    ]
    found = tuple(_walk(check.body, before))
    return tuple(
        Case(name=f"{i:02d}", setup=setup, value=e.value, expected=e.expected, tolerance=e.tolerance)
        for i, (setup, e) in enumerate(found, 1)
    )


def _parse(test: str, entry_point: str) -> ast.Module:
    """Parse the text, or else what follows its last `def check(`: one published test begins with debris."""
    try:
        return ast.parse(test)
    except SyntaxError:
        start = test.rfind("\ndef check(")
    try:
        return ast.parse(test[max(start, 0) :])
    except SyntaxError as error:
        raise SuiteError(f"The test of {entry_point!r} cannot be parsed: {error}") from error


def _walk(body: list[ast.stmt], before: list[str]) -> Iterator[tuple[str, _Expectation]]:
    """Yield (setup, expectation); a statement with assertions inside is one test as a whole."""
    setup = list(before)
    for statement in body:
        if isinstance(statement, ast.Assert):
            if not isinstance(statement.test, ast.Constant):
                yield _setup(setup), _expectation(statement.test)
        elif any(isinstance(node, ast.Assert) for node in ast.walk(statement)):
            yield _setup([*setup, ast.unparse(statement)]), _Expectation("True", "True")
        elif not isinstance(statement, ast.Expr | ast.Pass):
            setup.append(ast.unparse(statement))


def _setup(lines: list[str]) -> str:
    text = "\n".join(lines)
    return f"{_SEED}\n{text}" if "random" in text else text


def _expectation(test: ast.expr) -> _Expectation:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, operator, right = test.left, test.ops[0], test.comparators[0]
        if isinstance(operator, ast.Eq):
            known = _constant(right)
            if known is not None:
                return _Expectation(ast.unparse(left), known)
        if isinstance(operator, ast.Lt | ast.LtE):
            close = _close(left, right)
            if close is not None:
                return close
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _Expectation(f"bool({ast.unparse(test.operand)})", "False")
    return _Expectation(f"bool({ast.unparse(test)})", "True")


def _close(left: ast.expr, right: ast.expr) -> _Expectation | None:
    """Read `abs(f(x) - 1.5) < 1e-6`."""
    if not (
        isinstance(left, ast.Call) and ast.unparse(left.func) in {"abs", "math.fabs"} and len(left.args) == 1
    ):
        return None
    gap, tolerance = left.args[0], _constant(right)
    if not (isinstance(gap, ast.BinOp) and isinstance(gap.op, ast.Sub)) or tolerance is None:
        return None
    expected = _constant(gap.right)
    return None if expected is None else _Expectation(ast.unparse(gap.left), expected, float(tolerance))


def _constant(node: ast.expr) -> str | None:
    """Return the literal that a constant expression gives, as text; None where it is not constant."""
    try:
        return repr(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError):
        pass
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CONSTANT_CALLS:
        inner = _constant(node.args[0]) if len(node.args) == 1 and not node.keywords else None
        return None if inner is None else repr(_CONSTANT_CALLS[node.func.id](ast.literal_eval(inner)))
    if all(isinstance(n, _ARITHMETIC) for n in ast.walk(node)):
        return repr(eval(compile(ast.Expression(node), "<constant>", "eval"), {"__builtins__": {}}))
    return None


_ARITHMETIC = (
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.Tuple,
    ast.List,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.USub,
    ast.Load,
)


class _Rename(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id == self.old:
            node.id = self.new
        return node
