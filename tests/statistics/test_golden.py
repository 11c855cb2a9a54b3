"""Every vector of the golden file, to the last digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reroll.statistics.discovery import extrapolate, good_turing, richness
from reroll.statistics.diversity import (
    distinct_among_correct,
    distinct_among_correct_variance,
    distinct_in_attempts,
)
from reroll.statistics.echo import echo, echo_of_three, echo_squared, echo_variance, share_spread
from reroll.statistics.passk import pass_at_k, pass_at_k_variance
from reroll.statistics.tilt import collide

CLOSE = 1e-14


def test_pass_at_k_and_its_variance(golden: dict[str, Any], exact: Callable[[Any], float | None]) -> None:
    for row in golden["pass_at_k"]:
        n, c, k = row["n"], row["c"], row["k"]
        assert pass_at_k(n, c, k=k) == pytest.approx(exact(row["value"]), abs=CLOSE)
        variance = pass_at_k_variance(n, c, k=k)
        assert (variance is None) == (row["var_unbiased"] is None)
        assert variance == pytest.approx(exact(row["var_unbiased"]), abs=CLOSE)


def test_distinct_strategies_in_k_attempts(
    golden: dict[str, Any], exact: Callable[[Any], float | None]
) -> None:
    for row in golden["distinct_correct_in_k_attempts_Ck"]:
        found = distinct_in_attempts(row["n"], row["x"], k=row["k"])
        assert found == pytest.approx(exact(row["value"]), abs=CLOSE)


def test_distinct_strategies_among_b_correct(
    golden: dict[str, Any], exact: Callable[[Any], float | None]
) -> None:
    for row in golden["distinct_among_b_correct_Db"]:
        assert distinct_among_correct(row["x"], b=row["b"]) == pytest.approx(exact(row["value"]), abs=CLOSE)
        variance = distinct_among_correct_variance(row["x"], b=row["b"])
        assert variance == pytest.approx(exact(row["var_unbiased"]), abs=CLOSE)


def test_echo_and_its_moments(golden: dict[str, Any], exact: Callable[[Any], float | None]) -> None:
    for row in golden["echo"]:
        counts = row["x"]
        assert echo(counts) == pytest.approx(exact(row["echo"]), abs=CLOSE)
        assert echo_of_three(counts) == pytest.approx(exact(row["T3"]), abs=CLOSE)
        assert echo_squared(counts) == pytest.approx(exact(row["T22"]), abs=CLOSE)
        assert echo_variance(counts) == pytest.approx(exact(row["var_unbiased"]), abs=CLOSE)


def test_discovery(golden: dict[str, Any], exact: Callable[[Any], float | None]) -> None:
    for row in golden["discovery"]:
        counts, n = row["x"], sum(row["x"])
        found = richness(counts)
        assert found is not None
        assert good_turing(counts) == pytest.approx(exact(row["good_turing_f1_over_n"]), abs=CLOSE)
        assert found.unseen == pytest.approx(exact(row["f0_chao1"]), abs=CLOSE)
        assert found.total == pytest.approx(exact(row["chao1"]), abs=CLOSE)
        assert found.coverage == pytest.approx(exact(row["coverage"]), abs=CLOSE)
        assert extrapolate(counts, further=n) == pytest.approx(exact(row["S_at_2n"]), abs=1e-12)
        assert extrapolate(counts, further=1) == pytest.approx(exact(row["S_at_n_plus_1"]), abs=1e-12)


def test_two_arms(golden: dict[str, Any], exact: Callable[[Any], float | None]) -> None:
    row = golden["two_arm"]
    base, tuned = (dict(enumerate(row[arm])) for arm in ("x_base", "y_tuned"))
    found = collide({str(s): x for s, x in base.items()}, {str(s): y for s, y in tuned.items()})
    assert found is not None
    assert found.base == pytest.approx(exact(row["E_bb"]), abs=CLOSE)
    assert found.tuned == pytest.approx(exact(row["E_tt"]), abs=CLOSE)
    assert found.across == pytest.approx(exact(row["E_bt"]), abs=CLOSE)
    assert found.tilt == pytest.approx(exact(row["tilt_A"]), abs=CLOSE)
    assert found.drift == pytest.approx(exact(row["dist2"]), abs=CLOSE)
    assert share_spread(row["x_base"]) == pytest.approx(exact(row["V"]), abs=CLOSE)
