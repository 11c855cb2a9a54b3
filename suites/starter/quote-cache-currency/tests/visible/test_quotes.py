from quotes import QuoteDesk


def test_each_currency_has_its_price(service):
    desk = QuoteDesk(service)
    assert [desk.price("lamp", "EUR"), desk.price("lamp", "USD")] == [4000, 4350]


def test_price_is_asked_for_once(service):
    desk = QuoteDesk(service)
    desk.price("lamp", "EUR")
    desk.price("lamp", "EUR")
    assert service.asked == [("lamp", "EUR")]
