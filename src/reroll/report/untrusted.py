"""Text that a model wrote, made safe to look at: nothing in it may move the cursor or reorder what is read.

HTML is escaped by the templates; this is about characters that escaping leaves alone: terminal control
sequences, and the bidirectional controls that make code read differently from what it does.
"""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]|[\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return the text with control and direction characters written out as `⟨U+202E⟩`."""
    return _CONTROLS.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text.replace("\r\n", "\n"))
