"""Order in which the parts of a project are built."""

from collections.abc import Mapping, Sequence


class CycleError(ValueError):
    """Parts need each other, directly or around corners."""


def build_order(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return all parts, each after the parts that it needs.

    A part that is needed but has no entry of its own needs nothing.
    """
    order: list[str] = []
    seen: set[str] = set()

    def visit(part: str) -> None:
        if part in seen:
            raise CycleError(part)
        seen.add(part)
        for needed in needs.get(part, ()):
            visit(needed)
        order.append(part)

    for part in needs:
        if part not in order:
            visit(part)
    return order


def stages(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return the parts in stages; the parts of one stage can be built side by side."""
    level: dict[str, int] = {}
    for part in build_order(needs):
        level[part] = 1 + max((level[needed] for needed in needs.get(part, ())), default=-1)
    grouped: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for part in sorted(level):
        grouped[level[part]].append(part)
    return grouped
