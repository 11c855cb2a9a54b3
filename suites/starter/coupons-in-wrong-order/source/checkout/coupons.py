"""Coupons and gift cards, as typed by the customer."""

from __future__ import annotations

from dataclasses import dataclass

PERCENT = "percent"
AMOUNT = "amount"
GIFT_CARD = "gift_card"


@dataclass(frozen=True)
class Coupon:
    """A code; its value is a percentage for PERCENT, else cents."""

    code: str
    kind: str
    value: int


def parse(code: str) -> Coupon:
    """Read a code such as `P10`, `A500` or `G2000`."""
    kinds = {"P": PERCENT, "A": AMOUNT, "G": GIFT_CARD}
    if code[:1] not in kinds or not code[1:].isdigit():
        raise ValueError(f"Unknown coupon {code!r}")
    return Coupon(code, kinds[code[0]], int(code[1:]))
