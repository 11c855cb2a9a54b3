"""Turns lines into a document."""

from inifile.document import Document
from inifile.values import read_value


class ParseError(ValueError):
    """A line that is neither section, setting, comment nor blank."""


def parse(text: str) -> Document:
    """Return the settings of a configuration file; those above the first section are in the section ``."""
    document = Document()
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        line = strip_comment(line).strip()
        if not line:
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
            document.add_section(section)
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            raise ParseError(f"Line {number} is not a setting: {line!r}")
        document.set(section, key.strip(), read_value(value))
    return document


def strip_comment(line: str) -> str:
    """Return a line without the comment at its end."""
    return line.partition("#")[0]
