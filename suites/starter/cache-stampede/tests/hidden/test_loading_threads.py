import threading

import pytest

from loading import LoadingCache


def test_four_threads_share_one_load(in_threads):
    loads = []
    release = threading.Event()

    def load(key):
        loads.append(key)
        release.wait(timeout=0.15)
        return [key]

    cache = LoadingCache(load)
    results = in_threads(*[lambda: cache.get("k")] * 4)
    assert loads == ["k"]
    assert all(result is results[0] for result in results)


def test_other_keys_are_loaded_side_by_side(in_threads):
    meeting = threading.Barrier(2)

    def load(key):
        meeting.wait(timeout=0.5)
        return key

    cache = LoadingCache(load)
    assert in_threads(lambda: cache.get("a"), lambda: cache.get("b")) == ["a", "b"]


def test_a_cached_value_does_not_wait_for_a_load(in_threads):
    read = threading.Event()

    def load(key):
        if key == "slow":
            assert read.wait(timeout=0.5), "the cached value was not to be had"
        return key

    cache = LoadingCache(load)
    cache.get("cached")

    def read_cached():
        value = cache.get("cached")
        read.set()
        return value

    assert in_threads(lambda: cache.get("slow"), read_cached) == ["slow", "cached"]


def test_a_failed_load_is_tried_again():
    answers = [ValueError("down"), "up"]

    def load(key):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cache = LoadingCache(load)
    with pytest.raises(ValueError, match="down"):
        cache.get("a")
    assert len(cache) == 0
    assert cache.get("a") == "up"


def test_a_failing_load_leaves_nobody_waiting(in_threads):
    def load(key):
        threading.Event().wait(timeout=0.05)
        raise ValueError("down")

    cache = LoadingCache(load)
    results = in_threads(lambda: cache.get("a"), lambda: cache.get("a"), lambda: cache.get("a"))
    assert [str(result) for result in results] == ["down"] * 3


def test_none_is_a_value():
    loads = []
    cache = LoadingCache(loads.append)
    assert cache.get("a") is None
    assert cache.get("a") is None
    assert loads == ["a"]


def test_a_load_may_need_another_key():
    cache = LoadingCache(lambda key: 1 if key == 0 else key * cache.get(key - 1))
    assert cache.get(5) == 120


def test_a_forgotten_value_is_loaded_again():
    loads = []
    cache = LoadingCache(lambda key: loads.append(key) or len(loads))
    cache.get("a")
    cache.forget("a")
    assert cache.get("a") == 2
