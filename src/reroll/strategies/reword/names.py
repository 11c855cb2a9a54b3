"""Other names for locals: what a caller may see, or code may look up by name, keeps its own."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

_WORDS = [
    "alder",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "inlet",
    "jetty",
    "knoll",
    "ledge",
    "maple",
    "north",
    "ocean",
    "pearl",
    "quill",
    "ridge",
    "stone",
    "tidal",
    "umber",
    "vivid",
    "willow",
    "xenon",
    "yonder",
    "zephyr",
]
_NEAR = frozenset({"locals", "vars", "exec", "eval", "globals"})


def rename(code: str) -> str:
    """Give other names to the locals of every function; what callers may name stays."""
    tree = ast.parse(code)
    outside = {name for node in tree.body for name in _stored(node, inside=False)} | set(dir(builtins))
    for function in _outer_functions(tree):
        if any(isinstance(node, ast.Name) and node.id in _NEAR for node in ast.walk(function)):
            continue
        kept = outside | _declared(function) | _visible_parameters(function)
        local = [name for name in dict.fromkeys(_stored(function, inside=True)) if name not in kept]
        taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        words = (word for word in _fresh_words() if word not in taken | kept)
        _Renamer(dict(zip(local, words, strict=False))).visit(function)
    return ast.unparse(tree) + "\n"


def _fresh_words() -> Iterator[str]:
    yield from _WORDS
    for number in range(2, 1000):
        yield from (f"{word}{number}" for word in _WORDS)


def _outer_functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _outer_functions(node)


def _stored(tree: ast.AST, *, inside: bool) -> Iterator[str]:
    """Yield the names that a tree binds; without `inside`, not those of functions in it."""
    if isinstance(tree, ast.FunctionDef | ast.ClassDef) and not inside:
        yield tree.name
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg) and inside:
            yield node.arg
        elif isinstance(node, ast.alias) and not inside:
            yield (node.asname or node.name).split(".")[0]


def _declared(function: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.ClassDef | ast.Match | ast.AnnAssign):
            found.update(_stored(node, inside=True))
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
    return found


def _visible_parameters(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    return {argument.arg for argument in every if argument is not None}


class _Renamer(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.names.get(node.arg, node.arg)
        return node
