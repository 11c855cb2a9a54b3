"""What happens on the way from state to state."""

from collections.abc import Callable
from dataclasses import dataclass

from orders.order import Order


class Declined(RuntimeError):
    """A service outside does not do what it was asked for."""


@dataclass
class Services:
    """The services outside."""

    charge: Callable[[int], str]
    ship: Callable[[int], str]
    refund: Callable[[int], str]


Action = Callable[[Order, Services], None]


def pay(order: Order, services: Services) -> None:
    """Charge the customer."""
    order.notes.append(f"charging {order.cents}")
    order.notes.append(services.charge(order.cents))


def ship(order: Order, services: Services) -> None:
    """Hand the order over to the parcel service."""
    order.notes.append(services.ship(order.number))


def refund(order: Order, services: Services) -> None:
    """Give the customer the money back, if there was any."""
    if "paid" in order.history:
        order.notes.append(services.refund(order.cents))


ACTIONS: dict[str, Action] = {"pay": pay, "ship": ship, "cancel": refund}
