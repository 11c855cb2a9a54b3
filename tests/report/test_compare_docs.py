"""docs/method.md says what the comparison does."""

from __future__ import annotations

from pathlib import Path

import pytest

from reroll.report.compare import compare
from reroll.report.gate import gate
from reroll.report.verdicts import SIZES, VERDICTS, Margins
from reroll.statistics.population import Population

METHOD_PATH = Path(__file__).parents[2] / "docs" / "method.md"
METHOD = METHOD_PATH.read_text(encoding="utf-8")


def test_every_figure_has_its_place_in_the_method() -> None:
    pairs = Population().draw(20, attempts=16)
    names = compare([b for b, _ in pairs], [a for _, a in pairs]).metrics
    assert [name for name in names if name not in METHOD] == []


def test_the_verdict_rule_states_its_words_and_margins() -> None:
    rule = METHOD.split("## 6. The verdict")[1].split("## 7.")[0]
    assert all(f"**{verdict}**" in rule for verdict in VERDICTS)
    assert all(f"| {size} |" in rule for size in SIZES)
    assert f"more than {Margins().strategies} in D_4" in rule
    assert f"more than {Margins().rescued:.2f}".replace("0.", ".") in rule


def test_the_gates_of_the_method_can_be_read() -> None:
    pairs = Population(kappa=4).draw(40, attempts=32)
    halves = [[b for b, _ in pairs], [a for _, a in pairs]]
    comparisons = [compare(*halves)]
    block = METHOD.split("**Gates.**")[1].split("`.delta` respects")[0]
    expressions = [line.strip().split("  ")[0] for line in block.splitlines() if line.startswith("    ")]
    assert len(expressions) == 5
    for expression in expressions:
        plain = expression.replace("[ood]", "").replace("[id]", "")
        assert gate(plain, comparisons).why


@pytest.mark.parametrize(
    "heading", ["M1", "M2", "M4", "M5", "M6", "M8", "M9", "M10", "M12", "M13", "M14", "M15"]
)
def test_every_card_that_the_code_cites_exists(heading: str) -> None:
    assert f"### {heading} " in METHOD


def test_every_field_of_the_answer_is_documented() -> None:
    from dataclasses import fields

    from reroll.report.comparison import Comparison

    text = (METHOD_PATH.parent / "formats.md").read_text(encoding="utf-8").split("## An answer")[1]
    assert [field.name for field in fields(Comparison) if f"`{field.name}`" not in text] == []
