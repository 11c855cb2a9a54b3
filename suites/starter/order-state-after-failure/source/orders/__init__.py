"""Orders on their way from the cart to the door."""

from orders.actions import Declined, Services
from orders.machine import NotAllowed, Workflow
from orders.order import Order

__all__ = ["Declined", "NotAllowed", "Order", "Services", "Workflow"]
