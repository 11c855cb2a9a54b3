"""Find the edit in a completion: tolerant of whitespace and chatter, never of ambiguity.

One function a format; `auto` takes the first format whose marks are in the text. Each returns the new text
of each changed file and leaves it to `reroll.patch.apply` to say what may be edited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reroll.diff import apply_diff
from reroll.errors import AgentError, PatchError
from reroll.patch.blocks import Block, read_blocks
from reroll.patch.definitions import replace_definitions
from reroll.records import Bug

Edits = Mapping[str, str | None]

_SEARCH = re.compile(
    r"^[ \t]*<{5,9} ?SEARCH[ \t]*\n(?P<old>.*?)^[ \t]*={5,9}[ \t]*\n"
    r"(?P<new>.*?)^[ \t]*>{5,9} ?REPLACE[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_DIFF = re.compile(r"^--- \S.*\n\+\+\+ \S", re.MULTILINE)
_LINE = re.compile(r"^(?P<number>\d+)(?P<mode>[+.]?)\|(?P<text>.*)$")
_PATHISH = re.compile(r"[`*#\s]*(?:file(?:name)?:\s*)?(?P<path>[\w./\-]+\.\w+)[`*:\s]*$", re.IGNORECASE)


def extract(completion: str, bug: Bug, *, edit_format: str = "auto") -> Edits:
    """Return the new text of each file that the completion changes, None where it deletes one.

    Raises:
        PatchError: No edit is found, it does not fit the source, or it fits more than one place.
        AgentError: There is no such edit format.
    """
    if edit_format not in FORMATS:
        raise AgentError(f"No edit format {edit_format!r}: there is {', '.join(FORMATS)}")
    text = completion.replace("\r\n", "\n")
    if not text.strip():
        raise PatchError("The completion is empty")
    return FORMATS[edit_format](text, bug)


def _auto(text: str, bug: Bug) -> Edits:
    if _SEARCH.search(text):
        return search_replace(text, bug)
    if _DIFF.search(text):
        return unified_diff(text, bug)
    if "```" in text:
        return whole(text, bug)
    raise PatchError("The completion holds no edit: no search/replace block, no diff, no fenced code")


def search_replace(text: str, bug: Bug) -> Edits:
    """Apply `<<<<<<< SEARCH … ======= … >>>>>>> REPLACE` blocks, each under the path of its file."""
    changed: dict[str, str] = {}
    for match in _SEARCH.finditer(text):
        old, new = match["old"], match["new"]
        path = _path_above(text[: match.start()], bug) or _sole_holder(old, bug, changed)
        current = changed.get(path, bug.source.get(path))
        if current is None:
            if old.strip():
                raise PatchError(f"A search block names {path!r}, which does not exist")
            changed[path] = new
            continue
        changed[path] = _replace_once(current, old, new, path=path)
    if not changed:
        raise PatchError("The completion holds no whole search/replace block")
    return changed


def unified_diff(text: str, bug: Bug) -> Edits:
    """Apply unified diffs, fenced or bare; hunks go where their old lines stand."""
    fenced = [block.text for block in read_blocks(text) if _DIFF.search(block.text)]
    return apply_diff("\n".join(fenced) if fenced else text[_first(_DIFF, text) :], bug.source)


def whole(text: str, bug: Bug) -> Edits:
    """Take whole files or whole functions from fenced code, or from the reply itself if it has no fence."""
    blocks = [b for b in read_blocks(text) if b.text.strip()] or [Block(path=None, language="", text=text)]
    named = {b.path: b.text for b in blocks if b.path is not None and b.path in bug.source}
    if named:
        return {path: _ended(body) for path, body in named.items()}
    strangers = [b.path for b in blocks if b.path is not None]
    if strangers:
        return {path: _ended(b.text) for path, b in zip(strangers, blocks, strict=False) if path}
    if len(blocks) > 1:
        blocks = _last_fitting(blocks, bug)
    return replace_definitions(_ended(blocks[0].text), bug)


def line_edits(text: str, bug: Bug) -> Edits:
    """Apply `N|text`, `N+|text` and `N.|text` to the single editable file.

    They replace line N, insert before line N, and replace line N to the end; numbers are those of the old
    file, and the new line takes the indentation of line N.
    """
    path = _single(bug, what="A line edit")
    lines = bug.source[path].splitlines()
    replaced: dict[int, list[str]] = {}
    inserted: dict[int, list[str]] = {}
    end = len(lines)
    for raw in filter(str.strip, text.split("\n")):
        match = _LINE.match(raw.strip())
        if match is None:
            raise PatchError(f"{raw.strip()[:60]!r} is not a line edit")
        number = int(match["number"])
        if not 1 <= number <= len(lines):
            raise PatchError(f"Line {number} is not in {path!r}, which has {len(lines)} lines")
        indent = re.match(r"[ \t]*", lines[number - 1])
        new = (indent.group() if indent else "") + match["text"].strip()
        if match["mode"] == "+":
            inserted.setdefault(number, []).append(new)
            continue
        if number in replaced or number > end:
            raise PatchError(f"Line {number} is edited twice")
        replaced[number] = [new]
        if match["mode"] == ".":
            end = number
    kept: list[str] = []
    for number in range(1, end + 1):
        kept += inserted.get(number, [])
        kept += replaced.get(number, [lines[number - 1]])
    return {path: "\n".join(kept) + "\n"}


def continuation(text: str, bug: Bug) -> Edits:
    """Put the completion where the source has `raise NotImplementedError` as its last line."""
    path = _single(bug, what="A continuation")
    head, hole, _ = bug.source[path].rpartition("    raise NotImplementedError")
    if not hole:
        raise PatchError(f"{path!r} has no place to continue: it does not end in 'raise NotImplementedError'")
    return {path: _ended(head + text)}


def sample(text: str, bug: Bug) -> Edits:
    """Take an attempt made elsewhere: an edit with marks, a whole solution, or else a continuation."""
    if _SEARCH.search(text) or _DIFF.search(text) or "```" in text:
        return _auto(text, bug)
    try:
        return replace_definitions(_ended(text), bug)
    except PatchError:
        if any("raise NotImplementedError" in bug.source[path] for path in bug.editable):
            return continuation(text, bug)
        raise


FORMATS: Mapping[str, Callable[[str, Bug], Edits]] = {
    "auto": _auto,
    "search-replace": search_replace,
    "diff": unified_diff,
    "whole": whole,
    "lines": line_edits,
    "continuation": continuation,
    "sample": sample,
}
"""Edit formats by name, as in `edit_format` of agent.toml."""


def _single(bug: Bug, *, what: str) -> str:
    if len(bug.editable) != 1:
        raise PatchError(f"{what} needs one editable file, and bug {bug.id} has {len(bug.editable)}")
    return bug.editable[0]


def _path_above(text: str, bug: Bug) -> str | None:
    """Return the path on the last line above a block, past fence and blank lines."""
    for line in reversed(text.rstrip().split("\n")[-3:]):
        if (line.strip().startswith("```") and len(line.strip().split()) < 2) or not line.strip():
            continue
        match = _PATHISH.search(line.strip().removeprefix("```"))
        if match is None:
            return None
        path = match["path"].removeprefix("./")
        return path if "/" in path or path in bug.source or "." in path else None
    return None


def _sole_holder(old: str, bug: Bug, changed: Mapping[str, str]) -> str:
    """Return the one editable file that holds the searched text, for blocks without a path."""
    if len(bug.editable) == 1:
        return bug.editable[0]
    holders = [path for path in bug.editable if old.strip() in changed.get(path, bug.source[path])]
    if len(holders) != 1:
        raise PatchError(f"A search block without a path fits {len(holders)} editable files")
    return holders[0]


def _replace_once(text: str, old: str, new: str, *, path: str) -> str:
    """Replace `old`, found exactly, or else line by line without trailing blanks, or else re-indented."""
    if not old.strip():
        raise PatchError(f"A search block for {path!r} searches for nothing")
    if text.count(old) == 1:
        return text.replace(old, new)
    if text.count(old) > 1:
        raise PatchError(
            f"A search block for {path!r} is ambiguous: its text is there {text.count(old)} times"
        )
    lines, wanted = text.split("\n"), old.rstrip("\n").split("\n")
    for loosen in (str.rstrip, str.strip):
        places = _line_places(lines, wanted, loosen)
        if len(places) > 1:
            raise PatchError(
                f"A search block for {path!r} is ambiguous: its lines are at {len(places)} places"
            )
        if places:
            start = places[0]
            shift = _indentation(lines[start]) if loosen is str.strip else None
            body = _shifted(new, wanted[0], shift) if new.strip() else []
            return "\n".join([*lines[:start], *body, *lines[start + len(wanted) :]])
    raise PatchError(f"A search block for {path!r} does not fit: its text is not in the file")


def _line_places(lines: list[str], wanted: list[str], loosen: Callable[[str], str]) -> list[int]:
    held, sought = [loosen(line) for line in lines], [loosen(line) for line in wanted]
    return [i for i in range(len(held) - len(sought) + 1) if held[i : i + len(sought)] == sought]


def _shifted(new: str, first_old: str, indentation: str | None) -> list[str]:
    body = new.rstrip("\n").split("\n")
    if indentation is None:
        return body
    extra = len(indentation) - len(_indentation(first_old))
    if extra >= 0:
        return [indentation[:extra] + line if line.strip() else line for line in body]
    return [line[-extra:] if not line[:-extra].strip() else line for line in body]


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _last_fitting(blocks: list[Block], bug: Bug) -> list[Block]:
    """Of several blocks without a path, keep the only one that defines what the source defines."""
    fitting = []
    for block in blocks:
        try:
            replace_definitions(_ended(block.text), bug)
        except PatchError:
            continue
        fitting.append(block)
    if len(fitting) != 1:
        raise PatchError(f"The completion holds {len(blocks)} code blocks, and {len(fitting)} of them fit")
    return fitting


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _first(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    if match is None:
        raise PatchError("The completion holds no diff")
    return match.start()
