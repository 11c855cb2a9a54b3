"""No wrong patch of `forgeries.toml` ends as fixed, whatever it does to tests and reporting."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reroll.records import Verdict

FORGERIES = tomllib.loads(Path(__file__).with_name("forgeries.toml").read_text())["forgery"]


@pytest.mark.parametrize("forgery", FORGERIES, ids=[forgery["name"] for forgery in FORGERIES])
def test_forgery_is_no_fix(field: Any, forgery: dict[str, str]) -> None:
    assert field.attempt(forgery["code"]).verdict not in (Verdict.FIXED, Verdict.INVALID)


@pytest.mark.parametrize("runner", ["pytest", "command"])
def test_forgeries_are_no_fixes_where_every_attempt_has_its_namespaces(
    strict: dict[str, Any], runner: str
) -> None:
    for forgery in FORGERIES[::6]:
        verdict = strict[runner].attempt(forgery["code"]).verdict
        assert verdict not in (Verdict.FIXED, Verdict.INVALID), forgery["name"]


def test_the_fix_is_one_after_all_forgeries(field: Any, fix: str) -> None:
    assert field.attempt(fix).verdict is Verdict.FIXED


def test_names_of_forgeries_are_unique() -> None:
    assert len({forgery["name"] for forgery in FORGERIES}) == len(FORGERIES)


def test_new_file_beside_the_editable_one_is_refused(field: Any, fix: str) -> None:
    files = {"target.py": fix, "conftest.py": "def pytest_pyfunc_call(pyfuncitem):\n    return True\n"}
    judgement = field.loop.run(field.sandbox.judge(field.bug, files))
    assert judgement.verdict is Verdict.NO_PATCH
    assert "conftest.py" in judgement.evidence[0]


def test_honest_rewrites_are_not_called_forged(field: Any) -> None:
    for text in (
        "import logging\nlog = logging.getLogger()\ndef answer(n):\n    log.warning('x')\n    return n + n + 1\n",
        "from collections import namedtuple\nP = namedtuple('P', 'x')\ndef answer(n):\n    return P(2 * n).x + 1\n",
        "import traceback\ndef answer(n):\n    try:\n        return 2 * n + 1\n    except ValueError:\n        traceback.print_exc()\n",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef answer(n):\n    return P(2 * n).x + 1\n",
        "from fractions import Fraction\ndef answer(n):\n    return Fraction(n * 2 + 1)\n"
        if field.bug.tests.runner != "cases"
        else "def answer(n):\n    return True + n * 2\n",
        "import enum\nclass E(enum.IntEnum):\n    ONE = 1\ndef answer(n):\n    return n * 2 + int(E.ONE)\n",
    ):
        assert field.attempt(text).verdict is Verdict.FIXED, text
