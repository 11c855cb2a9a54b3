def test_a_session_that_is_over_makes_room(cache, clock):
    cache.put("ann", 1, seconds=100)
    cache.put("bob", 2, seconds=5)
    clock.now += 10
    cache.put("cyd", 3, seconds=100)
    assert cache.get("ann") == 1
    assert cache.get("cyd") == 3


def test_only_live_sessions_count(cache, clock):
    cache.put("ann", 1, seconds=100)
    cache.put("bob", 2, seconds=5)
    assert len(cache) == 2
    clock.now += 10
    assert len(cache) == 1


def test_the_least_recently_used_goes_first(cache):
    cache.put("ann", 1, seconds=100)
    cache.put("bob", 2, seconds=100)
    cache.get("ann")
    cache.put("cyd", 3, seconds=100)
    assert (cache.get("ann"), cache.get("bob"), cache.get("cyd")) == (1, None, 3)
