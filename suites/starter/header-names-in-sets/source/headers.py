"""Headers of a response."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class HeaderName:
    """The name of a header: equal whatever its case, shown as written."""

    text: str

    def __post_init__(self) -> None:
        if not self.text or not self.text.isascii() or set(self.text) & set(' :\r\n'):
            raise ValueError(f"Not the name of a header: {self.text!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HeaderName):
            return NotImplemented
        return self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"HeaderName({self.text!r})"

    def __str__(self) -> str:
        return self.text


class Headers:
    """Headers in the order in which they were first set."""

    def __init__(self) -> None:
        self._values: dict[HeaderName, list[str]] = {}

    def set(self, name: str, value: str) -> None:
        """Set a header to one value."""
        self._values[HeaderName(name)] = [value]

    def add(self, name: str, value: str) -> None:
        """Add a value to a header."""
        self._values.setdefault(HeaderName(name), []).append(value)

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the values of a header, joined, or the default."""
        values = self._values.get(HeaderName(name))
        return default if values is None else ", ".join(values)

    def remove(self, name: str) -> bool:
        """Remove a header and return whether it was there."""
        return self._values.pop(HeaderName(name), None) is not None

    def lines(self) -> Iterator[str]:
        """Yield the headers as they are sent."""
        for name, values in self._values.items():
            for value in values:
                yield f"{name}: {value}"
