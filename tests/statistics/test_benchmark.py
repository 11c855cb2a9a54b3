"""The benchmark of the statistics, in miniature: promises that a change of an interval or a test would break."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from reroll.statistics.population import BEFORE, Population

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "intervals.py"
FIGURES = ("pass@16", "rescued_fraction", "D_4", "echo", "tilt_A", "dist2")


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    """Load the script under a name that hides nothing of the standard library."""
    spec = importlib.util.spec_from_file_location("benchmark_of_statistics", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_intervals_cover_the_truth(benchmark: ModuleType) -> None:
    pool = benchmark.pooled(Population().draw(1500, attempts=32, seed=2), FIGURES)
    rates = benchmark.coverage(pool, bugs=40, studies=300, seed=3)
    assert rates.keys() == set(FIGURES)
    assert all(0.91 <= rate <= 0.99 for rate in rates.values())


def test_tests_hold_their_size(benchmark: ModuleType) -> None:
    unchanged = Population(kappa=0.0, before=BEFORE, after=BEFORE, correlation=1.0)
    pool = benchmark.pooled(unchanged.draw(3000, attempts=16, seed=4), FIGURES)
    rates = benchmark.rejections(pool, bugs=30, studies=200, seed=5)
    assert all(rate <= 0.1 for rate in rates.values())


def test_pays_less_is_rarely_said_where_nothing_changed(benchmark: ModuleType) -> None:
    unchanged = Population(kappa=0.0, before=BEFORE, after=BEFORE, correlation=1.0)
    rates = benchmark.verdicts(unchanged, bugs=40, studies=60, attempts=16)
    assert rates["pays less"] + rates["locks in"] <= 0.1
    assert sum(rates.values()) == pytest.approx(1, abs=1e-3)
