"""How an account is spread over titles."""

from __future__ import annotations

from portfolio.account import Account


def weights(account: Account) -> dict[str, float]:
    """Return the share of each title in percent, rounded to a tenth; nothing for an empty account."""
    if not account.total:
        return {}
    positions = account.positions()
    return {position.title: round(100 * position.value / account.total, 1) for position in positions}
