def test_yen_have_no_cents(invoice_of):
    invoice = invoice_of("JPY", "8.5", ("Lamp", "1000", 1))
    assert str(invoice.total) == "JPY 1,085"


def test_euros_have_cents(invoice_of):
    invoice = invoice_of("EUR", "19", ("Lamp", "9.99", 3))
    assert invoice.render() == "Lamp: EUR 29.97\nTax: EUR 5.69\nTotal: EUR 35.66"
