from datetime import date


def test_balance_includes_the_day_itself(journal):
    assert [journal.balance(date(2024, 3, day)) for day in (1, 30, 31)] == [125000, 125000, 120000]


def test_balance_before_the_first_entry(journal):
    assert journal.balance(date(2024, 1, 14)) == 0
