from datetime import date

from billing import next_renewal, upcoming


def test_the_30th_after_a_leap_february(subscribe):
    days = upcoming(subscribe("2024-01-30"), after=date(2024, 1, 30), count=3)
    assert [day.isoformat() for day in days] == ["2024-02-29", "2024-03-30", "2024-04-30"]


def test_leap_day_once_a_year(subscribe):
    days = upcoming(subscribe("2024-02-29", months=12), after=date(2024, 2, 29), count=4)
    assert [day.isoformat() for day in days] == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_a_start_on_the_28th_stays_there(subscribe):
    assert next_renewal(subscribe("2023-02-28"), after=date(2023, 3, 1)) == date(2023, 3, 28)


def test_a_start_on_the_30th_of_april_stays_there(subscribe):
    assert next_renewal(subscribe("2023-04-30"), after=date(2023, 5, 1)) == date(2023, 5, 30)


def test_quarters(subscribe):
    days = upcoming(subscribe("2023-08-31", months=3), after=date(2023, 8, 31), count=3)
    assert [day.isoformat() for day in days] == ["2023-11-30", "2024-02-29", "2024-05-31"]


def test_years_later(subscribe):
    assert next_renewal(subscribe("2020-01-31"), after=date(2029, 12, 30)) == date(2029, 12, 31)
