import pytest
from portfolio.account import Account


@pytest.fixture
def account():
    """Return an account whose total has been looked at."""
    account = Account()
    account.buy("BOLT", 50, 2000)
    assert account.total == 100000
    return account
