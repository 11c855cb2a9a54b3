import pytest

from quota import Quota


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def allowed_at():
    """Return the times, out of the given ones, at which a call is allowed."""

    def ask(times, *, calls=3, seconds=60):
        clock = Clock()
        quota = Quota(calls=calls, seconds=seconds, clock=clock)
        allowed = []
        for now in times:
            clock.now = now
            if quota.allow():
                allowed.append(now)
        return allowed

    return ask
