import pytest


def test_sale_changes_the_total(account):
    account.sell("BOLT", 20)
    assert account.total == 60000


def test_selling_everything(account):
    account.sell("BOLT", 50)
    assert (account.total, account.positions()) == (0, [])


def test_new_price_changes_the_total(account):
    account.reprice("BOLT", 2100)
    assert account.total == 105000


def test_purchase_at_another_price_counts_for_all_units(account):
    account.buy("BOLT", 50, 3000)
    assert account.total == 300000


def test_price_of_another_title_changes_nothing(account):
    account.reprice("ACME", 99)
    assert account.total == 100000


def test_refused_sale_changes_nothing(account):
    with pytest.raises(ValueError):
        account.sell("BOLT", 51)
    assert account.total == 100000
