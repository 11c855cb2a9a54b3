"""Source and diffs as coloured HTML: one `span.line` a line, tokens in six classes."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

from reroll.report.untrusted import visible

LONGEST_LINE = 400
"""Characters of a line that are shown."""


def diff_html(diff: str, *, language: str) -> str:
    """Return a unified diff as HTML, with added and removed lines marked and their code coloured."""
    return "".join(_diff_line(line, language) for line in visible(diff).splitlines())


def source_html(text: str, *, language: str) -> str:
    """Return source as HTML."""
    return "".join(
        f'<span class="line">{_code(line, language)}</span>' for line in visible(text).splitlines()
    )


def _diff_line(line: str, language: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return f'<span class="line file">{escape(line)}</span>'
    if line.startswith("@@"):
        return f'<span class="line hunk">{escape(line)}</span>'
    kind = {"+": " add", "-": " del"}.get(line[:1], "")
    return f'<span class="line{kind}">{escape(line[:1])}{_code(line[1:], language)}</span>'


def _code(line: str, language: str) -> str:
    cut = line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"
    parts = []
    for token, text in _lexer(language).get_tokens(cut):
        name, shown = _class(token), escape(text.rstrip("\n"))
        parts.append(f'<i class="{name}">{shown}</i>' if name and shown.strip() else shown)
    return "".join(parts)


@lru_cache(maxsize=16)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.lexers.special import TextLexer
    from pygments.util import ClassNotFound

    options = {"stripnl": False, "stripall": False, "ensurenl": False}
    try:
        return get_lexer_by_name(language, **options)
    except ClassNotFound:
        return TextLexer(**options)


@lru_cache(maxsize=256)
def _class(token: Any) -> str:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    if token in Operator.Word:
        return "tk"
    classes = (
        (Comment, "tc"),
        (Keyword, "tk"),
        (Number, "tm"),
        (String, "ts"),
        (Name.Function, "tn"),
        (Name.Class, "tn"),
        (Name.Decorator, "tn"),
    )
    return next((name for kind, name in classes if token in kind), "")
