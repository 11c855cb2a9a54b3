"""Applying coupons to a cart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checkout.cart import Cart
from checkout.coupons import GIFT_CARD, PERCENT, Coupon


@dataclass(frozen=True)
class Receipt:
    """Amounts in cents: goods = discount + gift_cards + to_pay."""

    goods: int
    discount: int
    gift_cards: int
    to_pay: int


def settle(cart: Cart, coupons: Iterable[Coupon] = ()) -> Receipt:
    """Return the receipt for a cart, by the rules of our terms."""
    price = cart.goods()
    gift_cards = 0
    for coupon in sorted(coupons, key=lambda coupon: coupon.kind):
        if coupon.kind == PERCENT:
            price -= price * coupon.value // 100
        elif coupon.kind == GIFT_CARD:
            used = min(price, coupon.value)
            gift_cards += used
            price -= used
        else:
            price -= min(price, coupon.value)
    return Receipt(cart.goods(), cart.goods() - gift_cards - price, gift_cards, price)
