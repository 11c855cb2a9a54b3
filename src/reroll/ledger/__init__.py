"""The record of a run: one SQLite file, written as each thing completes, read as pandas frames."""

from reroll.ledger.ledger import Ledger, Specification
from reroll.ledger.run import Run

__all__ = ["Ledger", "Run", "Specification"]
