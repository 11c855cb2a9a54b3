"""A small text editor without a screen."""

from editor.document import Document

__all__ = ["Document"]
