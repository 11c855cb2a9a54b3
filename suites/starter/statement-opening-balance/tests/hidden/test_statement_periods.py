from datetime import date

from bookkeeping.printing import as_text
from bookkeeping.statement import make_statement


def test_statements_join_without_a_gap(journal):
    march = make_statement(journal, date(2024, 3, 1), date(2024, 3, 31))
    april = make_statement(journal, date(2024, 4, 1), date(2024, 4, 30))
    assert march.closing == april.opening == 120000


def test_two_entries_on_the_first_day(journal):
    april = make_statement(journal, date(2024, 4, 1), date(2024, 4, 30))
    assert [line.balance for line in april.lines] == [145000, 137000, 136500]


def test_single_day(journal):
    day = make_statement(journal, date(2024, 3, 31), date(2024, 3, 31))
    assert (day.opening, day.closing, len(day.lines)) == (125000, 120000, 1)


def test_period_that_starts_with_the_account(journal):
    january = make_statement(journal, date(2024, 1, 15), date(2024, 1, 31))
    assert (january.opening, january.closing) == (0, 120000)


def test_period_without_entries(journal):
    may = make_statement(journal, date(2024, 5, 1), date(2024, 5, 31))
    assert (may.opening, may.lines, may.closing) == (136500, (), 136500)


def test_printed_statement(journal):
    march = make_statement(journal, date(2024, 3, 1), date(2024, 3, 31))
    assert as_text(march) == [
        "Opening 1000.00",
        "2024-03-01 Rent 250.00 1250.00",
        "2024-03-31 Insurance -50.00 1200.00",
        "Closing 1200.00",
    ]
