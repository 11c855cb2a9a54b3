from datetime import date

from billing import next_renewal, upcoming


def test_the_day_comes_back_after_february(subscribe):
    days = upcoming(subscribe("2023-01-31"), after=date(2023, 1, 1), count=4)
    assert [day.isoformat() for day in days] == ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]


def test_a_day_that_all_months_have(subscribe):
    assert next_renewal(subscribe("2023-01-15"), after=date(2023, 3, 15)) == date(2023, 4, 15)
