"""What a customer has subscribed to."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Plan:
    """A price for a number of months."""

    name: str
    cents: int
    months: int = 1


@dataclass(frozen=True)
class Subscription:
    """A plan that a customer has since a day; the first bill is on that day."""

    customer: str
    plan: Plan
    start: date
    cancelled: date | None = None

    def active_on(self, day: date) -> bool:
        """Return whether the subscription runs on a day."""
        return self.start <= day and (self.cancelled is None or day < self.cancelled)
