"""Answers whether somebody may do something."""

from collections.abc import Iterable

from access.policy import Policy
from access.roles import Roles


class Access:
    """Roles and policy together."""

    def __init__(self, roles: Roles, policy: Policy) -> None:
        self._roles = roles
        self._policy = policy

    def allowed(self, user: str, action: str, thing: str) -> bool:
        """Return whether one of the user's roles grants it and none denies it."""
        roles = self._roles.of(user)
        if any(self._policy.denies(role, action, thing) for role in roles):
            return False
        return any(self._policy.grants(role, action, thing) for role in roles)

    def allowed_things(self, user: str, action: str, things: Iterable[str]) -> list[str]:
        """Return the things to which a user may do something, in the given order."""
        return [thing for thing in things if self.allowed(user, action, thing)]
