"""Unified diffs, applied strictly: reference fixes, and the diffs that models write.

A hunk goes where its old lines are found, and nowhere if that place is not unique: a model's line numbers and
counts cannot be trusted. Libraries that parse diffs refuse a hunk whose counts are wrong, or skip it in
silence, which is why this is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from reroll.errors import PatchError

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@.*$|^@@.*$")


def apply_diff(diff: str, files: Mapping[str, str]) -> dict[str, str | None]:
    """Apply a unified diff and return the new text of each changed file, None where it is deleted.

    Raises:
        PatchError: the diff is malformed, names a file that is not there, or a hunk fits nowhere or at
            more than one place.
    """
    changed: dict[str, str | None] = {}
    for before, after, hunks in _sections(diff.replace("\r\n", "\n")):
        path = after if after is not None else before
        if path is None:
            raise PatchError("The diff names no file")
        if after is None:
            changed[path] = None
        elif before is None:
            changed[path] = _join(new for hunk in hunks for new in hunk.new)
        elif path not in files:
            raise PatchError(f"The diff changes {path!r}, which does not exist")
        else:
            changed[path] = _apply_hunks(hunks, changed.get(path) or files[path], path=path)
    if not changed:
        raise PatchError("The diff holds no hunk")
    return changed


class _Hunk:
    """One hunk: its old and its new lines, and the line number that it claims."""

    def __init__(self, line: int | None) -> None:
        self.line = line
        self.old: list[str] = []
        self.new: list[str] = []


def _sections(diff: str) -> list[tuple[str | None, str | None, list[_Hunk]]]:
    """Split a diff into (old path, new path, hunks); tolerant of git headers and of missing counts."""
    sections: list[tuple[str | None, str | None, list[_Hunk]]] = []
    before: str | None = None
    lines = diff.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line.startswith("--- ") and following.startswith("+++ "):
            before = _path(line[4:], prefix="a/")
        elif line.startswith("+++ ") and number and lines[number - 1].startswith("--- "):
            sections.append((before, _path(line[4:], prefix="b/"), []))
        elif _HUNK.match(line) and sections:
            claimed = re.match(r"@@ -(\d+)", line)
            sections[-1][2].append(_Hunk(int(claimed.group(1)) if claimed else None))
        elif sections and sections[-1][2]:
            _read_line(line, sections[-1][2][-1])
    return sections


def _read_line(line: str, hunk: _Hunk) -> None:
    if line.startswith("+"):
        hunk.new.append(line[1:])
    elif line.startswith("-"):
        hunk.old.append(line[1:])
    elif line.startswith("\\") or line.startswith(("diff --git", "index ", "new file", "deleted file")):
        return
    else:
        text = line[1:] if line.startswith(" ") else line
        hunk.old.append(text)
        hunk.new.append(text)


def _path(field: str, *, prefix: str) -> str | None:
    path = field.split("\t", maxsplit=1)[0].strip()
    if path == "/dev/null":
        return None
    return path.removeprefix(prefix)


def _apply_hunks(hunks: Sequence[_Hunk], text: str, *, path: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    offset = 0
    for number, hunk in enumerate(hunks, 1):
        old, new = _trim(hunk, lines)
        claimed = None if hunk.line is None else max(hunk.line - 1, 0) + offset
        start = _locate(old, lines, claimed=claimed, what=f"Hunk {number} for {path!r}")
        lines[start : start + len(old)] = new
        offset += len(new) - len(old)
    return newline.join(lines)


def _trim(hunk: _Hunk, lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Drop trailing blank context that the reply, not the file, put at the end of a hunk."""
    old, new = list(hunk.old), list(hunk.new)
    while (
        old and new and not old[-1].strip() and not new[-1].strip() and not _places(old, lines, loose=False)
    ):
        old.pop()
        new.pop()
    return old, new


def _locate(old: Sequence[str], lines: Sequence[str], *, claimed: int | None, what: str) -> int:
    if not old:
        if claimed is None:
            raise PatchError(f"{what} inserts lines without saying where")
        return min(claimed + 1, len(lines)) if claimed else 0
    places = _places(old, lines, loose=False) or _places(old, lines, loose=True)
    if not places:
        raise PatchError(f"{what} does not fit: its old lines are not in the file")
    if len(places) == 1:
        return places[0]
    if claimed in places:
        return int(claimed or 0)
    raise PatchError(f"{what} is ambiguous: its old lines are at {len(places)} places")


def _places(old: Sequence[str], lines: Sequence[str], *, loose: bool) -> list[int]:
    """Return where `old` stands in `lines`; `loose` ignores trailing blanks."""
    wanted = [line.rstrip() for line in old] if loose else list(old)
    held = [line.rstrip() for line in lines] if loose else list(lines)
    return [i for i in range(len(held) - len(wanted) + 1) if held[i : i + len(wanted)] == wanted]


def _join(lines: Iterable[str]) -> str:
    return "".join(line + "\n" for line in lines)
