"""What a report shows beyond counts: choices without an oracle, demonstrations, tilts and forecasts that were kept."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from reroll.report.demonstrations import Audit
from reroll.report.figures import Figure, figures
from reroll.report.selection import Pool, choice_curves
from reroll.report.theory.tilt import Tilt
from reroll.report.view import Estimate, Outlook, RunView
from reroll.statistics.intervals import Interval

SLICES = {"s/a": "id", "s/b": "ood"}
POOLS = {
    "base": [
        Pool(
            bug="s/a",
            attempts=4,
            visible=3,
            fixed=2,
            clusters=[(2, True), (2, False)],
            scores=[(-0.1, True), (-0.2, False), (-0.3, True), (-0.4, False)],
        ),
        Pool(bug="s/b", attempts=4, visible=0, fixed=0, clusters=[(4, False)]),
    ]
}
INTERVAL = Interval(estimate=0.5, low=0.1, high=0.9, standard_error=0.2, p_zero=0.01, units=6)
TILT = Tilt(
    **{
        **dict.fromkeys(field.name for field in fields(Tilt)),
        "before": "base",
        "after": "sd",
        "slice": "all",
        "kappa": INTERVAL,
        "notes": ("The noise is small",),
        "sentence": "It moved toward the favourites.",
    }
)


def figure(view: RunView, name: str) -> Figure:
    return next(one for one in figures(view) if one.id == name)


def test_choices_are_curves_by_slice() -> None:
    curves = choice_curves(POOLS, slices=SLICES, parts=("all", "id"), ks=(1, 4, 16))
    found = {(c.metric, c.slice): c.points for c in curves}
    assert found["sel@k", "id"][1].value == pytest.approx(1 / 2)
    assert found["best@k", "id"][4].value == 1
    assert found["maj@k", "all"][4].value == pytest.approx(1 / 4)
    assert found["false@k", "all"][1].value == pytest.approx(1 / 8)
    assert all(set(points) == {1, 4} for points in found.values())


def test_a_choice_by_score_leaves_out_bugs_without_scores() -> None:
    curves = choice_curves(POOLS, slices=SLICES, parts=("ood",), ks=(1,))
    assert {c.metric for c in curves} == {"sel@k", "maj@k", "false@k"}


@pytest.fixture(scope="module")
def view(run: Any) -> RunView:
    audit = Audit(
        demonstrations=10,
        bugs=4,
        strategies=5,
        one_strategy=3,
        copies=4,
        rephrased=1,
        missing={"s/a": ("calls the library",)},
    )
    stage = {"D_4": Estimate(value=1.4, low=1.2, high=1.6), "echo": Estimate(value=0.7, low=0.6, high=0.8)}
    outlook = Outlook(checkpoint="base", bugs=6, stages={"one_round": stage}, notes=("Two bugs are unknown",))
    return replace(run.view(), audits={"base": audit}, tilts=(TILT,), outlooks=(outlook,))


def test_tilts_stand_beside_what_counts_say(view: RunView) -> None:
    found = figure(view, "moved")
    assert any(panel.title.startswith("Kappa, from exact") for panel in found.panels)
    assert found.notes == ("It moved toward the favourites.", "The noise is small")
    assert ("kappa", "all", "sd", 0.5, 0.1, 0.9) in found.rows


def test_demonstrations_are_shares_of_a_checkpoints_fixes(view: RunView) -> None:
    found = figure(view, "demonstrations")
    assert found.rows == (("base", 10, 4, 5, 1, 4, 3, 1),)
    assert "50 % of 10 fixes, each shows a new strategy" in found.panels[0].alternative


def test_a_forecast_is_drawn_by_stage(view: RunView) -> None:
    found = figure(view, "forecast")
    assert ("base", "D_4", "one round", 1.4, 1.2, 1.6) in found.rows
    assert found.notes == ("Two bugs are unknown",)


def test_what_a_run_does_not_know_is_not_drawn(run: Any) -> None:
    names = {one.id for one in figures(run.view())}
    assert not names & {"choice", "demonstrations", "forecast", "turns"}
