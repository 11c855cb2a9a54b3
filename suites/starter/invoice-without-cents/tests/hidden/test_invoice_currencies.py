from decimal import Decimal

import pytest

from invoicing import Money


def test_dinars_have_three_digits(invoice_of):
    invoice = invoice_of("KWD", "0", ("Lamp", "3.375", 3))
    assert str(invoice.total) == "KWD 10.125"
    assert invoice.total.amount == Decimal("10.125")


def test_tax_in_yen_is_whole(invoice_of):
    invoice = invoice_of("JPY", "10", ("Pen", "105", 1), ("Ink", "110", 1))
    assert invoice.tax.amount == Decimal("22")
    assert invoice.total.amount == Decimal("237")
    assert invoice.render() == "Pen: JPY 105\nInk: JPY 110\nTax: JPY 22\nTotal: JPY 237"


def test_tax_in_dinars_has_fils(invoice_of):
    invoice = invoice_of("BHD", "5", ("Lamp", "1.230", 1))
    assert invoice.tax.amount == Decimal("0.062")
    assert str(invoice.total) == "BHD 1.292"


def test_each_line_is_rounded(invoice_of):
    invoice = invoice_of("JPY", "0", ("A", "0.5", 1), ("B", "0.5", 1), ("C", "0.4", 1))
    assert invoice.net.amount == Decimal("2")


def test_halves_go_away_from_zero():
    assert Money.of("2.5", "ISK").rounded().amount == Decimal("3")
    assert Money.of("-2.5", "ISK").rounded().amount == Decimal("-3")
    assert Money.of("0.125", "USD").rounded().amount == Decimal("0.13")
    assert Money.of("0.0005", "TND").rounded().amount == Decimal("0.001")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234567", "KRW", "KRW 1,234,567"),
        ("1234.5", "USD", "USD 1,234.50"),
        ("1234.5", "KWD", "KWD 1,234.500"),
        ("0", "JPY", "JPY 0"),
        ("7", "CHF", "CHF 7.00"),
    ],
)
def test_amounts_are_shown_with_their_digits(amount, currency, text):
    assert str(Money.of(amount, currency)) == text


def test_money_that_is_not_rounded_stays_exact():
    assert (Money.of("0.105", "EUR") * 3 + Money.of("0.001", "EUR")).amount == Decimal("0.316")
    assert (Money.of("1", "JPY") * Decimal("0.25")).amount == Decimal("0.25")


def test_an_empty_invoice(invoice_of):
    assert invoice_of("JPY", "10").render() == "Tax: JPY 0\nTotal: JPY 0"


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="Cannot add EUR to USD"):
        Money.of(1, "USD") + Money.of(1, "EUR")
