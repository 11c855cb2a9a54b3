"""Shipping costs of an order, in cents."""

from __future__ import annotations

FREE_FROM = 5000
STANDARD = 490
OVERSIZED_SURCHARGE = 2500


def ships_free(total: int, *, member: bool = False, staff: bool = False, oversized: bool = False) -> bool:
    """Tell whether an order of `total` cents is shipped for nothing."""
    return member or staff and total >= FREE_FROM and not oversized


def shipping_cents(total: int, *, member: bool = False, staff: bool = False, oversized: bool = False) -> int:
    """Return what the customer pays for shipping."""
    if ships_free(total, member=member, staff=staff, oversized=oversized):
        return 0
    return STANDARD + (OVERSIZED_SURCHARGE if oversized else 0)
