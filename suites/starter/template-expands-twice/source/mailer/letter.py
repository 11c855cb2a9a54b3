"""A kind of letter: subject and body."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.template import fields, render


@dataclass(frozen=True)
class Letter:
    """A subject and a body, both templates."""

    subject: str
    body: str

    def needs(self) -> set[str]:
        """Return the fields that need a value."""
        return fields(self.subject) | fields(self.body)

    def fill(self, values: Mapping[str, object]) -> tuple[str, str]:
        """Return subject and body; the subject is one line."""
        subject = " ".join(render(self.subject, values).split())
        return subject, render(self.body, values)
