"""Which edits can be undone and redone."""

from editor.commands import Command


class History:
    """The edits that were made and the edits that were taken back."""

    def __init__(self, limit: int = 100) -> None:
        self._limit = limit
        self._done: list[Command] = []
        self._undone: list[Command] = []

    def record(self, command: Command) -> None:
        """Note an edit that was made; the oldest is forgotten where there are too many."""
        self._done.append(command)
        del self._done[: -self._limit]

    def back(self) -> Command | None:
        """Return the edit to take back, or None."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def forward(self) -> Command | None:
        """Return the edit to make again, or None."""
        if not self._undone:
            return None
        command = self._undone.pop()
        self._done.append(command)
        return command

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to make again."""
        return bool(self._undone)
