import pytest
from stock import Stock


def test_sold_out_article_stays_listed():
    stock = Stock([("A", 2), ("B", 1)])
    stock.ship("A", 2)
    assert stock.listing() == [("A", 0), ("B", 1)]


def test_failed_shipment_adds_nothing():
    stock = Stock([("A", 2)])
    with pytest.raises(ValueError):
        stock.ship("Z", 1)
    assert stock.listing() == [("A", 2)]


def test_failed_shipment_takes_nothing():
    stock = Stock([("A", 2)])
    with pytest.raises(ValueError, match="Only 2 of 'A'"):
        stock.ship("A", 3)
    assert stock.available("A") == 2


def test_asking_while_going_through_the_list():
    stock = Stock([("A", 2), ("B", 1)])
    pairs = [(article, stock.available(article + "-spare")) for article, _ in stock.listing()]
    assert pairs == [("A", 0), ("B", 0)]
    assert stock.listing() == [("A", 2), ("B", 1)]


def test_article_received_with_nothing_is_known():
    assert Stock([("A", 0)]).listing() == [("A", 0)]


def test_article_can_be_received_after_a_question():
    stock = Stock()
    stock.available("A")
    stock.receive("A", 5)
    assert stock.listing() == [("A", 5)]


def test_empty_stock():
    assert Stock().listing() == []


def test_shipping_the_rest():
    stock = Stock([("A", 2)])
    stock.ship("A", 1)
    stock.ship("A", 1)
    assert stock.available("A") == 0
