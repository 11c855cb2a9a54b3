"""Slugs for article URLs."""

import re

_SEPARATORS = re.compile(r"[\s_/-]+")
_UNSAFE = re.compile(r"[^a-z0-9-]")

FALLBACK = "n-a"


def slugify(title: str, max_length: int = 60) -> str:
    """Return the URL slug of a title: lower-case ASCII letters, digits and single dashes.

    The slug is cut at a dash where the title is longer than `max_length`, and is `FALLBACK` where
    nothing of the title can be kept.
    """
    text = _SEPARATORS.sub("-", title.strip().lower())
    text = _UNSAFE.sub("", text)
    text = re.sub(r"-{2,}", "-", text).strip("-")
    if len(text) > max_length:
        text = text[: max_length + 1].rsplit("-", 1)[0][:max_length]
    return text or FALLBACK


def unique_slug(title: str, taken: set[str]) -> str:
    """Return the slug of a title, numbered from 2 where it is already taken."""
    slug = slugify(title)
    candidate, number = slug, 2
    while candidate in taken:
        candidate = f"{slug}-{number}"
        number += 1
    return candidate
