"""Whole functions and classes in a reply, put in place of those of the same name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from reroll.errors import PatchError
from reroll.records import Bug

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def replace_definitions(code: str, bug: Bug) -> dict[str, str]:
    """Return the one editable file that `code` stands for, changed.

    A text with every top-level definition of a file is that file; a text with some of them replaces those.

    Raises:
        PatchError: The code cannot be parsed, defines nothing that the source defines, or fits several files.
    """
    if bug.language != "python":
        if len(bug.editable) != 1:
            raise PatchError("The code block names no file, and several are editable")
        return {bug.editable[0]: code}
    tree = _parse(code)
    offered = {node.name: node for node in tree.body if isinstance(node, _Definition)}
    fits = [path for path in bug.editable if offered.keys() & _names(bug.source[path])]
    if len(fits) > 1:
        raise PatchError(f"The code block names no file and fits {len(fits)} of them")
    if not fits:
        return _method(tree, code, bug)
    path = fits[0]
    if _names(bug.source[path]) <= offered.keys():
        return {path: _with_future(code, bug.source[path])}
    return {path: _splice(bug.source[path], code, tree, offered)}


def _parse(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except SyntaxError as error:
        raise PatchError(f"The code block is not Python: {error.msg} (line {error.lineno})") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise PatchError(f"The code block is not Python: {error}") from error


def _names(source: str) -> set[str]:
    try:
        return {node.name for node in ast.parse(source).body if isinstance(node, _Definition)}
    except SyntaxError:
        return set()


def _with_future(code: str, source: str) -> str:
    """Keep a `from __future__` import that a rewritten file forgot."""
    future = [line for line in source.split("\n") if line.startswith("from __future__ import")]
    return code if not future or future[0] in code else f"{future[0]}\n\n{code}"


def _splice(source: str, code: str, tree: ast.Module, offered: dict[str, _Definition]) -> str:
    """Replace definitions by name; put new ones and new imports before the first that changes."""
    held = {node.name: node for node in ast.parse(source).body if isinstance(node, _Definition)}
    lines, new = source.split("\n"), code.split("\n")
    replaced = sorted((_span(held[name]), name) for name in offered if name in held)
    extra = [
        _cut(new, node)
        for node in tree.body
        if (isinstance(node, _Definition) and node.name not in held)
        or isinstance(node, ast.Import | ast.ImportFrom)
    ]
    extra = [text for text in extra if text not in source]
    for (start, end), name in reversed(replaced):
        lines[start:end] = _cut(new, offered[name]).split("\n")
    if extra:
        at = replaced[0][0][0]
        lines[at:at] = [*"\n".join(extra).split("\n"), "", ""]
    return "\n".join(lines)


def _method(tree: ast.Module, code: str, bug: Bug) -> dict[str, str]:
    """Replace one method, where the code block is a function that only a class of the source has."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if len(functions) != 1:
        raise PatchError("The code block defines nothing that the editable files define")
    new = functions[0]
    places = [
        (path, node) for path in bug.editable for node in _methods(bug.source[path]) if node.name == new.name
    ]
    if len(places) != 1:
        raise PatchError(
            f"The code block defines {new.name!r}, which is at {len(places)} places in the source"
        )
    path, old = places[0]
    lines = bug.source[path].split("\n")
    start, end = _span(old)
    indent = " " * old.col_offset
    lines[start:end] = [
        indent + line if line.strip() else line for line in _cut(code.split("\n"), new).split("\n")
    ]
    return {path: "\n".join(lines)}


def _methods(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _span(node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return first - 1, node.end_lineno or node.lineno


def _cut(lines: list[str], node: ast.stmt) -> str:
    start, end = _span(node)
    return "\n".join(lines[start:end])
