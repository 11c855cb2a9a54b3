"""The live display of a run: attempts, fixes, rates, the bottleneck, the time left."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from reroll.harness.bench import Progress as Counts


class Display:
    """Draws progress on stderr: a bar on a terminal, a line now and then elsewhere."""

    LINE_SECONDS = 10.0

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.started = time.monotonic()
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}
        self._first: dict[str, tuple[float, int, int]] = {}
        self._told = self.started

    @property
    def seconds(self) -> float:
        """Seconds since the display began."""
        return time.monotonic() - self.started

    def __enter__(self) -> Display:
        """Begin to draw."""
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TextColumn("{task.completed:.0f}/{task.total:.0f}"),
                TextColumn("{task.fields[rates]}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing, and leave the last state on the screen."""
        if self._bar is not None:
            self._bar.stop()

    def say(self, text: str) -> None:
        """Print one line above the bar."""
        if self._bar is not None:
            self._bar.console.print(text, highlight=False)
        elif not self.quiet:
            print(text, file=sys.stderr)

    def observe(self, checkpoint: str, counts: Counts) -> None:
        """Take in what a checkpoint's run has done so far."""
        now = time.monotonic()
        began, recorded, tested = self._first.setdefault(checkpoint, (now, counts.recorded, counts.tested))
        elapsed = max(now - began, 1e-3)
        rates = describe(
            counts, made=(counts.recorded - recorded) / elapsed, tested=(counts.tested - tested) / elapsed
        )
        if self._bar is not None:
            if checkpoint not in self._tasks:
                self._tasks[checkpoint] = self._bar.add_task(checkpoint, total=counts.total, rates="")
            self._bar.update(
                self._tasks[checkpoint], completed=counts.tested, total=counts.total, rates=rates
            )
        elif not self.quiet and now - self._told > self.LINE_SECONDS:
            self._told = now
            print(f"{checkpoint}: {counts.tested}/{counts.total} {rates}", file=sys.stderr)


def describe(counts: Counts, *, made: float, tested: float) -> str:
    """Return the counts and rates as one phrase; the queue between the two says which one is waited for."""
    lost = f", {counts.invalid} invalid" if counts.invalid else ""
    slower = "testing" if counts.waiting > 1 else "generating" if counts.generating else "testing"
    return f"{counts.fixed} fixed{lost}; made {made:.0f}/s, tested {tested:.0f}/s, waiting for {slower}"
