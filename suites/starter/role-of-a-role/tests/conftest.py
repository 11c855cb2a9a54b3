import pytest

from access import Access, Policy, Roles


@pytest.fixture
def roles():
    roles = Roles()
    roles.include("lead", "editor")
    roles.include("editor", "reader")
    return roles


@pytest.fixture
def policy():
    policy = Policy()
    policy.grant("reader", "read", "wiki")
    policy.grant("editor", "write", "wiki")
    policy.grant("lead", "close", "wiki")
    return policy


@pytest.fixture
def access(roles, policy):
    return Access(roles, policy)
