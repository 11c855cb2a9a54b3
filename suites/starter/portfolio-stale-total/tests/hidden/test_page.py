from portfolio.prices import apply_prices
from portfolio.weights import weights


def test_weights_follow_a_purchase(account):
    assert weights(account) == {"BOLT": 100.0}
    account.buy("ACME", 100, 1000)
    assert weights(account) == {"ACME": 50.0, "BOLT": 50.0}


def test_published_prices(account):
    account.buy("ACME", 10, 1000)
    apply_prices(account, ["ACME 20.50", "BOLT 10.00", "CORP 1.00"])
    assert account.total == 70500


def test_weights_of_an_emptied_account(account):
    account.sell("BOLT", 50)
    assert weights(account) == {}
