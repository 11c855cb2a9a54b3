def test_purchase_changes_the_total(account):
    account.buy("ACME", 5, 2000)
    assert account.total == 110000


def test_total_is_the_same_when_nothing_happens(account):
    assert account.total == account.total == 100000
