"""The site and `reroll compare` give one number for one figure, with groups of bugs and without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reroll.report.compare import compare_checkpoints
from reroll.report.comparison import Comparison, Point
from reroll.report.selection import Pool, choice_curves, selection
from reroll.report.site.overview import overview
from reroll.report.view import Estimate, RunView

CURVES = {
    "pass@k": "curves",
    "C_k": "strategy_curve",
    "marginal": "marginal",
    "discovery": "marginal_strategies",
}


@pytest.fixture(params=[False, True], ids=["bugs", "groups"])
def both(request: Any, run: Any) -> tuple[RunView, tuple[Comparison, ...]]:
    """Return the overview and the comparisons of one run, by bug or by groups of three."""
    bugs = [tally.bug for tally in run.tallies["base"]]
    groups = {bug: str(place // 3) for place, bug in enumerate(bugs)} if request.param else None
    found = compare_checkpoints(run.tallies, before="base", groups=groups, flips=0)
    return overview(run.tallies, name="made-up", comparisons=found, groups=groups), found


def _cut(value: float | None, *, most: float | None) -> float | None:
    return None if value is None else max(0.0, value if most is None else min(value, most))


def _arms(point: Point, *, most: float | None) -> list[Estimate]:
    return [
        Estimate(
            value=getattr(point, arm),
            low=_cut(getattr(point, f"{arm}_low"), most=most),
            high=_cut(getattr(point, f"{arm}_high"), most=most),
        )
        for arm in ("before", "after")
    ]


@pytest.mark.parametrize("metric", CURVES)
def test_every_band_of_a_curve_is_the_interval_of_the_comparison(both: Any, metric: str) -> None:
    view, comparisons = both
    drawn = {(c.checkpoint, c.slice): c.points for c in view.curves if c.metric == metric}
    checked = 0
    for comparison in comparisons:
        for point in getattr(comparison, CURVES[metric]):
            for name, arm in zip(
                (comparison.before, comparison.after),
                _arms(point, most=None if metric == "C_k" else 1.0),
                strict=True,
            ):
                shown = drawn[name, comparison.slice].get(point.k)
                if shown is not None:
                    assert (shown.value, shown.low, shown.high) == pytest.approx(
                        (arm.value, arm.low, arm.high)
                    )
                    checked += 1
    assert checked > 20


def test_groups_widen_the_bands_of_the_site_as_they_do_the_intervals(run: Any) -> None:
    """Bugs come in threes that are copies of each other."""
    first = {name: tallies[:8] for name, tallies in run.tallies.items()}
    copies = {
        name: [replace(tally, bug=f"{tally.bug}-{copy}") for tally in tallies for copy in range(3)]
        for name, tallies in first.items()
    }
    groups = {tally.bug: tally.bug.rpartition("-")[0] for tally in copies["base"]}
    once, tied = overview(first, name="r"), overview(copies, name="r", groups=groups)
    for alone, grouped in zip(once.curves, tied.curves, strict=True):
        for k, point in alone.points.items():
            assert (grouped.points[k].low, grouped.points[k].high) == pytest.approx((point.low, point.high))
    assert tied.over == "groups of bugs"


@pytest.mark.parametrize("groups", [None, {f"s/{bug}": str(bug // 2) for bug in range(8)}])
def test_the_choices_of_the_site_are_those_of_the_terminal(groups: dict[str, str] | None) -> None:
    pools = [Pool(bug=f"s/{bug}", attempts=16, visible=bug + 4, fixed=bug) for bug in range(8)]
    rows = selection(pools, ks=(1, 4), groups=groups)
    slices = dict.fromkeys((pool.bug for pool in pools), "id")
    (curve, *_) = choice_curves({"a": pools}, slices=slices, parts=("id",), ks=(1, 4), groups=groups)
    for row in rows:
        point = curve.points[row.k]
        assert (point.value, point.low, point.high) == pytest.approx(
            (row.selected.estimate, max(0.0, row.selected.low or 0.0), min(1.0, row.selected.high or 1.0))
        )


def test_the_page_says_that_its_bands_are_over_groups(run: Any) -> None:
    from reroll.report.figures import fixes
    from reroll.report.words import brackets

    groups = {tally.bug: tally.bug[-1] for tally in run.tallies["base"]}
    found = compare_checkpoints(run.tallies, before="base", groups=groups, flips=0, curves=False)
    view = overview(run.tallies, name="r", groups=groups, comparisons=found)
    assert "95 % bands over groups of bugs." in fixes(view).caption
    assert brackets(found[0]).endswith("over groups of bugs")
