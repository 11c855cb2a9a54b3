"""What the tests of the statistics share: the exact vectors and short tallies."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reroll.records import Tally


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    """Exact rationals, computed by hand and by enumeration."""
    return json.loads((Path(__file__).parent / "golden.json").read_text())


@pytest.fixture(scope="session")
def exact() -> Callable[[Any], float | None]:
    """Read a rational of the golden file."""
    return lambda value: None if value is None else float(Fraction(value))


@pytest.fixture(scope="session")
def tally() -> Callable[..., Tally]:
    """Build a tally from n and the counts by strategy."""

    def build(attempts: int, counts: Sequence[int] = (), *, bug: str = "s/b", **more: Any) -> Tally:
        strategies = {f"s{number}": count for number, count in enumerate(counts) if count}
        return Tally(
            bug=bug, slice="id", attempts=attempts, correct=sum(counts), strategies=strategies, **more
        )

    return build
