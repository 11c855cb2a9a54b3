"""Languages: one file each says how a grammar's tree becomes the small tree.

A language is a module here that offers `GRAMMAR` (module and function of the grammar's wheel), `units`,
`lower` and `header`. A language without a module of its own takes `neutral`, and the wheel
`tree_sitter_<language>` wherever it is installed; so does any grammar that a user adds.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import Any

from reroll.errors import MissingDependency
from reroll.strategies.scope import rename
from reroll.strategies.tree import Node

_ALIASES = {"js": "javascript", "ts": "typescript", "py": "python", "c++": "cpp", "golang": "go"}
_EXTRA = "languages"
CACHED_FILES = 4096


@dataclass(frozen=True, slots=True)
class Unit:
    """A function, a class without its methods, or the statements of a module outside of both."""

    path: str
    """Qualified name; empty for the module's own statements."""
    tree: Node
    """The small tree, with locals as numbers."""
    names: tuple[str, ...]
    """What each numbered local was called."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A file, cut into units that are lowered only when they are asked for."""

    texts: Mapping[str, bytes]
    """Qualified name to the unit's own text."""
    nodes: Mapping[str, tuple[Any, ...]]
    """Qualified name to the grammar's nodes."""
    parsed: bool
    """Whether the file is free of syntax errors."""
    language: ModuleType
    """The language's file of rules."""
    imports: dict[str, str] = field(default_factory=dict)
    """Local name to library path."""
    lowered: dict[str, Unit] = field(default_factory=dict)
    """Units that were asked for already."""

    def unit(self, path: str) -> Unit:
        """Return one unit, lowered."""
        if path not in self.lowered:
            if not self.lowered:
                for node in self.nodes.get("", ()):
                    self.language.lower(node, self.imports)
            self.lowered[path] = self._lower(path)
        return self.lowered[path]

    def _lower(self, path: str) -> Unit:
        if path.rstrip("#0123456789").endswith("."):
            tree = self.language.header(self.nodes[path][0], self.imports)
        elif path:
            tree = self.language.lower(self.nodes[path][0], self.imports)
        else:
            parts = [self.language.lower(node, self.imports) for node in self.nodes[path]]
            tree = ("block", *(part for part in parts if part is not None))
        tree, names = rename(tree, self.imports)
        return Unit(path, tree, names)


@lru_cache(maxsize=64)
def language(name: str) -> tuple[ModuleType, Any]:
    """Return a language's rules and a parser.

    Raises:
        MissingDependency: no wheel with the grammar is installed.

    """
    import tree_sitter

    name = _ALIASES.get(name.lower(), name.lower())
    try:
        rules = importlib.import_module(f"{__name__}.{name}")
        module, function = rules.GRAMMAR
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        rules = importlib.import_module(f"{__name__}.neutral")
        module, function = f"tree_sitter_{name}", "language"
    try:
        grammar = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        raise MissingDependency(module.replace("_", "-"), extra=_EXTRA) from error
    return rules, tree_sitter.Parser(tree_sitter.Language(grammar()))


@lru_cache(maxsize=CACHED_FILES)
def outline(code: str, *, name: str) -> Outline:
    """Return the units of a file."""
    rules, parser = language(name)
    root = parser.parse(code.encode("utf-8", "surrogatepass")).root_node
    texts: dict[str, bytes] = {}
    nodes: dict[str, tuple[Any, ...]] = {}
    for path, node in rules.units(root):
        if not path:
            texts[""] = texts.get("", b"") + node.text + b"\n"
            nodes[""] = (*nodes.get("", ()), node)
            continue
        key, ordinal = path, 1
        while key in texts:
            ordinal += 1
            key = f"{path}#{ordinal}"
        texts[key], nodes[key] = node.text, (node,)
    return Outline(texts, nodes, not root.has_error, rules)
