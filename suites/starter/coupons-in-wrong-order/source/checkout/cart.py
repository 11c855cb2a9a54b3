"""What the customer wants to buy."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Cart:
    """Articles with unit price in cents and quantity."""

    lines: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, article: str, price: int, quantity: int = 1) -> None:
        """Put an article in the cart."""
        self.lines.append((article, price, quantity))

    def goods(self) -> int:
        """Return what the goods cost without coupons."""
        return sum(price * quantity for _, price, quantity in self.lines)
