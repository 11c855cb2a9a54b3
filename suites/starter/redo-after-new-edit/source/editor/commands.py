"""Edits that can be taken back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Insert:
    """Puts text at a position."""

    position: int
    text: str

    def apply(self, content: str) -> str:
        """Return the content after the edit."""
        return content[: self.position] + self.text + content[self.position :]

    def revert(self, content: str) -> str:
        """Return the content before the edit."""
        return content[: self.position] + content[self.position + len(self.text) :]


@dataclass(frozen=True)
class Delete:
    """Takes text, which is known, from a position."""

    position: int
    text: str

    def apply(self, content: str) -> str:
        """Return the content after the edit."""
        end = self.position + len(self.text)
        if content[self.position : end] != self.text:
            raise ValueError(f"{self.text!r} is not at {self.position}")
        return content[: self.position] + content[end:]

    def revert(self, content: str) -> str:
        """Return the content before the edit."""
        return content[: self.position] + self.text + content[self.position :]


Command = Insert | Delete
