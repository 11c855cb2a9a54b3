"""reroll measures whether further repair attempts still buy new fixes after training.

`reroll.open("runs/demo")` opens a run: its `.attempts` is a pandas frame with one row an attempt, and
`.tallies()["base"]` holds the counts that every statistic starts from.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reroll.ledger import Run

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(folder: Path | str) -> Run:  # noqa: A001 - reroll.open reads as the verb it is
    """Open a run for reading.

    Raises:
        UsageError: There is no run in the folder.
        LedgerError: The run's file is damaged.
    """
    from reroll.ledger import Run

    return Run(folder)
