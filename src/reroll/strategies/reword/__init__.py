"""Mechanical rewordings of Python: the same program in other words, to measure what a signature is blind to.

Each rule works on the standard library's syntax tree, apart from the rules that it tests, and keeps what the
program does. Where a rule cannot be sure (a name that may be seen from outside, a lazy sequence, a loop whose
sequence changes under it), it leaves the code as it is. A rule lives in the file of what it changes.
"""

from __future__ import annotations

from collections.abc import Callable

from reroll.strategies.reword.layout import comment, reformat
from reroll.strategies.reword.loops import comprehension_to_loop, for_to_while
from reroll.strategies.reword.names import rename
from reroll.strategies.reword.order import commute, invert

__all__ = [
    "RULES",
    "combine",
    "comment",
    "commute",
    "comprehension_to_loop",
    "for_to_while",
    "invert",
    "reformat",
    "rename",
]


def combine(code: str) -> str:
    """Apply commuting, inversion, loop form, names and comments, one after the other."""
    for rule in (commute, invert, for_to_while, rename, comment):
        code = rule(code)
    return code


RULES: dict[str, Callable[[str], str]] = {
    "rename": rename,
    "reformat": reformat,
    "comments": comment,
    "commute": commute,
    "invert": invert,
    "for-to-while": for_to_while,
    "comprehension-to-loop": comprehension_to_loop,
    "combined": combine,
}
