"""Cursors: opaque texts that say where the next page begins."""

from __future__ import annotations

import base64
import binascii

from feed.posts import Post


def encode(last: Post) -> str:
    """Return the cursor for the page after the post `last`."""
    return base64.urlsafe_b64encode(str(last.published).encode()).decode()


def decode(cursor: str) -> int:
    """Return the time up to which posts were shown; raise ValueError for a bad cursor."""
    try:
        return int(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"Bad cursor {cursor!r}") from error
