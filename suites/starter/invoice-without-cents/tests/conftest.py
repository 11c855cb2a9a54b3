import pytest

from invoicing import Invoice


@pytest.fixture
def invoice_of():
    """Make an invoice of lines (text, price, count)."""

    def make(currency, tax_percent, *lines):
        invoice = Invoice(currency, tax_percent=tax_percent)
        for text, price, count in lines:
            invoice.add(text, price, count=count)
        return invoice

    return make
