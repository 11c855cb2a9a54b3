"""Declarations in any grammar: the functions, methods and classes of a file, and what they are called."""

from __future__ import annotations

from typing import Any

FUNCTIONS = ("function", "method", "constructor")
_CONTAINERS = ("class", "struct", "impl", "trait", "interface", "namespace", "mod_item", "object_declaration")


def name_of(node: Any) -> str | None:
    """Return what a declaration is called; None where it has no name."""
    for name in ("name", "declarator", "type"):
        inner = node.child_by_field_name(name)
        if inner is not None:
            return name_of(inner) or str(inner.text.decode("utf-8", "replace"))
    return None


def find_units(root: Any) -> list[tuple[str, Any]]:
    """Return (qualified name, node) of each function, method and remaining statement of a file, in order."""
    found: list[tuple[str, Any]] = []
    _collect(root, "", found)
    return found


def _collect(node: Any, path: str, found: list[tuple[str, Any]]) -> None:
    for child in node.named_children:
        inner = child.child_by_field_name("declaration") or child
        body = inner.child_by_field_name("body")
        name = name_of(inner)
        if name and body is not None and any(part in inner.type for part in FUNCTIONS):
            found.append((path + name, inner))
        elif name and body is not None and any(part in inner.type for part in _CONTAINERS):
            found.append((path + name + ".", inner))
            _collect(body, path + name + ".", found)
        elif not path and "comment" not in child.type and "import" not in child.type:
            found.append(("", child))
