"""A quick verdict inside the process, for rewards: a training step needs hundreds, a sandbox would take
minutes.

Only for the lab's own generated functions under a model of a million parameters: restricted builtins and a
time limit, no isolation. Every figure that is reported comes from the sandbox instead.
"""

from __future__ import annotations

import ast
import gc
import signal
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

from reroll.records import Case

TRIAL_SECONDS = 0.2
"""Processor time for all cases of one patch: a busy machine must not turn a fix into a failure."""

_BUILTINS = {
    "abs": abs, "bool": bool, "enumerate": enumerate, "int": int, "len": len, "list": list, "max": max,
    "min": min, "range": range, "reversed": reversed, "sorted": sorted, "sum": sum, "tuple": tuple,
    "zip": zip,
}  # fmt: skip


def passes(source: str, cases: Sequence[Case]) -> bool:
    """Return whether the source gives what every case expects."""
    return all(outcome == _expected(case.expected or "None") for outcome, case in _outcomes(source, cases))


def value(source: str, expression: str) -> str:
    """Return the `repr` of the expression's value under the source, or the name of what it raises."""
    try:
        with _deadline(TRIAL_SECONDS):
            return repr(_evaluate(source, expression))
    except Exception as error:
        return type(error).__name__


class _Failed:
    """What a case gave that raised: equal to nothing."""


def _outcomes(source: str, cases: Sequence[Case]) -> Iterator[tuple[Any, Case]]:
    try:
        with _deadline(TRIAL_SECONDS):
            code = _compiled(source)
            space: dict[str, Any] = {"__builtins__": _BUILTINS}
            exec(code, space)
            found = [(eval(_expression(case.value), dict(space)), case) for case in cases]
    except Exception:  # whatever the patched code raises is an outcome
        found = [(_Failed(), case) for case in cases]
    yield from found


def _evaluate(source: str, expression: str) -> Any:
    space: dict[str, Any] = {"__builtins__": _BUILTINS}
    exec(_compiled(source), space)
    return eval(expression, space)


# A draft is proved by many short runs of the same few texts.
@lru_cache(maxsize=256)
def _expression(text: str) -> CodeType:
    return compile(text, "case", "eval")


@lru_cache(maxsize=256)
def _expected(text: str) -> Any:
    return ast.literal_eval(text)


@lru_cache(maxsize=64)
def _compiled(source: str) -> CodeType:
    with warnings.catch_warnings():
        # `0if` and its like are legal and warned about; a verdict must not depend on the warning filter.
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(source, "solution.py", "exec")


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    # Signals belong to the main thread. Elsewhere only generators run this, on repairs that they wrote
    # themselves.
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    # A collection of a large heap would use up the time of the patch, and swallow the signal in a callback;
    # the timer repeats in case something else does.
    collecting = gc.isenabled()
    gc.disable()
    before = signal.signal(signal.SIGVTALRM, expire)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        if collecting:
            gc.enable()
