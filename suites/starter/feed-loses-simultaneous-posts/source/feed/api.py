"""What the app asks for."""

from __future__ import annotations

from dataclasses import dataclass

from feed import cursor as cursors
from feed.posts import Post, PostStore


@dataclass(frozen=True)
class Page:
    """Some posts and the cursor of the next page, None at the end."""

    posts: list[Post]
    next: str | None


def page(store: PostStore, cursor: str | None = None, size: int = 20) -> Page:
    """Return the first page, or the one at `cursor`."""
    posts = store.newest_first()
    if cursor is not None:
        shown_until = cursors.decode(cursor)
        posts = [post for post in posts if post.published < shown_until]
    chosen = posts[:size]
    more = len(posts) > size
    return Page(chosen, cursors.encode(chosen[-1]) if more else None)
