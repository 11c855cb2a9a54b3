"""Invitations to a group."""

from collections.abc import Iterable

from accounts import names
from accounts.registry import Account, Registry


class Invitations:
    """Who is invited; each name once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._invited: dict[str, str] = {}

    def invite(self, people: Iterable[str]) -> int:
        """Invite people and return how many of them were not invited before."""
        before = len(self._invited)
        for name in people:
            self._invited.setdefault(names.key(name), names.clean(name))
        return len(self._invited) - before

    def open(self) -> list[str]:
        """Return the invited names that have no account yet."""
        return [name for name in self._invited.values() if self._registry.find(name) is None]

    def accepted(self) -> list[Account]:
        """Return the accounts of the invited names."""
        found = (self._registry.find(name) for name in self._invited.values())
        return [account for account in found if account is not None]
