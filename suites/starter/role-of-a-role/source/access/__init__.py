"""Who may do what."""

from access.check import Access
from access.policy import Policy
from access.roles import Roles

__all__ = ["Access", "Policy", "Roles"]
