"""From a completion and a bug to a patch, or to the reason why there is none.

Refusals happen here, before anything runs: an edit outside the editable files, a path that climbs out of
the project, a text that is not text, an edit that changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from reroll.diff import apply_diff
from reroll.errors import PatchError, SuiteError
from reroll.patch.extract import extract
from reroll.records import Bug, Patch

MAX_FILE_BYTES = 2**20
"""Largest patched file: beyond it a reply is a flood, not a fix."""


def make_patch(completion: str, bug: Bug, *, edit_format: str = "auto") -> Patch:
    """Return the patch in a completion.

    Raises:
        PatchError: No edit applies; the text is the recorded reason.
    """
    return _checked(extract(completion, bug, edit_format=edit_format), bug)


def reference_patch(bug: Bug, name: str) -> Patch:
    """Return a reference fix or a decoy of the bug by name.

    Raises:
        SuiteError: There is none of that name, or it does not apply.
    """
    diffs = {**bug.decoys, **bug.fixes}
    if name not in diffs:
        raise SuiteError(f"Bug {bug.id} has no fix {name!r}: there is {', '.join(diffs) or 'none'}")
    try:
        return _checked(apply_diff(diffs[name], bug.source), bug)
    except PatchError as error:
        raise SuiteError(f"Fix {name!r} of bug {bug.id} does not apply: {error}") from error


def _checked(files: Mapping[str, str | None], bug: Bug) -> Patch:
    cleaned = {_path(path): text for path, text in files.items()}
    for path, text in cleaned.items():
        if path not in bug.editable:
            raise PatchError(
                f"Edits {path!r}, which is not one of the editable files {', '.join(bug.editable)}"
            )
        if text is not None:
            _check_text(path, text)
    changed = {path: text for path, text in cleaned.items() if text != bug.source.get(path)}
    if not changed:
        raise PatchError("The edit changes nothing")
    return Patch(files=changed)


def _path(path: str) -> str:
    pure = PurePosixPath(path.strip())
    if pure.is_absolute() or ".." in pure.parts or "\0" in path or "\\" in path:
        raise PatchError(f"Edits {path!r}, which is not a path inside the project")
    return pure.as_posix()


def _check_text(path: str, text: str) -> None:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise PatchError(f"The new text of {path!r} is not Unicode text") from error
    if "\0" in text:
        raise PatchError(f"The new text of {path!r} holds a null character")
    if size > MAX_FILE_BYTES:
        raise PatchError(f"The new text of {path!r} is larger than {MAX_FILE_BYTES} bytes")
