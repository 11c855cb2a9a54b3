"""Files of demonstrations that are none: one clear line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from reroll.errors import UsageError
from reroll.report.demonstrations import from_file


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no demonstration"),
        (b"[1, 2]\n", r":1: \[1, 2\] is no object"),
        (b"\xff\xfe\n", "is no text in UTF-8"),
        (b'{"bug": 3}\n', ":1: bug 3 is not in suite 'starter'"),
    ],
)
def test_what_is_no_demonstration_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "shown.jsonl"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        from_file(file, suite="starter", data=None, edit_format="sample", grain="coarse")
