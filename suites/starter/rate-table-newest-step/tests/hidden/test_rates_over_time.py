from datetime import date

import pytest
from rates import RateTable, Step

STEPS = [Step(date(year, 1, 1), year) for year in range(2015, 2024)]


def test_newest_rate_stays_in_force():
    assert RateTable(STEPS).at(date(2031, 5, 17)) == 2023


@pytest.mark.parametrize("year", [2015, 2018, 2022, 2023])
def test_every_step_covers_its_year(year):
    table = RateTable(STEPS)
    assert [table.at(date(year, 1, 1)), table.at(date(year, 12, 31))] == [year, year]


def test_single_step_is_found():
    assert RateTable([Step(date(2024, 1, 1), 5)]).at(date(2024, 3, 1)) == 5


def test_steps_may_come_in_any_order():
    assert RateTable(STEPS[::-1]).at(date(2023, 6, 1)) == 2023


def test_before_the_first_step_there_is_no_rate():
    with pytest.raises(LookupError):
        RateTable(STEPS).at(date(2014, 12, 31))


def test_empty_table_has_no_rate():
    with pytest.raises(LookupError):
        RateTable([]).at(date(2024, 1, 1))
