"""Which events lead from which state to which."""

from orders.actions import ACTIONS, Services
from orders.order import Order

TRANSITIONS = {
    ("new", "pay"): "paid",
    ("new", "cancel"): "cancelled",
    ("paid", "ship"): "shipped",
    ("paid", "cancel"): "cancelled",
    ("shipped", "deliver"): "delivered",
}


class NotAllowed(ValueError):
    """The event does not fit the state of the order."""


class Workflow:
    """Moves orders through their states."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def events(self, order: Order) -> list[str]:
        """Return the events that are possible for an order."""
        return sorted(event for state, event in TRANSITIONS if state == order.state)

    def fire(self, order: Order, event: str) -> str:
        """Let an event happen to an order and return its new state."""
        target = TRANSITIONS.get((order.state, event))
        if target is None:
            raise NotAllowed(f"cannot {event} an order that is {order.state}")
        order.enter(target)
        action = ACTIONS.get(event)
        if action is not None:
            action(order, self._services)
        return order.state
