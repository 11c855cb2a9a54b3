from datetime import date

from bookkeeping.statement import make_statement


def test_march_opens_with_what_february_left(journal):
    march = make_statement(journal, date(2024, 3, 1), date(2024, 3, 31))
    assert (march.opening, march.closing) == (100000, 120000)


def test_february(journal):
    february = make_statement(journal, date(2024, 2, 1), date(2024, 2, 29))
    assert (february.opening, february.closing) == (120000, 100000)
