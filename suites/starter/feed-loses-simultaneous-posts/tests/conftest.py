import pytest
from feed.api import page
from feed.posts import Post, PostStore


@pytest.fixture
def make_store():
    def make(**published):
        return PostStore(Post(name, second) for name, second in published.items())

    return make


@pytest.fixture
def scroll():
    def follow(store, size, between=lambda number: None, most=30):
        names, cursor = [], None
        for number in range(most):
            current = page(store, cursor, size)
            names += [post.name for post in current.posts]
            cursor = current.next
            if cursor is None:
                return names
            between(number)
        raise AssertionError(f"The feed has no end: {names}")

    return follow
