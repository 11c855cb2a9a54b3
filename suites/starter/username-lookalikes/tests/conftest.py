import pytest

from accounts import Invitations, Registry


@pytest.fixture
def registry():
    return Registry()


@pytest.fixture
def invitations(registry):
    return Invitations(registry)
