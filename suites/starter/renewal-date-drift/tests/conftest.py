from datetime import date

import pytest

from billing import Plan, Subscription


@pytest.fixture
def subscribe():
    """Make a subscription from an ISO day."""

    def make(start, *, months=1, cancelled=None):
        end = date.fromisoformat(cancelled) if cancelled else None
        return Subscription("ada", Plan("basic", 500, months), date.fromisoformat(start), end)

    return make
