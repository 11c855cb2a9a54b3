"""Transfers between accounts, from several threads."""

import threading
from dataclasses import dataclass, field
from typing import Any


class NotEnoughMoney(ValueError):
    """The account does not have what should be taken from it."""


@dataclass(eq=False)
class Account:
    """An account; `balance` changes only while `lock` is held, where several threads use it."""

    number: int
    balance: int = 0
    lock: Any = field(default_factory=threading.Lock, repr=False)

    def withdraw(self, cents: int) -> None:
        """Take cents out."""
        if cents > self.balance:
            raise NotEnoughMoney(f"Account {self.number} has {self.balance} cents, not {cents}")
        self.balance -= cents

    def deposit(self, cents: int) -> None:
        """Put cents in."""
        self.balance += cents


class Bank:
    """Moves money between accounts; every account has a number of its own."""

    def __init__(self) -> None:
        self.journal: list[tuple[int, int, int]] = []

    def transfer(self, source: Account, target: Account, *, cents: int) -> None:
        """Move cents from one account to another, as a whole or not at all."""
        if source is target:
            raise ValueError("A transfer needs two accounts")
        if cents <= 0:
            raise ValueError(f"Cannot transfer {cents} cents")
        with source.lock, target.lock:
            source.withdraw(cents)
            target.deposit(cents)
            self.journal.append((source.number, target.number, cents))
