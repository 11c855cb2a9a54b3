"""Letters that wait to be sent."""

from collections.abc import Iterable, Mapping

from mailer.letter import Letter


class Outbox:
    """Filled letters by recipient."""

    def __init__(self, defaults: Mapping[str, object] | None = None) -> None:
        self._defaults = dict(defaults or {})
        self.waiting: list[tuple[str, str, str]] = []

    def add(self, recipient: str, letter: Letter, **values: object) -> None:
        """Fill a letter for one recipient."""
        subject, body = letter.fill({**self._defaults, "recipient": recipient, **values})
        self.waiting.append((recipient, subject, body))

    def add_all(self, recipients: Iterable[str], letter: Letter, **values: object) -> int:
        """Fill a letter for several recipients and return their number."""
        count = 0
        for recipient in recipients:
            self.add(recipient, letter, **values)
            count += 1
        return count
