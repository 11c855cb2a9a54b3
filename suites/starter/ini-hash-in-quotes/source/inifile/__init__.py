"""Reads configuration files with sections."""

from inifile.document import Document
from inifile.parser import ParseError, parse

__all__ = ["Document", "ParseError", "parse"]
