import threading
import time

import pytest


class MeetingLock:
    """A lock whose holder waits a moment for somebody to take another lock, the first time."""

    def __init__(self, meeting):
        self._lock = threading.Lock()
        self._meeting = meeting
        self.asked = threading.Event()

    def acquire(self, blocking=True, timeout=-1):
        self.asked.set()
        taken = self._lock.acquire(blocking, timeout)
        if taken:
            self._meeting()
        return taken

    def release(self):
        self._lock.release()

    def locked(self):
        return self._lock.locked()

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *_):
        self.release()


@pytest.fixture
def meeting_locks():
    """Make locks whose first holders meet, so that an unlucky order is certain."""

    def make(count):
        met = threading.Event()
        barrier = threading.Barrier(count, action=met.set)

        def meeting():
            if not met.is_set():
                try:
                    barrier.wait(timeout=0.2)
                except threading.BrokenBarrierError:
                    met.set()

        return [MeetingLock(meeting) for _ in range(count)]

    return make


@pytest.fixture
def run_together():
    """Run functions in threads, and fail where one of them does not end."""

    def run(*functions):
        errors = []

        def guarded(function):
            try:
                function()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=guarded, args=(function,), daemon=True) for function in functions]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 0.7
        for thread in threads:
            thread.join(timeout=max(deadline - time.monotonic(), 0))
        assert not any(thread.is_alive() for thread in threads), "the threads wait for each other"
        return errors

    return run
