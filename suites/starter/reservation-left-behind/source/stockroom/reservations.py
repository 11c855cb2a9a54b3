"""Reserving, cancelling and shipping orders."""

from __future__ import annotations

from stockroom.errors import DuplicateOrder, UnknownOrder
from stockroom.orders import Order
from stockroom.shelf import Shelf


class Reservations:
    """The orders for which something is held on the shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._orders: dict[int, Order] = {}

    def reserve(self, order: Order) -> None:
        """Hold everything on the order; raise OutOfStock if that cannot be done."""
        if order.number in self._orders:
            raise DuplicateOrder(order.number)
        for line in order.lines:
            self._shelf.hold(line.article, line.quantity)
        self._orders[order.number] = order

    def cancel(self, number: int) -> None:
        """Give back what is held for an order."""
        for line in self._take(number).lines:
            self._shelf.release(line.article, line.quantity)

    def ship(self, number: int) -> None:
        """Take an order off the shelf."""
        for line in self._take(number).lines:
            self._shelf.pick(line.article, line.quantity)

    def open_orders(self) -> list[int]:
        """Return the numbers of the reserved orders."""
        return sorted(self._orders)

    def _take(self, number: int) -> Order:
        if number not in self._orders:
            raise UnknownOrder(number)
        return self._orders.pop(number)
