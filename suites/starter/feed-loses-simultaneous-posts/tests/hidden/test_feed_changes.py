import pytest
from feed.api import page
from feed.posts import Post


def test_new_posts_on_top_repeat_nothing(make_store, scroll):
    store = make_store(a=5, b=10, c=10, d=10)
    names = scroll(store, size=2, between=lambda number: store.publish(Post(f"new{number}", 50 + number)))
    assert names == ["d", "c", "b", "a"]


def test_bad_cursor(make_store):
    with pytest.raises(ValueError):
        page(make_store(a=1), "?", 2)
