"""Signatures of edits: where they are, what they do, and what they are blind to."""

from __future__ import annotations

from typing import Any

import pytest

from reroll.errors import MissingDependency
from reroll.strategies import program_signature, sign

TOTAL = "def total(xs):\n    t = 3\n    for x in xs:\n        t += x\n    return t\n"


def coarse(signature: Any) -> Any:
    return signature.unit, signature.dominant


def test_three_repairs_of_one_sum_are_three_strategies(edited: Any) -> None:
    start = edited(TOTAL, TOTAL.replace("t = 3", "t = 0"))
    result = edited(TOTAL, TOTAL.replace("return t", "return t - 3"))
    rewrite = edited(TOTAL, "def total(xs):\n    return sum(xs)\n")
    assert len({coarse(start), coarse(result), coarse(rewrite)}) == 3


def test_a_rewrite_is_one_strategy_however_it_is_spelt(edited: Any) -> None:
    first = edited(TOTAL, "def total(xs):\n    return sum(xs)\n")
    second = edited(TOTAL, "def total(items):\n    result = sum(items)\n    return result\n")
    third = edited(TOTAL, "def total(xs):\n    return sum(x for x in xs)\n")
    assert first == second == third


def test_two_ways_to_move_a_bound_are_one_coarse_strategy(edited: Any) -> None:
    source = "def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n"
    first = edited(source, source.replace("range(n)", "range(n + 1)"))
    second = edited(source, source.replace("range(n)", "range(1, n + 1)"))
    assert coarse(first) == coarse(second)
    assert first.atoms != second.atoms


def test_a_patch_that_renames_everything_and_mends_one_thing_is_that_one_thing(edited: Any) -> None:
    plain = edited(TOTAL, TOTAL.replace("t = 3", "t = 0"))
    renamed = edited(TOTAL, "def total(vs):\n    s = 0\n    for v in vs:\n        s = v + s\n    return s\n")
    assert renamed == plain


def test_a_patch_that_only_rewords_has_no_atoms(edited: Any) -> None:
    reworded = edited(TOTAL, "def total(a):\n    b = 3\n    for c in a:\n        b = b + c\n    return b\n")
    assert reworded.dominant == "none"
    assert reworded.atoms == ()


def test_a_broken_patch_is_not_parsed(edited: Any) -> None:
    signature = edited(TOTAL, TOTAL.replace("return t", "return (t"))
    assert not signature.parsed
    assert signature.dominant == "unparsed"


@pytest.mark.parametrize(
    ("after", "label"),
    [
        (TOTAL.replace("t = 3", "t = 0"), "starts t at 0 in total"),
        (TOTAL.replace("    t = 3", "    if not xs:\n        return 0\n    t = 3"), "guards empty input"),
        (
            TOTAL.replace("    t = 3", "    if xs is None:\n        raise ValueError\n    t = 3"),
            "rejects None",
        ),
        (TOTAL.replace("in xs", "in sorted(xs)"), "sorts what the loop in total goes over"),
        (TOTAL.replace("return t", "return abs(t)"), "takes the absolute value around what total returns"),
    ],
)
def test_labels_are_phrases(edited: Any, after: Any, label: Any) -> None:
    assert edited(TOTAL, after).label == label


def test_a_rewrite_is_named_by_what_it_brings(edited: Any) -> None:
    source = "def f(xs):\n    best = xs[0]\n    for x in xs:\n        if x > best:\n            best = x\n    return best - 1\n"
    first = edited(source, "def f(xs):\n    return sorted(xs)[-1]\n")
    second = edited(
        source, "def f(xs):\n    ordered = list(xs)\n    ordered.sort()\n    return ordered[len(xs) - 1]\n"
    )
    assert coarse(first) == coarse(second)
    assert first.label == "rewrites f so that it sorts"


def test_iterating_over_a_copy_is_an_edit_where_a_callee_may_change_the_original(edited: Any) -> None:
    source = "class B:\n    def send(self, e):\n        for f in self.listeners:\n            f(e)\n"
    signature = edited(source, source.replace("in self.listeners", "in self.listeners[:]"))
    assert signature.label == "copies what the loop in send goes over"


def test_the_unit_names_function_and_role(edited: Any) -> None:
    source = (
        "class Cart:\n    def sum(self):\n        return self.a\n\n    def other(self):\n        return 1\n"
    )
    assert edited(source, source.replace("self.a", "self.a + 1")).unit == "Cart.sum/return"


def test_a_changed_literal_sequence_is_the_strategy(edited: Any) -> None:
    source = "edges = '12 23'\nroute = '1 3'\n"
    first = edited(source, source.replace("1 3", "1 2 3"))
    second = edited(source, source.replace("1 3", "1 4 3"))
    assert coarse(first) != coarse(second)
    listed = edited("route = [1, 3]\n", "route = [1, 2, 3]\n")
    assert listed.dominant == "entries: [1 2 3]"


def test_a_swapped_comparison_bound_stays_in_its_test(edited: Any) -> None:
    source = "def f(x):\n    if x > 5:\n        return 1\n    return 0\n"
    closed = edited(source, source.replace("> 5", ">= 5"))
    lowered = edited(source, source.replace("> 5", "> 4"))
    edge = edited(source, source.replace("return 0", "return int(x == 5)"))
    assert len({coarse(closed), coarse(lowered), coarse(edge)}) == 3
    assert closed.label == "moves the bound of the test in f"


def test_moved_statements_are_a_move(edited: Any) -> None:
    source = "def f(a):\n    g(a)\n    h(a)\n    k(a)\n    return a\n"
    moved = edited(source, "def f(a):\n    h(a)\n    k(a)\n    g(a)\n    return a\n")
    assert moved.dominant.startswith("move")


def test_unchanged_units_and_files_do_not_count() -> None:
    source = {"a.py": TOTAL, "b.py": TOTAL}
    signature = sign(source, {**source, "b.py": TOTAL.replace("t = 3", "t = 0")})
    assert signature.label == "starts t at 0 in total"
    assert sign(source, source).atoms == ()


def test_a_file_that_is_not_code_is_a_change_of_data() -> None:
    signature = sign({"rates.csv": "1,2\n"}, {"rates.csv": "1,3\n"})
    assert signature.unit == "module/file rates.csv"


def test_programs_are_read_by_their_mechanisms() -> None:
    assert program_signature("def f(xs):\n    return sorted(xs)\n").dominant == "sorts"
    assert not program_signature("def f(:\n").parsed


def test_a_missing_grammar_says_what_to_install() -> None:
    with pytest.raises(MissingDependency, match="tree-sitter-brainfuck"):
        program_signature("+", language="brainfuck")


def test_code_that_is_nested_absurdly_deep_is_not_parsed(edited: Any) -> None:
    deep = TOTAL.replace("return t", f"return {'(-' * 4000}t{')' * 4000}")
    assert not edited(TOTAL, deep).parsed
