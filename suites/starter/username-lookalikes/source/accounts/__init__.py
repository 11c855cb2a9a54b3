"""Accounts: names, sign-up and invitations."""

from accounts.invitations import Invitations
from accounts.registry import Account, NameTaken, Registry

__all__ = ["Account", "Invitations", "NameTaken", "Registry"]
