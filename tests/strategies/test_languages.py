"""Languages other than Python: JavaScript and TypeScript by their own rules, the rest by what grammars share."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

ADDING = {
    "counting loop": "function f(xs) { let t = 0; for (let i = 0; i < xs.length; i++) { t += xs[i]; } return t }",
    "visit": "function f(ys) { let s = 0; for (const y of ys) s = s + y; return s; }",
    "reduce": "const f = (xs) => xs.reduce((a, x) => a + x, 0);",
}
PICKING = {
    "push": "function f(xs) { const r = []; for (const x of xs) { if (x > 1) r.push(x * 2) } return r }",
    "filter and map": "const f = xs => xs.filter(x => 1 < x).map(y => 2 * y)",
}
SMALL = {
    "c": ("int f(int *a, int n) { int t = 3; for (int i = 0; i < n; i++) { t += a[i]; } return t; }", "t = 3", "t = 0"),
    "cpp": ("int f(std::vector<int> a) { int t = 3; for (auto x : a) { t += x; } return t; }", "t = 3", "t = 0"),
    "java": ("class A { int f(int[] a) { int t = 3; for (int x : a) { t += x; } return t; } }", "t = 3", "t = 0"),
    "go": ("package m\nfunc f(a int) int {\n if a > 3 { return 1 }\n return 0\n}\n", "a > 3", "a > 2"),
    "rust": ("fn f(a: i32) -> i32 { if a > 3 { return 1; } 0 }", "a > 3", "a > 2"),
}  # fmt: skip


@pytest.mark.parametrize("programs", [ADDING, PICKING], ids=["adding", "picking"])
def test_javascript_has_one_form_for_many_wordings(programs: Any, as_program: Any) -> None:
    forms = [as_program(code, "javascript") for code in programs.values()]
    assert all(form == forms[0] for form in forms)


def test_types_are_no_part_of_a_strategy(as_program: Any) -> None:
    typed = "function f(xs: number[]): number { return xs.reduce((a: number, x: number) => a + x, 0) }"
    assert as_program(typed, "typescript") == as_program(ADDING["reduce"], "javascript")


def test_a_switch_is_a_chain_of_tests(as_program: Any) -> None:
    switch = "function f(a) { switch (a) { case 1: return 2; case 3: return 4; default: return 5 } }"
    chain = "function f(a) { if (a === 1) return 2; else if (a === 3) return 4; return 5 }"
    assert as_program(switch, "javascript") == as_program(chain, "javascript")


def test_an_edit_in_javascript_is_placed_and_labelled(edited: Any) -> None:
    source = ADDING["visit"]
    signature = edited(source, source.replace("s = 0", "s = 1"), language="javascript")
    assert signature.label == "starts s at 1 in f"


@pytest.mark.parametrize("language", SMALL)
def test_any_grammar_gives_a_signature(language: Any, edited: Any) -> None:
    if importlib.util.find_spec(f"tree_sitter_{language}") is None:
        pytest.skip(f"the grammar of {language} is not installed")
    source, old, new = SMALL[language]
    signature = edited(source, source.replace(old, new), language=language)
    assert signature.parsed
    assert signature.unit.split("/")[0].endswith("f")
    assert signature.dominant == "constant"


@pytest.mark.parametrize("language", SMALL)
def test_renaming_is_no_edit_in_any_grammar(language: Any, edited: Any) -> None:
    if importlib.util.find_spec(f"tree_sitter_{language}") is None:
        pytest.skip(f"the grammar of {language} is not installed")
    source = SMALL[language][0]
    renamed = (
        source.replace("a[", "data[").replace("*a", "*data").replace(" a ", " data ").replace("t +=", "t  +=")
    )
    assert edited(source, renamed if language == "c" else source + "\n", language=language).dominant == "none"
