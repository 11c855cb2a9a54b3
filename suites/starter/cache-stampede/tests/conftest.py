import threading
import time

import pytest


@pytest.fixture
def in_threads():
    """Call functions in threads that start together; return their results or errors, in order."""

    def run(*functions):
        results = [None] * len(functions)
        start = threading.Barrier(len(functions))

        def call(index, function):
            start.wait(timeout=1)
            try:
                results[index] = function()
            except Exception as error:
                results[index] = error

        threads = [
            threading.Thread(target=call, args=(index, function), daemon=True)
            for index, function in enumerate(functions)
        ]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 0.8
        for thread in threads:
            thread.join(timeout=max(deadline - time.monotonic(), 0))
        assert not any(thread.is_alive() for thread in threads), "a thread hangs"
        return results

    return run
