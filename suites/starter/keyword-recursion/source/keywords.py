"""Keywords from the front matter of a page, where authors nest lists as they please."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def flatten(values: Iterable[object]) -> Iterator[object]:
    """Yield the leaves of nested lists, tuples and sets."""
    for value in values:
        if isinstance(value, Iterable):
            yield from flatten(value)
        else:
            yield value


def keywords(*groups: object) -> list[str]:
    """Return the distinct keywords in the groups, folded to lower case, in the order first met."""
    seen: dict[str, None] = {}
    for word in flatten(groups):
        folded = str(word).strip().lower()
        if folded:
            seen.setdefault(folded)
    return list(seen)
