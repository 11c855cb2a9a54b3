"""TypeScript: JavaScript with types, and types are no part of a strategy."""

from __future__ import annotations

from reroll.strategies.canonical.javascript import header, lower, units

GRAMMAR = ("tree_sitter_typescript", "language_tsx")

__all__ = ["GRAMMAR", "header", "lower", "units"]
