import threading

from loading import LoadingCache


def test_threads_that_come_together_share_one_load(in_threads):
    loads = []
    meeting = threading.Barrier(2)

    def load(key):
        loads.append(key)
        try:
            meeting.wait(timeout=0.2)  # a second load would meet the first one here
        except threading.BrokenBarrierError:
            pass
        return key.upper()

    cache = LoadingCache(load)
    assert in_threads(lambda: cache.get("a"), lambda: cache.get("a")) == ["A", "A"]
    assert loads == ["a"]


def test_a_value_is_kept():
    loads = []
    cache = LoadingCache(lambda key: loads.append(key) or len(loads))
    assert [cache.get("a"), cache.get("a"), cache.get("b")] == [1, 1, 2]
