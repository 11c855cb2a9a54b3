"""Which bugs' tests the `lite` runner may run in place of real pytest, and which tests those are.

A static check lets through what that runner knows: plain functions, classes of them, `parametrize` over
literals, plain fixtures, `raises`, `approx` and assertions. Whether it then tells the same as real pytest
is tried on everything trusted before a patch is judged by it; see `judging.py`.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

CONFTEST = "conftest.py"
_PYTEST = frozenset({"raises", "approx", "fixture", "param", "mark"})
_RESERVED = ("test", "Test", "setup", "teardown", "setUp", "tearDown", "pytest_", "pytestmark", "__")
"""How names begin that mean something to pytest; no import, assignment or other definition may bind one."""
_LITERALS = frozenset(
    {name for name, value in vars(builtins).items() if isinstance(value, type)} | {"len", "sorted", "abs"}
)
"""Builtins that may stand among the arguments of `parametrize`."""
_KEYWORDS = ("id", "rel", "abs", "nan_ok")
_PARTS = (
    ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.Starred, ast.Call,
    ast.operator, ast.unaryop, ast.expr_context,
)  # fmt: skip
_STRANGE = frozenset(
    {"unittest", "hypothesis", "asyncio", "pytest", "_pytest", "warnings", "logging", "inspect"}
)
"""Modules that pytest treats, or that treat pytest, in ways of their own."""
Entry = tuple[str, str, str | None, str, Mapping[str, int]]
"""Test id, path, class or None, function, and the index of each parametrized argument."""


def unsupported(tests: Mapping[str, str]) -> str:
    """Return why a bug's tests need real pytest; empty where the `lite` runner knows all that they use."""
    fixtures: frozenset[str] = frozenset()
    for path in sorted(tests, key=lambda path: path != CONFTEST):
        if not path.endswith(".py"):
            continue
        name = path.rpartition("/")[2]
        if path != CONFTEST and not name.startswith("test_") and not name.endswith("_test.py"):
            return f"{path} is no test file"
        check = _Check(ast.parse(tests[path]), fixtures)
        if reason := check.reason(tested=path != CONFTEST):
            return f"{path} {reason}"
        if path == CONFTEST:
            fixtures = frozenset(check.fixtures)
    return ""


def listed(
    items: Iterable[Any], canaries: Mapping[str, str], *, first: Mapping[str, str], order: Mapping[str, Any]
) -> tuple[Entry, ...]:
    """Return the tests of one placement of canaries, in the order in which pytest runs them.

    Args:
        items: What real pytest collected over trusted code, with the canaries of the first placement.
        canaries: The canaries of this placement, by test id.
        first: Those of the first placement.
        order: Names of the definitions of every test file in this placement, by path.
    """
    places: dict[tuple[str, str], list[Entry]] = {}
    paths: dict[str, None] = {}
    for name, path, group, function, indices in items:
        paths.setdefault(path)
        if name not in first:
            places.setdefault((path, group or function), []).append((name, path, group, function, indices))
    found: list[Entry] = []
    for path in paths:
        for top in order[path]:
            if (name := f"{path}::{top}") in canaries:
                found.append((name, path, None, top, {}))
            found += places.get((path, top), ())
    return tuple(found)


class _Check:
    """Looks through one file of tests."""

    def __init__(self, tree: ast.Module, fixtures: frozenset[str]) -> None:
        self._tree = tree
        self._shared = fixtures
        self.fixtures = {
            node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_fixture(node)
        }
        self._constants: set[str] = set()
        self._tests = 0

    def reason(self, *, tested: bool) -> str:
        """Return what the file does that only real pytest can; empty where there is nothing.

        Args:
            tested: Whether tests are looked for in it, which is not so for `conftest.py`.
        """
        reasons = (*self._general(), *(self._statement(node) for node in self._tree.body))
        found = next(filter(None, reasons), "")
        return found or ("has no test" if tested and not self._tests else "")

    def _general(self) -> Iterator[str]:
        allowed = {
            id(node.value)
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Attribute) and node.attr in _PYTEST
        }
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Name) and node.id == "pytest" and id(node) not in allowed:
                yield "uses more of pytest than is known"
        tops = [node.name for node in self._tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        if len(set(tops)) < len(tops):
            yield "defines a name twice"

    def _statement(self, node: ast.stmt) -> str:
        match node:
            case ast.Import(names) | ast.ImportFrom(names=names):
                return self._import(node, names)
            case ast.Expr(value=ast.Constant()):
                return ""
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                known = _is_literal(value, self._constants)
                (self._constants.add if known else self._constants.discard)(name)
                return _binding(name)
            case ast.FunctionDef():
                return self._function(node, bound=False)
            case ast.ClassDef():
                return self._class(node)
            case _:
                return f"has a {type(node).__name__} at its top"

    def _import(self, node: ast.stmt, names: list[ast.alias]) -> str:
        module = (getattr(node, "module", None) or "") if isinstance(node, ast.ImportFrom) else ""
        for alias in names:
            top = (module or alias.name).partition(".")[0]
            if alias.name == "*":
                return "imports everything of a module"
            if top in _STRANGE and not (
                isinstance(node, ast.Import) and alias.name == "pytest" and not alias.asname
            ):
                return f"imports from {top!r}"
            bound = alias.asname or alias.name.partition(".")[0]
            self._constants.discard(bound)
            if module != "__future__" and (reason := _binding(bound)):
                return reason
        return ""

    def _function(self, node: ast.FunctionDef, *, bound: bool) -> str:
        if not bound and _is_fixture(node):
            return _binding(node.name) or self._arguments(node, given=set(), skip=0, own=node.name)
        if not node.name.startswith("test"):
            # pytest looks at plain functions by their names alone.
            return _binding(node.name) or ("decorates a helper" if node.decorator_list else "")
        self._tests += 1
        given: set[str] = set()
        for mark in node.decorator_list:
            names = _parametrized(mark, self._constants)
            if not names or names & given:
                return f"decorates {node.name} with more than parametrize over literals"
            given |= names
        if any(_own(node, kind) for kind in (ast.Yield, ast.YieldFrom)):
            return f"yields in {node.name}"
        if any(isinstance(part, ast.Return) and part.value is not None for part in _parts(node)):
            return f"returns a value from {node.name}"
        return self._arguments(node, given=given, skip=int(bound), own="")

    def _arguments(self, node: ast.FunctionDef, *, given: set[str], skip: int, own: str) -> str:
        spec = node.args
        if spec.posonlyargs or spec.kwonlyargs or spec.vararg or spec.kwarg or spec.defaults:
            return f"gives {node.name} arguments of another kind"
        names = {argument.arg for argument in spec.args[skip:]}
        if given - names or len(spec.args) < skip:
            return f"parametrizes what {node.name} does not take"
        for name in names - given:
            if name == own or name not in self.fixtures | self._shared:
                return f"asks for the fixture {name!r}"
        yields = sum(isinstance(part, ast.Yield) for part in _parts(node))
        loops = any(isinstance(part, ast.For | ast.While | ast.YieldFrom) and yields for part in _parts(node))
        return f"yields in an unusual way in {node.name}" if yields > 1 or loops else ""

    def _class(self, node: ast.ClassDef) -> str:
        if not node.name.startswith("Test"):
            known = all(isinstance(base, ast.Name) and base.id in _LITERALS for base in node.bases)
            return _binding(node.name) or (
                "" if known and not node.keywords else "derives a class from another"
            )
        if node.bases or node.keywords or node.decorator_list:
            return f"has a class {node.name} that is more than a group of tests"
        names = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
        if len(set(names)) < len(names):
            return "defines a name twice"
        for part in node.body:
            match part:
                case ast.Expr(value=ast.Constant()):
                    continue
                case ast.Assign(targets=[ast.Name(id=name)]):
                    reason = _binding(name)
                case ast.FunctionDef():
                    reason = self._function(part, bound=True)
                case _:
                    reason = f"has a {type(part).__name__} in {node.name}"
            if reason:
                return reason
        return ""


def _binding(name: str) -> str:
    return f"binds the name {name!r}" if name.startswith(_RESERVED) or name in _LITERALS else ""


def _is_pytest(node: ast.expr, *names: str) -> bool:
    """Return whether an expression is `pytest.` and these names."""
    for name in reversed(names):
        if not (isinstance(node, ast.Attribute) and node.attr == name):
            return False
        node = node.value
    return isinstance(node, ast.Name) and node.id == "pytest"


def _is_fixture(node: ast.FunctionDef) -> bool:
    return len(node.decorator_list) == 1 and _is_pytest(node.decorator_list[0], "fixture")


def _parametrized(mark: ast.expr, constants: set[str]) -> set[str]:
    """Return the arguments that a decorator gives; none where it is not `parametrize` over literals."""
    if not isinstance(mark, ast.Call) or not _is_pytest(mark.func, "mark", "parametrize"):
        return set()
    if len(mark.args) != 2 or any(keyword.arg != "ids" for keyword in mark.keywords):
        return set()
    if not all(_is_literal(value, constants) for value in (*mark.args, *(k.value for k in mark.keywords))):
        return set()
    try:
        names = ast.literal_eval(mark.args[0])
    except ValueError:
        return set()
    wanted = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    return {name for name in wanted if isinstance(name, str) and name}


def _is_literal(node: ast.expr, constants: set[str]) -> bool:
    """Return whether an expression is made of constants, builtins, `param` and `approx` alone."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name):
                known = name in _LITERALS or name in constants or name == "pytest"
            case ast.Attribute():
                known = _is_pytest(part, "param") or _is_pytest(part, "approx")
            case ast.keyword(arg=name):
                known = name in _KEYWORDS
            case _:
                known = isinstance(part, _PARTS)
        if not known:
            return False
    return True


def _parts(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what belongs to a function itself, and not to functions within it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(part))


def _own(node: ast.FunctionDef, kind: type[ast.AST]) -> bool:
    return any(isinstance(part, kind) for part in _parts(node))
