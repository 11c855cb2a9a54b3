"""A control group for one bubblewrap sandbox, where this user may make one: a bound on memory and processes.

Version 1 and 2 of control groups are known. Where neither can be written the group is empty, and the resource
limits of each process are the only bound.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reroll.container.owner import prefix

ROOT = Path("/sys/fs/cgroup")
MOST_PROCESSES = 512
PREFIX = "reroll-"
_NUMBERS = itertools.count()
_SUPERVISOR_BYTES = 96 << 20
"""What the supervisor and the writable file systems use beside the attempt."""


@dataclass(frozen=True, slots=True)
class Group:
    """The folders of one control group, none where groups cannot be made."""

    folders: tuple[Path, ...]
    """One folder per controller with version 1, one in all with version 2."""

    @staticmethod
    def make(*, memory_bytes: int) -> Group:
        """Make a group with a bound on memory, as far as this user may."""
        name = f"{prefix(PREFIX)}{next(_NUMBERS)}"
        room = str(memory_bytes + _SUPERVISOR_BYTES)
        if (ROOT / "cgroup.controllers").exists():
            wanted = [(ROOT, {"memory.max": room, "memory.swap.max": "0", "pids.max": str(MOST_PROCESSES)})]
        else:
            wanted = [
                (ROOT / "memory", {"memory.limit_in_bytes": room, "memory.memsw.limit_in_bytes": room}),
                (ROOT / "pids", {"pids.max": str(MOST_PROCESSES)}),
            ]
        folders = []
        for parent, settings in wanted:
            folder = parent / name
            try:
                folder.mkdir()
                folders.append(folder)
                for file, value in settings.items():
                    if (folder / file).exists():
                        (folder / file).write_text(value)
            except OSError:
                continue
        return Group(tuple(folders))

    def entering(self, arguments: Sequence[str]) -> list[str]:
        """Return a command line that enters the group first, and then becomes `arguments`."""
        if not self.folders:
            return list(arguments)
        for folder in self.folders:
            # The sandbox starts under a user of its own, which must be able to enter.
            os.chmod(folder / "cgroup.procs", 0o666)
        enter = "".join(f"echo 0 > {folder}/cgroup.procs; " for folder in self.folders)
        return ["/bin/sh", "-c", f'{enter}exec "$@"', "sh", *arguments]

    def memory_kills(self) -> int:
        """Return how many processes the kernel ended for their memory so far."""
        for folder in self.folders:
            for file in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError):
                    for line in (folder / file).read_text().splitlines():
                        if line.startswith("oom_kill "):
                            return int(line.split()[1])
        return 0

    def remove(self) -> None:
        """Remove the group; its processes have ended."""
        for folder in self.folders:
            remove_folder(folder)


def remove_folder(folder: Path) -> bool:
    """Remove one empty control group, waiting a moment for its last processes; return whether it is gone."""
    for _ in range(100):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            time.sleep(0.01)
        else:
            return True
    return False
