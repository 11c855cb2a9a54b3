from datetime import date

from expenses import Expense, by_category


def test_category_that_comes_back_is_summed():
    expenses = [
        Expense(date(2024, 3, 9), "groceries", 5700),
        Expense(date(2024, 3, 1), "rent", 90000),
        Expense(date(2024, 3, 16), "groceries", 8400),
    ]
    assert by_category(expenses) == {"groceries": 14100, "rent": 90000}
