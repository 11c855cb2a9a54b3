from datetime import date

from billing import next_renewal, overdue, upcoming


def test_a_bill_is_due_on_the_last_day_not_before(subscribe):
    subscription = subscribe("2023-01-31")
    assert overdue(subscription, paid=1000, today=date(2023, 3, 30)) == 0
    assert overdue(subscription, paid=1000, today=date(2023, 3, 31)) == 500


def test_nothing_after_the_end(subscribe):
    subscription = subscribe("2023-01-31", cancelled="2023-03-31")
    assert len(upcoming(subscription, after=date(2023, 1, 1), count=9)) == 2
    assert next_renewal(subscription, after=date(2023, 3, 1)) is None
