"""Posts and where they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """A post; `published` is in whole seconds, the name is unique."""

    name: str
    published: int


class PostStore:
    """All posts, the newest first; those of one second by name, the last first."""

    def __init__(self, posts: Iterable[Post] = ()) -> None:
        self._posts: list[Post] = []
        for post in posts:
            self.publish(post)

    def publish(self, post: Post) -> None:
        """Add a post."""
        self._posts.append(post)
        self._posts.sort(key=lambda post: (post.published, post.name), reverse=True)

    def newest_first(self) -> list[Post]:
        """Return all posts in order."""
        return list(self._posts)
