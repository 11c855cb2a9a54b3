"""Gates for pipelines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reroll.errors import StatisticsError, UsageError
from reroll.records import Tally
from reroll.report.compare import compare, compare_checkpoints
from reroll.report.comparison import Comparison
from reroll.report.gate import gate
from reroll.statistics.population import Population


def tallies(counts: Sequence[int], *, part: str, bugs: int = 40) -> list[Tally]:
    return [
        Tally(
            bug=f"{part}/{i}",
            slice=part,
            attempts=16,
            correct=sum(counts),
            strategies={f"c-{j}": x for j, x in enumerate(counts) if x},
        )
        for i in range(bugs)
    ]


@pytest.fixture(scope="module")
def narrowed() -> tuple[Comparison, ...]:
    """Lose strategies out of distribution only."""
    base = tallies([3, 3], part="id") + tallies([3, 3], part="ood")
    sd = tallies([3, 3], part="id") + tallies([6], part="ood")
    return compare_checkpoints({"base": base, "sd": sd}, before="base")


@pytest.fixture(scope="module")
def uncertain() -> list[Comparison]:
    """Give a change whose interval holds 0."""
    pairs = Population(kappa=1.0).draw(20, attempts=32, seed=2)
    return [compare([b for b, _ in pairs], [a for _, a in pairs])]


def test_a_drop_beyond_doubt_fails(narrowed: Sequence[Comparison]) -> None:
    found = gate("D_4 drops by 0.1", narrowed)
    assert found.failed
    assert "D_4.delta" in found.why
    assert "is below −0.100" in found.why


@pytest.mark.parametrize(
    ("expression", "failed"),
    [
        ("D_4[ood].delta < -0.1", True),
        ("D_4[id].delta < -0.1", False),
        ("D_4[ood] falls by 0.5", True),
        ("echo[ood] rises by 0.2", True),
        ("D_4[ood].high < -0.1", True),
        ("D_4[ood].after <= 1", True),
        ("verdict[ood] is pays less", True),
        ("verdict[id] is not inconclusive", False),
        ("pass@16[ood].delta < 0 or D_4[ood] drops by 0.5", True),
        ("pass@16[ood].delta < 0 and D_4[ood] drops by 0.5", False),
        ("D_4[ood].p < 0.01 and D_4[ood].before > 1.5", True),
        ("D_4 < -5", False),
    ],
)
def test_conditions_are_read_as_documented(
    narrowed: Sequence[Comparison], expression: str, failed: bool
) -> None:
    assert gate(expression, narrowed).failed is failed


def test_delta_respects_the_interval_and_estimate_does_not(uncertain: Sequence[Comparison]) -> None:
    metric = uncertain[0].metrics["pass@16"]
    assert metric.low < metric.delta < metric.high
    limit = (metric.delta + metric.high) / 2
    assert not gate(f"pass@16.delta < {limit}", uncertain).failed
    assert gate(f"pass@16.estimate < {limit}", uncertain).failed


def test_and_holds_for_one_slice_at_a_time(narrowed: Sequence[Comparison]) -> None:
    assert not gate("D_4 drops by 0.5 and D_4.after > 1.5", narrowed[1:]).failed


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("D_4 ?? 3", "Cannot read 'D_4 \\?\\? 3'"),
        ("__import__('os').system('x')", "Cannot read"),
        ("D_5.delta < 0", "No figure 'D_5' to gate on; there are: pass@1"),
        ("D_4[far].delta < 0", "No slice 'far' to gate on; there are: all, id, ood"),
        ("D_4.mean < 0", "Unknown field 'mean'"),
        ("D_4.delta drops by 1", "takes a figure and a size"),
        ("verdict is broken", "Unknown verdict 'broken'"),
        ("", "Cannot read ''"),
    ],
)
def test_what_cannot_be_read_is_refused(
    narrowed: Sequence[Comparison], expression: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        gate(expression, narrowed)


def test_an_undefined_figure_does_not_pass_silently(narrowed: Sequence[Comparison]) -> None:
    with pytest.raises(StatisticsError, match=r"tokens_per_fix\.delta is undefined"):
        gate("tokens_per_fix rises by 10", narrowed)


def test_no_comparison_does_not_pass_silently() -> None:
    with pytest.raises(StatisticsError, match="no comparison to look at"):
        gate("D_4 drops by 0.1", [])
