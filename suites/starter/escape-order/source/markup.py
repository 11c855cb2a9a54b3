"""Pieces of HTML for the product pages."""

ENTITIES = {"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "&": "&amp;"}


def escape(text: str) -> str:
    """Return text in which nothing is markup, for element content and quoted attributes."""
    for char, entity in ENTITIES.items():
        text = text.replace(char, entity)
    return text


def tag(name: str, content: str = "", **attributes: str) -> str:
    """Return an element with escaped content; attributes come in the order given."""
    pairs = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{pairs}>{escape(content)}</{name}>"


def definition_list(items: dict[str, str]) -> str:
    """Return a list of terms and definitions."""
    return "<dl>" + "".join(tag("dt", term) + tag("dd", text) for term, text in items.items()) + "</dl>"
