"""From a completion to a patch: find the edit, apply it, refuse what may not be edited."""

from reroll.patch.apply import make_patch, reference_patch
from reroll.patch.extract import FORMATS, extract

__all__ = ["FORMATS", "extract", "make_patch", "reference_patch"]
