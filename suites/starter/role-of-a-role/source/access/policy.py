"""What roles may and must not do."""

ANY = "*"


class Policy:
    """Grants and denials by role, action and thing."""

    def __init__(self) -> None:
        self._grants: set[tuple[str, str, str]] = set()
        self._denials: set[tuple[str, str, str]] = set()

    def grant(self, role: str, action: str, thing: str) -> None:
        """Let a role do something; `*` stands for every action or thing."""
        self._grants.add((role, action, thing))

    def deny(self, role: str, action: str, thing: str) -> None:
        """Forbid a role something, whatever is granted."""
        self._denials.add((role, action, thing))

    def grants(self, role: str, action: str, thing: str) -> bool:
        """Return whether a grant of the role covers something."""
        return _covers(self._grants, role, action, thing)

    def denies(self, role: str, action: str, thing: str) -> bool:
        """Return whether a denial of the role covers something."""
        return _covers(self._denials, role, action, thing)


def _covers(rules: set[tuple[str, str, str]], role: str, action: str, thing: str) -> bool:
    return any((role, a, t) in rules for a in (action, ANY) for t in (thing, ANY))
