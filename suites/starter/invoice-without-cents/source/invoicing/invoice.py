"""An invoice with tax."""

from decimal import Decimal

from invoicing.money import Money


class Invoice:
    """Lines in one currency; tax is taken on the sum, and rounded once."""

    def __init__(self, currency: str, *, tax_percent: str = "0") -> None:
        self.currency = currency
        self._tax = Decimal(tax_percent) / 100
        self._lines: list[tuple[str, Money]] = []

    def add(self, text: str, price: str, *, count: int = 1) -> None:
        """Add a line; its sum is rounded."""
        self._lines.append((text, (Money.of(price, self.currency) * count).rounded()))

    @property
    def net(self) -> Money:
        """The sum of the lines."""
        return sum((money for _, money in self._lines), Money.of(0, self.currency))

    @property
    def tax(self) -> Money:
        """The tax."""
        return (self.net * self._tax).rounded()

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return self.net + self.tax

    def render(self) -> str:
        """Return the invoice as text."""
        lines = [f"{text}: {money}" for text, money in self._lines]
        return "\n".join([*lines, f"Tax: {self.tax}", f"Total: {self.total}"])
