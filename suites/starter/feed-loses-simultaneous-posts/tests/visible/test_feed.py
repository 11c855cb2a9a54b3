def test_posts_of_one_second_on_two_pages(make_store, scroll):
    store = make_store(a=5, b=10, c=10, d=20)
    assert scroll(store, size=2) == ["d", "c", "b", "a"]


def test_posts_of_different_seconds(make_store, scroll):
    store = make_store(a=1, b=2, c=3)
    assert scroll(store, size=2) == ["c", "b", "a"]
