from stock import Stock


def test_asking_does_not_add_an_article():
    stock = Stock([("B-10", 4)])
    assert stock.available("B-01") == 0
    assert stock.listing() == [("B-10", 4)]


def test_deliveries_add_up():
    stock = Stock([("B-10", 4), ("B-10", 3)])
    assert stock.available("B-10") == 7
