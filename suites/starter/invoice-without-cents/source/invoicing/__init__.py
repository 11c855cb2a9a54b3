"""Invoices in several currencies."""

from invoicing.invoice import Invoice
from invoicing.money import Money

__all__ = ["Invoice", "Money"]
