"""How the supervisor talks to the trusted side: framed messages over two descriptors.

Every message is a four-byte big-endian length and a JSON header. A job's payload follows its header as raw
bytes, and only the child of that job reads it, so that the supervisor never holds an attempt's data.
"""

from __future__ import annotations

import json
import os
from typing import Any

LONGEST_HEADER = 1 << 16


class Channel:
    """The two ends of the supervisor's connection."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.incoming = incoming
        self.outgoing = outgoing

    def receive(self) -> dict[str, Any] | None:
        """Return the next header, or None when the trusted side is gone."""
        prefix = self.read(4)
        if len(prefix) < 4:
            return None
        length = int.from_bytes(prefix, "big")
        if length > LONGEST_HEADER:
            return None
        header = json.loads(self.read(length))
        return header if isinstance(header, dict) else None

    def read(self, length: int) -> bytes:
        """Return `length` bytes, or fewer at the end of the stream."""
        parts = []
        while length:
            part = os.read(self.incoming, min(length, 1 << 20))
            if not part:
                break
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def send(self, header: dict[str, Any], *, files: tuple[tuple[int, int], ...] = ()) -> None:
        """Send a header and then the first bytes of files, which never enter this process.

        Args:
            header: JSON object.
            files: Pairs of descriptor and number of bytes.
        """
        text = json.dumps(header, separators=(",", ":")).encode()
        view = memoryview(len(text).to_bytes(4, "big") + text)
        while view:
            view = view[os.write(self.outgoing, view) :]
        for descriptor, length in files:
            sent = 0
            while sent < length:
                step = os.sendfile(self.outgoing, descriptor, sent, length - sent)
                if step == 0:
                    # A survivor shrank the file: the stream must keep the promised length.
                    step = os.write(self.outgoing, b"\0" * min(length - sent, 1 << 16))
                sent += step
