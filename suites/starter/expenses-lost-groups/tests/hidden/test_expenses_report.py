from datetime import date

from expenses import Expense, by_category, report


def spent(*entries):
    return [Expense(date(2024, 3, day), category, cents) for day, category, cents in entries]


def test_categories_alternate_day_by_day():
    expenses = spent((1, "food", 100), (2, "fun", 10), (3, "food", 200), (4, "fun", 20), (5, "food", 400))
    assert by_category(expenses) == {"food": 700, "fun": 30}


def test_several_categories_a_day():
    expenses = spent((1, "food", 1), (1, "fun", 2), (2, "food", 4), (2, "fun", 8))
    assert by_category(expenses) == {"food": 5, "fun": 10}


def test_refunds_lower_the_sum():
    expenses = spent((1, "food", 500), (2, "fun", 100), (3, "food", -200))
    assert by_category(expenses) == {"food": 300, "fun": 100}


def test_sum_of_nothing():
    assert by_category([]) == {}


def test_sum_of_zero_is_listed():
    assert by_category(spent((1, "food", 5), (2, "fun", 1), (3, "food", -5))) == {"food": 0, "fun": 1}


def test_expenses_from_a_generator():
    assert by_category(e for e in spent((1, "a", 1), (2, "b", 2), (3, "a", 4))) == {"a": 5, "b": 2}


def test_report_ranks_whole_sums():
    expenses = spent((1, "food", 300), (2, "fun", 450), (3, "food", 300), (4, "art", 450))
    assert report(expenses) == ["food: 6.00", "art: 4.50", "fun: 4.50"]


def test_expenses_are_left_alone():
    expenses = spent((3, "a", 1), (2, "b", 2), (1, "a", 4))
    by_category(expenses)
    assert [expense.day.day for expense in expenses] == [3, 2, 1]
