"""The prompts of the lab, rendered from the templates of the agent `lines` that evaluation uses too."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from reroll import assets
from reroll.records import Case

if TYPE_CHECKING:
    from collections.abc import Sequence

AGENT = "lines"
OK = "[ok]"
FIX = "[fix]"


def prompt(lines: Sequence[str], visible: Case) -> str:
    """Return the prompt for a draft: its source, the failing test as a comment, and `[fix]`."""
    return str(_template("prompt.j2").render(**_variables(lines, visible)))


def demonstrated(lines: Sequence[str], visible: Case, *, demonstration: str) -> str:
    """Return the prompt that shows one correct patch first and asks for another attempt."""
    template = _template("demonstration.j2")
    return str(template.render(**_variables(lines, visible), demonstration=demonstration))


def _variables(lines: Sequence[str], visible: Case) -> dict[str, Any]:
    test = f"assert {visible.value} == {visible.expected}"
    return {"source": "\n".join(lines) + "\n", "visible_tests": [test], "failure": test}


@cache
def _template(name: str) -> Any:
    import jinja2

    text = (assets.folder("agents") / AGENT / name).read_text()
    return jinja2.Environment(keep_trailing_newline=True, undefined=jinja2.StrictUndefined).from_string(text)
