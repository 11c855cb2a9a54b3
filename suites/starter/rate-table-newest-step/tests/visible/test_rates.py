from datetime import date

from rates import RateTable, Step

TABLE = RateTable([Step(date(2023, 1, 1), 900), Step(date(2024, 1, 1), 950), Step(date(2024, 7, 1), 1100)])


def test_newest_rate_is_in_force_from_its_first_day():
    assert TABLE.at(date(2024, 7, 1)) == 1100


def test_older_rate_is_in_force_until_the_next():
    assert TABLE.at(date(2024, 6, 30)) == 950
