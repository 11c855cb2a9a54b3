"""Mechanical rewordings of Python: the same program in other words, to measure what a signature is blind to.

Each rule works on the standard library's syntax tree, apart from the rules that it tests, and keeps what the
program does. Where a rule cannot be sure (a name that may be seen from outside, a lazy sequence, a loop whose
sequence changes under it), it leaves the code as it is. A rule lives in the file of what it changes.
"""

from __future__ import annotations

from collections.abc import Callable

from reroll.strategies.reword.exits import break_out, else_to_exit, exit_to_else
from reroll.strategies.reword.idioms import enumerate_walks, format_texts, index_walks, unchain
from reroll.strategies.reword.layout import comment, reformat
from reroll.strategies.reword.loops import comprehension_to_loop, for_to_while
from reroll.strategies.reword.names import rename
from reroll.strategies.reword.order import commute, invert
from reroll.strategies.reword.searches import ask_before, list_generators, write_out
from reroll.strategies.reword.values import augment, branch_values, choose_values, name_values, spell_out


def combine(code: str) -> str:
    """Apply commuting, inversion, loop form, names and comments, one after the other."""
    for rule in (commute, invert, for_to_while, rename, comment):
        code = rule(code)
    return code


Rewording = Callable[[str], str]

RULES: dict[str, Rewording] = {
    "rename": rename,
    "reformat": reformat,
    "comments": comment,
    "commute": commute,
    "invert": invert,
    "for-to-while": for_to_while,
    "comprehension-to-loop": comprehension_to_loop,
    "exit-to-else": exit_to_else,
    "else-to-exit": else_to_exit,
    "break-out": break_out,
    "name-values": name_values,
    "augment": augment,
    "spell-out": spell_out,
    "branch-values": branch_values,
    "choose-values": choose_values,
    "enumerate-walks": enumerate_walks,
    "unchain": unchain,
    "format-texts": format_texts,
    "list-generators": list_generators,
    "combined": combine,
}
"""Rewordings that no signature sees, of an edit or of a program."""

PROGRAM_RULES: dict[str, Rewording] = {
    "index-walks": index_walks,
    "write-out": write_out,
    "ask-before": ask_before,
}
"""Rewordings that keep a program's strategy, and that an edit shows: a loop for a built-in is a rewrite."""

__all__ = ["PROGRAM_RULES", "RULES", "Rewording", "combine"]
