"""Cases whose verdict would be the patch's own word: they compare within their own expression.

`f(x)` with the value 3 is compared on the trusted side. `f(x) == 3` with the value True is compared where the
patch runs, by an `==` that an object of the patch may have defined; a pass of such cases is confirmed with
the patch in another process, which then gets neither the builtins nor the standard library from the patch.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache

from reroll.records import Bug, Case

_COMPARES = (ast.Compare, ast.BoolOp, ast.Not, ast.Assert, ast.IfExp, ast.Match)
_COMPARING = frozenset(
    {
        "__contains__", "__eq__", "__ge__", "__gt__", "__le__", "__lt__", "__ne__", "contains", "count",
        "countOf", "difference", "eq", "ge", "gt", "index", "indexOf", "intersection", "is_", "isclose",
        "isdisjoint", "issubset", "issuperset", "le", "lt", "ne", "remove", "symmetric_difference",
    }
)  # fmt: skip
"""Functions and methods that compare with what they are given."""


def judges_itself(bug: Bug) -> bool:
    """Return whether a case of the bug compares within its own expression or its setup."""
    return any(is_hearsay(bug, case) for case in (*bug.tests.visible, *bug.tests.hidden))


def is_hearsay(bug: Bug, case: Case) -> bool:
    """Return whether one case does."""
    if case.raises is not None:
        return False
    if _compares(case.setup) or _compares(case.value.strip()):
        return True
    if not _says_little(str(case.expected)):
        return False
    return bool(case.setup) or not _is_bare_call(case.value.strip(), _bound(library_imports(bug)))


@lru_cache(maxsize=1 << 14)
def _compares(text: str) -> bool:
    """Return whether code compares anything: also a count of agreements tells no more than the patch does."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return True
    return any(
        isinstance(node, _COMPARES)
        or (isinstance(node, ast.Name) and node.id in _COMPARING)
        or (isinstance(node, ast.Attribute) and node.attr in _COMPARING)
        for node in nodes
    )


@lru_cache(maxsize=1 << 12)
def _says_little(literal: str) -> bool:
    """Return whether a literal is a mere yes or no, nothing, or consists of such."""
    try:
        return _is_little(ast.literal_eval(literal))
    except (ValueError, SyntaxError):
        return False


def _is_little(value: object) -> bool:
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_is_little, value))
    if isinstance(value, bool | int | float):
        return value in (0, 1)
    return value is None or value in ("", b"", "True", "False", "None")


@lru_cache(maxsize=1 << 14)
def _is_bare_call(expression: str, library: frozenset[str]) -> bool:
    """Return whether an expression is the call of a function of the project, and computes nothing else.

    A method that is given something is asked of an object of the patch, and so is a function that is given
    the result of another.
    """
    node = ast.parse(expression, mode="eval").body
    if not isinstance(node, ast.Call):
        return False
    root: ast.AST = node.func
    while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(root, ast.Call) and (node.args or node.keywords):
            return False
        root = root.func if isinstance(root, ast.Call) else root.value
    given = [part for value in (*node.args, *node.keywords) for part in ast.walk(value)]
    if any(isinstance(part, ast.Call) and not _is_builtin(part.func) for part in given):
        return False
    return isinstance(root, ast.Name) and not _is_builtin(root) and root.id not in library


def _is_builtin(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and hasattr(builtins, node.id)


@lru_cache(maxsize=1 << 8)
def _bound(imports: str) -> frozenset[str]:
    """Return the names that import statements bind, and those of the library's modules."""
    names = {
        (name.asname or name.name).partition(".")[0]
        for node in ast.parse(imports).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    return frozenset(names | sys.stdlib_module_names)


def own_builtins(bug: Bug) -> tuple[str, ...]:
    """Return the names of builtins that the bug's source itself gives another meaning."""
    found = set()
    for node in _statements(_texts(bug)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            found |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return tuple(sorted(name for name in found if hasattr(builtins, name)))


def library_imports(bug: Bug) -> str:
    """Return the statements by which the bug's source imports from the standard library."""
    return _library_imports(tuple(_texts(bug)), tuple(bug.source))


@lru_cache(maxsize=1 << 10)
def _library_imports(texts: tuple[str, ...], paths: tuple[str, ...]) -> str:
    library = sys.stdlib_module_names - {path.split("/", 1)[0].removesuffix(".py") for path in paths}
    found = []
    for node in _statements(texts):
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        if all(name.partition(".")[0] in library and name != "__future__" for name in names):
            found.append(ast.unparse(node))
    return "\n".join(dict.fromkeys(found))


def _texts(bug: Bug) -> Iterator[str]:
    """Yield the modules whose names the cases use."""
    for module in bug.tests.modules:
        stem = module.replace(".", "/")
        yield bug.source.get(f"{stem}.py") or bug.source.get(f"{stem}/__init__.py") or ""


def _statements(texts: Iterable[str]) -> Iterator[ast.stmt]:
    """Yield the statements at the top of modules; a module with a broken syntax has none."""
    for text in texts:
        try:
            yield from ast.parse(text).body
        except SyntaxError:
            continue
