"""What can go wrong in the stockroom."""

from __future__ import annotations


class StockroomError(Exception):
    """Base of the errors of this package."""


class OutOfStock(StockroomError):
    """There is not enough of an article."""

    def __init__(self, article: str) -> None:
        super().__init__(article)
        self.article = article


class UnknownOrder(StockroomError):
    """No order has that number, or it was not reserved."""


class DuplicateOrder(StockroomError):
    """The order was reserved before."""
