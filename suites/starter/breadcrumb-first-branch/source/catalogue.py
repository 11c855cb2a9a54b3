"""The tree of categories of a shop, and the way to one of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Category:
    """A category with those below it; the slug is unique in the tree."""

    slug: str
    title: str
    children: list[Category] = field(default_factory=list)


def path_to(root: Category, slug: str) -> list[Category]:
    """Return the categories from `root` down to the one with `slug`; empty if there is none."""
    if root.slug == slug:
        return [root]
    for child in root.children:
        below = path_to(child, slug)
        return [root, *below] if below else []
    return []


def breadcrumb(root: Category, slug: str) -> str:
    """Return the titles on the way to a category, without that of the root."""
    return " › ".join(category.title for category in path_to(root, slug)[1:])
