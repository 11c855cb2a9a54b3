"""One line edit: applied, refused, recovered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reroll.lab.edits import amend, recover

LINES = ("def f(xs):", "    t = 3", "    for x in xs:", "        t += x", "    return t")


def test_a_replaced_line_keeps_its_indentation() -> None:
    assert amend(LINES, "4|t += 2 * x")[3] == "        t += 2 * x"  # type: ignore[index]


def test_an_inserted_line_takes_the_indentation_of_the_line_it_precedes() -> None:
    assert amend(LINES, "2+|if not xs: return 0")[1:3] == ("    if not xs: return 0", "    t = 3")  # type: ignore[index]


def test_a_replaced_tail_ends_the_file() -> None:
    assert amend(LINES, "2.|return sum(xs)") == ("def f(xs):", "    return sum(xs)")


@pytest.mark.parametrize("edit", ["", "7|x", "0|x", "2|", "2 t = 0", "two|t = 0", "2|t = 3", "2|a\n3|b"])
def test_an_edit_that_does_not_apply_or_changes_nothing_is_none(edit: str) -> None:
    assert amend(LINES, edit) is None


@given(
    st.integers(1, 5), st.sampled_from(["", "+", "."]), st.sampled_from(["t = 0", "return sum(xs)", "pass"])
)
def test_a_recovered_edit_gives_the_same_lines(number: int, kind: str, text: str) -> None:
    lines = amend(LINES, f"{number}{kind}|{text}")
    if lines is not None:
        edit = recover(LINES, lines)
        assert edit is not None
        assert amend(LINES, edit) == lines


def test_two_changed_places_are_no_single_edit() -> None:
    assert (
        recover(LINES, ("def f(xs):", "    t = 0", "    for x in xs:", "        t += x", "    return 1"))
        is None
    )
