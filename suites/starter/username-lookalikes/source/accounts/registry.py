"""The accounts that exist."""

from dataclasses import dataclass

from accounts import names


class NameTaken(ValueError):
    """Somebody has this name, or one that looks the same."""


@dataclass(frozen=True)
class Account:
    """An account, with its name as typed at sign-up."""

    name: str
    number: int


class Registry:
    """All accounts by name."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def add(self, name: str) -> Account:
        """Create an account."""
        key = names.key(name)
        if key in self._accounts:
            raise NameTaken(f"{name!r} is taken by {self._accounts[key].name!r}")
        account = Account(names.clean(name), len(self._accounts) + 1)
        self._accounts[key] = account
        return account

    def find(self, name: str) -> Account | None:
        """Return the account of a name, however it is written."""
        return self._accounts.get(names.key(name))

    def __len__(self) -> int:
        return len(self._accounts)
