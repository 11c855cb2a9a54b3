import pytest
from feed.api import page


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_every_post_once_at_any_page_size(make_store, scroll, size):
    store = make_store(a=1, b=7, c=7, d=7, e=7, f=9, g=9)
    assert scroll(store, size=size) == ["g", "f", "e", "d", "c", "b", "a"]


def test_page_ends_between_two_seconds(make_store, scroll):
    store = make_store(a=5, b=10, c=10, d=4)
    assert scroll(store, size=2) == ["c", "b", "a", "d"]


def test_pages_are_never_longer_than_asked(make_store):
    store = make_store(a=3, b=3, c=3, d=3)
    first = page(store, None, 3)
    assert [len(first.posts), len(page(store, first.next, 3).posts)] == [3, 1]


def test_last_page_has_no_cursor(make_store):
    assert page(make_store(a=3, b=3), None, 2).next is None


def test_empty_feed(make_store):
    assert (page(make_store()).posts, page(make_store()).next) == ([], None)
