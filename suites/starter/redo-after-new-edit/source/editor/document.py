"""A document with undo and redo."""

from editor.commands import Command, Delete, Insert
from editor.history import History


class Document:
    """Text that is edited."""

    def __init__(self, content: str = "", *, undo_limit: int = 100) -> None:
        self.content = content
        self._history = History(undo_limit)

    def _do(self, command: Command) -> None:
        self.content = command.apply(self.content)
        self._history.record(command)

    def type(self, text: str, *, at: int | None = None) -> None:
        """Insert text, at the end unless `at` says where."""
        if text:
            self._do(Insert(len(self.content) if at is None else at, text))

    def erase(self, start: int, end: int) -> None:
        """Delete the text between two positions."""
        if self.content[start:end]:
            self._do(Delete(start, self.content[start:end]))

    def replace(self, old: str, new: str) -> int:
        """Replace each occurrence of a text, as two edits each, and return their number."""
        count, start = 0, self.content.find(old)
        while start >= 0:
            self.erase(start, start + len(old))
            self.type(new, at=start)
            count += 1
            start = self.content.find(old, start + len(new))
        return count

    def undo(self) -> bool:
        """Take the last edit back and return whether there was one."""
        command = self._history.back()
        if command is not None:
            self.content = command.revert(self.content)
        return command is not None

    def redo(self) -> bool:
        """Make the last undone edit again and return whether there was one."""
        command = self._history.forward()
        if command is not None:
            self.content = command.apply(self.content)
        return command is not None

    @property
    def can_undo(self) -> bool:
        """Whether undo would do something."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether redo would do something."""
        return self._history.can_redo
