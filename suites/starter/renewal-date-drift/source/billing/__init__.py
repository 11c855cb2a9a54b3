"""Subscriptions and when they are billed."""

from billing.plan import Plan, Subscription
from billing.schedule import next_renewal, overdue, upcoming

__all__ = ["Plan", "Subscription", "next_renewal", "overdue", "upcoming"]
