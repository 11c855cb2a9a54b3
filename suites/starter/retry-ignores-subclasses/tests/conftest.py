import pytest


class Flaky:
    """Fails with the given errors, one a call, then returns the number of calls."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.calls


@pytest.fixture
def flaky():
    return Flaky


@pytest.fixture
def naps():
    """The seconds slept so far; its append is the sleep."""
    return []
