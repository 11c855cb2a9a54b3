"""Fenced code in a chatty reply, with the path that its author gave it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n`]*)$")
_PATH = re.compile(r"(?P<path>[\w./\-]+\.\w{1,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block."""

    path: str | None
    """The path in its info string, on the line above, or in a comment on its first line."""
    language: str
    """First word of the info string, where that is not a path."""
    text: str
    """What is between the fences; an unclosed fence ends with the reply."""


def read_blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a reply in order."""
    blocks: list[Block] = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        end = _closing(lines, number + 1, opening["fence"])
        body = lines[number + 1 : end]
        blocks.append(_block(opening["info"].strip(), body, above=lines[number - 1] if number else ""))
        number = end + 1
    return blocks


def _closing(lines: list[str], start: int, fence: str) -> int:
    for number in range(start, len(lines)):
        stripped = lines[number].strip()
        if stripped.startswith(fence) and not stripped.strip(fence[0]):
            return number
    return len(lines)


def _block(info: str, body: list[str], *, above: str) -> Block:
    path = None
    in_info = _PATH.search(info)
    if in_info is not None:
        path = in_info["path"]
    else:
        heading = re.fullmatch(
            r"[\s#*`]*(?:file(?:name)?:\s*)?`?(?P<path>[\w./\-]+\.\w{1,5})`?[\s*:`]*", above, re.I
        )
        comment = (
            re.fullmatch(r"\s*(?:#|//)\s*(?:file(?:name)?:\s*)?(?P<path>[\w./\-]+\.\w{1,5})\s*", body[0])
            if body
            else None
        )
        if heading is not None:
            path = heading["path"]
        elif comment is not None:
            path = comment["path"]
    language = "" if in_info is not None or not info else info.split(maxsplit=1)[0]
    text = "\n".join(body)
    return Block(
        path=path.removeprefix("./") if path else None, language=language, text=text + "\n" if body else ""
    )
