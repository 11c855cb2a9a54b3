import pytest

from sessions import SessionCache


class Clock:
    """A clock that stands still until it is told the time."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return SessionCache(2, clock=clock)
