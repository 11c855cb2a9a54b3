"""What is to be repaired: suites as folders, as tables, and as adapters to other people's schemas."""

from reroll.suite.catalogue import Suite, load, names

__all__ = ["Suite", "load", "names"]
