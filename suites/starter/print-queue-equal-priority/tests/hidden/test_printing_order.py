from printing import PrintQueue


def drain(queue):
    return [queue.take()["name"] for _ in range(len(queue))]


def test_order_of_arrival_not_of_names():
    queue = PrintQueue()
    for name in ("zebra", "ant", "mole", "bee"):
        queue.submit({"name": name})
    assert drain(queue) == ["zebra", "ant", "mole", "bee"]


def test_identical_jobs_are_kept():
    queue = PrintQueue()
    queue.submit({"name": "poster", "copies": 1})
    queue.submit({"name": "poster", "copies": 1})
    assert drain(queue) == ["poster", "poster"]


def test_arrival_order_within_each_priority():
    queue = PrintQueue()
    for name, priority in [("b", 2), ("z", 1), ("a", 2), ("y", 1), ("c", 2)]:
        queue.submit({"name": name}, priority=priority)
    assert drain(queue) == ["z", "y", "b", "a", "c"]


def test_arrival_order_survives_taking():
    queue = PrintQueue()
    queue.submit({"name": "q"})
    queue.submit({"name": "p"})
    assert queue.take()["name"] == "q"
    queue.submit({"name": "a"})
    assert drain(queue) == ["p", "a"]


def test_empty_queue_gives_nothing():
    queue = PrintQueue()
    assert queue.take() is None
    assert len(queue) == 0


def test_length_counts_waiting_jobs():
    queue = PrintQueue()
    for priority in (3, 3, 1):
        queue.submit({"name": "x"}, priority=priority)
    queue.take()
    assert len(queue) == 2


def test_negative_priority_is_the_most_urgent():
    queue = PrintQueue()
    queue.submit({"name": "late"}, priority=0)
    queue.submit({"name": "now"}, priority=-1)
    assert drain(queue) == ["now", "late"]
