"""Roles of users, and which roles include which."""


class Roles:
    """Users have roles; a role may include other roles."""

    def __init__(self) -> None:
        self._of_user: dict[str, set[str]] = {}
        self._included: dict[str, set[str]] = {}

    def give(self, user: str, role: str) -> None:
        """Give a user a role."""
        self._of_user.setdefault(user, set()).add(role)

    def take(self, user: str, role: str) -> None:
        """Take a role from a user."""
        self._of_user.get(user, set()).discard(role)

    def include(self, role: str, other: str) -> None:
        """Have a role include another role."""
        self._included.setdefault(role, set()).add(other)

    def of(self, user: str) -> frozenset[str]:
        """Return all the roles of a user, with the included ones."""
        roles = set(self._of_user.get(user, ()))
        for role in tuple(roles):
            roles |= self._included.get(role, set())
        return frozenset(roles)
