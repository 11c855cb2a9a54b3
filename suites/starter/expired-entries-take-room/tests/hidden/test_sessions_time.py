import pytest

from sessions import SessionCache


def test_a_session_is_over_at_its_last_second(cache, clock):
    cache.put("ann", 1, seconds=100)
    cache.put("bob", 2, seconds=5)
    clock.now += 5
    cache.put("cyd", 3, seconds=1)
    assert (cache.get("ann"), cache.get("bob"), cache.get("cyd")) == (1, None, 3)


def test_one_of_several_over_in_the_middle(clock):
    cache = SessionCache(3, clock=clock)
    for key, seconds in (("a", 50), ("b", 5), ("c", 50)):
        cache.put(key, key, seconds=seconds)
    clock.now += 6
    cache.put("d", "d", seconds=50)
    assert [cache.get(key) for key in "abcd"] == ["a", None, "c", "d"]


def test_no_live_session_goes_while_others_are_over(clock):
    cache = SessionCache(4, clock=clock)
    cache.put("live", 1, seconds=100)
    for key in "xyz":
        cache.put(key, 0, seconds=2)
    clock.now += 3
    for number in range(3):
        cache.put(f"new{number}", number, seconds=100)
    assert cache.get("live") == 1
    assert len(cache) == 4


def test_a_session_that_is_put_again_has_its_new_end(cache, clock):
    cache.put("ann", 1, seconds=5)
    cache.put("ann", 2, seconds=100)
    cache.put("bob", 3, seconds=100)
    clock.now += 10
    assert cache.get("ann") == 2
    assert len(cache) == 2


def test_a_session_that_is_put_again_with_a_shorter_end(cache, clock):
    cache.put("ann", 1, seconds=100)
    cache.put("ann", 2, seconds=5)
    clock.now += 10
    assert len(cache) == 0
    cache.put("bob", 3, seconds=9)
    cache.put("cyd", 4, seconds=9)
    assert (cache.get("ann"), cache.get("bob"), cache.get("cyd")) == (None, 3, 4)


def test_putting_again_pushes_nobody_out(cache, clock):
    cache.put("ann", 1, seconds=100)
    cache.put("bob", 2, seconds=100)
    cache.put("ann", 3, seconds=100)
    assert (cache.get("ann"), cache.get("bob"), len(cache)) == (3, 2, 2)


def test_asking_for_the_number_does_not_count_as_use(cache):
    cache.put("ann", 1, seconds=100)
    cache.put("bob", 2, seconds=100)
    assert len(cache) == 2
    cache.put("cyd", 3, seconds=100)
    assert (cache.get("ann"), cache.get("bob")) == (None, 2)


def test_no_room_at_all():
    with pytest.raises(ValueError, match="one entry at least"):
        SessionCache(0)
