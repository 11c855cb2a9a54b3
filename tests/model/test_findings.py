"""What was found about a run is kept beside it, for reports that are written without the checkpoints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reroll.errors import LedgerError
from reroll.ledger import Ledger, Run, Specification
from reroll.records import Attempt, Completion, Sampling
from reroll.report.theory.findings import keep, kept, outdated
from reroll.report.theory.tilt import Tilt, document, from_document
from reroll.statistics.intervals import Interval
from reroll.statistics.log_ratios import Slope

INTERVAL = Interval(estimate=0.5, low=0.1, high=0.9, standard_error=0.2, p_zero=0.01, units=6)
TILT = Tilt(
    before="base",
    after="sd",
    slice="all",
    bugs=6,
    several=5,
    shots=90,
    kappa=INTERVAL,
    kappa_counts=None,
    tilt_A=INTERVAL,
    drift=None,
    slope=Slope(interval=INTERVAL, p=0.02),
    slope_without_length=None,
    slope_within=INTERVAL,
    slope_between=None,
    kappa_beyond=INTERVAL,
    share_between=0.4,
    spread=1.0,
    noise=0.0,
    reproduced=None,
    notes=("A note",),
    sentence="It moved.",
)
ATTEMPT = Attempt(
    bug="s/b", checkpoint="base", index=0, turn=0, seed=1, completion=Completion(text=""), patch=None
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    specification = Specification(
        agent="lines", agent_digest="d", loop="independent", sampling=Sampling(), seed=0
    )
    with Ledger(tmp_path / "run") as ledger:
        ledger.begin(specification)
        ledger.add_bugs([("s/b", "s", "id", "digest", {})])
        ledger.add_checkpoint("base", spec="hf:base", digest="weights")
        ledger.record_attempt(ATTEMPT)
    return tmp_path / "run"


def test_a_tilt_is_read_as_it_was_kept(folder: Path) -> None:
    keep(Run(folder), "tilt", names=("base", "sd"), grain="coarse", found={"tilts": [document(TILT)]})
    (found,) = kept(Run(folder), "tilt")
    assert [from_document(value) for value in found["tilts"]] == [TILT]
    assert (found["grain"], found["attempts"]) == ("coarse", {"base": 1, "sd": 0})


def test_a_finding_takes_the_place_of_the_last_one(folder: Path) -> None:
    for echo in (1, 2):
        keep(Run(folder), "forecast", names=("base",), grain="fine", found={"forecast": echo})
    assert [value["forecast"] for value in kept(Run(folder), "forecast")] == [2]
    assert [path.name for path in (folder / "forecast").iterdir()] == ["base-fine.json"]


def test_a_run_that_has_grown_makes_its_findings_outdated(folder: Path) -> None:
    keep(Run(folder), "forecast", names=("base",), grain="coarse", found={})
    assert not outdated(kept(Run(folder), "forecast")[0], Run(folder))
    with Ledger(folder) as ledger:
        ledger.record_attempt(replace(ATTEMPT, index=1))
    assert outdated(kept(Run(folder), "forecast")[0], Run(folder))


def test_a_run_without_findings_has_none(folder: Path) -> None:
    assert kept(Run(folder), "tilt") == []


def test_a_broken_finding_is_named(folder: Path) -> None:
    (folder / "tilt").mkdir()
    (folder / "tilt" / "base-sd-coarse.json").write_text("{", encoding="utf-8")
    with pytest.raises(LedgerError, match=r"base-sd-coarse.json.* is no tilt"):
        kept(Run(folder), "tilt")
