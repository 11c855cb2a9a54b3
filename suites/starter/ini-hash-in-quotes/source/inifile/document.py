"""Settings by section."""

from inifile.values import Value


class Document:
    """Sections with settings, in the order of the file."""

    def __init__(self) -> None:
        self._sections: dict[str, dict[str, Value]] = {}

    def add_section(self, section: str) -> None:
        """Add a section, unless it is there."""
        self._sections.setdefault(section, {})

    def set(self, section: str, key: str, value: Value) -> None:
        """Set a value; the last one counts."""
        self._sections.setdefault(section, {})[key] = value

    def get(self, section: str, key: str, default: Value | None = None) -> Value | None:
        """Return a value, or the default."""
        return self._sections.get(section, {}).get(key, default)

    def sections(self) -> list[str]:
        """Return the names of all sections."""
        return list(self._sections)

    def as_dict(self) -> dict[str, dict[str, Value]]:
        """Return all settings."""
        return {section: dict(settings) for section, settings in self._sections.items()}
