from printing import PrintQueue


def test_equal_priorities_are_accepted():
    queue = PrintQueue()
    queue.submit({"name": "agenda"})
    queue.submit({"name": "minutes"})
    assert [queue.take()["name"], queue.take()["name"]] == ["agenda", "minutes"]


def test_urgent_job_goes_first():
    queue = PrintQueue()
    queue.submit({"name": "book"}, priority=9)
    queue.submit({"name": "ticket"}, priority=1)
    assert queue.take()["name"] == "ticket"
