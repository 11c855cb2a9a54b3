"""Templates with `{{ name }}` fields."""

import re
from collections.abc import Mapping

_FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class MissingValue(KeyError):
    """A field of the template has no value."""


def fields(template: str) -> set[str]:
    """Return the names of the fields in a template."""
    return set(_FIELD.findall(template))


def render(template: str, values: Mapping[str, object]) -> str:
    """Return the template with its fields replaced by values; values that no field asks for are ignored."""
    missing = fields(template) - set(values)
    if missing:
        raise MissingValue(", ".join(sorted(missing)))
    text = template
    for name, value in values.items():
        text = re.sub(r"\{\{\s*" + re.escape(name) + r"\s*\}\}", lambda _: str(value), text)
    return text
