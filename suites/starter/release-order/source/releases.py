"""Release tags such as `v1.4.0`: which is newest, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Iterable


def newest_first(tags: Iterable[str]) -> list[str]:
    """Return the tags, the newest release first."""
    return sorted(tags, key=lambda tag: tag.removeprefix("v"), reverse=True)


def latest(tags: Iterable[str]) -> str | None:
    """Return the newest tag, None where there is none."""
    return next(iter(newest_first(tags)), None)


def newer_than(tags: Iterable[str], installed: str) -> list[str]:
    """Return the tags that are newer than `installed`, the newest first."""
    ordered = newest_first({*tags, installed})
    return ordered[: ordered.index(installed)]
