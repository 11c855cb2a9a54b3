"""Amounts of a bank file, in whole cents."""


def to_cents(text: str) -> int:
    """Return the cents of an amount such as `1,234.50`, `-3` or `0.5`."""
    whole, _, fraction = text.strip().replace(",", "").partition(".")
    if len(fraction) > 2:
        raise ValueError(f"Not an amount in cents: {text!r}")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def format_cents(cents: int) -> str:
    """Return an amount with two digits after the point."""
    whole, fraction = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{fraction:02}"


def balance(amounts: list[str]) -> str:
    """Return the sum of amounts."""
    return format_cents(sum(to_cents(amount) for amount in amounts))
