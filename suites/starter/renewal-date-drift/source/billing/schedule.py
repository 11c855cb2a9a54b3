"""Days on which subscriptions are billed."""

from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from billing.months import add_months
from billing.plan import Subscription


def renewals(subscription: Subscription) -> Iterator[date]:
    """Yield the days on which a subscription is billed, from the first one on."""
    day = subscription.start
    while subscription.active_on(day):
        yield day
        day = add_months(day, subscription.plan.months)


def upcoming(subscription: Subscription, *, after: date, count: int) -> list[date]:
    """Return at most `count` days of billing after a day."""
    days = []
    for day in renewals(subscription):
        if len(days) == count:
            break
        if day > after:
            days.append(day)
    return days


def next_renewal(subscription: Subscription, *, after: date) -> date | None:
    """Return the next day of billing after a day, or None where the subscription has ended by then."""
    return next(iter(upcoming(subscription, after=after, count=1)), None)


def overdue(subscription: Subscription, *, paid: int, today: date) -> int:
    """Return the cents that are due until today, less what was paid."""
    due = sum(1 for _ in takewhile(lambda day: day <= today, renewals(subscription)))
    return max(due * subscription.plan.cents - paid, 0)
