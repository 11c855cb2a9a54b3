import pytest
from quotes import QuoteDesk


def test_switching_back_and_forth_asks_once_a_currency(service):
    desk = QuoteDesk(service)
    seen = [desk.price("lamp", currency) for currency in ("EUR", "USD", "EUR", "USD")]
    assert seen == [4000, 4350, 4000, 4350]
    assert sorted(service.asked) == [("lamp", "EUR"), ("lamp", "USD")]


def test_products_are_kept_apart(service):
    desk = QuoteDesk(service)
    assert [desk.price("lamp", "USD"), desk.price("desk", "USD")] == [4350, 21750]


def test_forgetting_covers_every_currency(service):
    desk = QuoteDesk(service)
    desk.total(["lamp"], "EUR")
    desk.total(["lamp"], "USD")
    service.prices["lamp", "EUR"], service.prices["lamp", "USD"] = 3000, 3260
    desk.forget("lamp")
    assert [desk.price("lamp", "EUR"), desk.price("lamp", "USD")] == [3000, 3260]


def test_forgetting_something_unknown_is_fine(service):
    desk = QuoteDesk(service)
    desk.forget("chair")
    assert desk.price("lamp", "EUR") == 4000


def test_totals_in_two_currencies(service):
    desk = QuoteDesk(service)
    assert desk.total(["lamp", "desk", "lamp"], "EUR") == 28000
    assert desk.total(["lamp", "desk", "lamp"], "USD") == 30450


def test_free_products_are_remembered_too(service):
    service.prices["flyer", "EUR"] = 0
    desk = QuoteDesk(service)
    assert desk.price("flyer", "EUR") == desk.price("flyer", "EUR") == 0
    assert len(service.asked) == 1


def test_desks_do_not_share_prices(service):
    QuoteDesk(service).price("lamp", "EUR")
    service.prices["lamp", "EUR"] = 1
    assert QuoteDesk(service).price("lamp", "EUR") == 1


def test_failed_request_is_not_remembered(service):
    desk = QuoteDesk(service)
    with pytest.raises(KeyError):
        desk.price("rug", "EUR")
    service.prices["rug", "EUR"] = 900
    assert desk.price("rug", "EUR") == 900
