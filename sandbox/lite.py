"""The `lite` runner: runs tests that need little of pytest without its session.

The trusted side gives it the list of tests, as real pytest collected them, and only for test files that a
static check understands and that told the same outcomes as real pytest on everything trusted
(`src/reroll/container/lite.py`). `raises`, `approx` and the texts of failed assertions are pytest's own.
"""

from __future__ import annotations

import base64
import marshal
import os
import sys
import time
import types
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook
from _pytest.outcomes import Exit, XFailed
from sandbox.audit import Audit
from sandbox.cases import LONGEST_MESSAGE, Emit
from sandbox.session import explaining, skips, told

from sandbox import workspace

CONFTEST = "conftest.py"
Values = dict[str, Any]
_clock = time.perf_counter
_FRAMES = 3
"""Calls from `run` to a test."""


def run(job: dict[str, Any], emit: Emit) -> None:
    """Run the listed tests of a job, in their order.

    Args:
        job: `code` and `tests` as for pytest; `list` of (test id, path, class or None, function, index of
            each parametrized argument); `depth` of calls from pytest's runner to a test.
        emit: Tells a frame.
    """
    texts = job["tests"]
    code = {path: marshal.loads(base64.b64decode(text)) for path, text in job["code"].items()}
    worded = explaining()
    next(worded)
    # It looks at every import for test code to rewrite, and there is none left on the disk.
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, AssertionRewritingHook)]
    shared = _executed(CONFTEST, code[CONFTEST]) if CONFTEST in code else {}
    with Audit(emit):
        modules = _modules(job["list"], code, texts, emit)
        for name, path, group, function, indices in job["list"]:
            if path in modules:
                places = (modules[path], shared)
                test = _Test(places, name=name, group=group, function=function, indices=indices)
                emit({"start": name})
                emit(test.run(texts, job["depth"]))


def _modules(
    listed: list[list[Any]], code: Mapping[str, types.CodeType], texts: Mapping[str, str], emit: Emit
) -> dict[str, Values]:
    """Execute every test file before the first test, and tell those that cannot be."""
    modules: dict[str, Values] = {}
    for path in dict.fromkeys(path for _, path, *_ in listed):
        try:
            modules[path] = _executed(path, code[path])
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as problem:
            raised = told(problem, texts)
            raised["text"] = raised["text"][-LONGEST_MESSAGE:]
            emit({"collect": path, "outcome": "skipped" if skips(problem) else "failed", "raised": raised})
    return modules


def _executed(path: str, code: types.CodeType) -> Values:
    name = path.removesuffix(".py").replace("/", ".")
    module = types.ModuleType(name)
    module.__file__ = f"{workspace.TESTS}/{path}"
    sys.modules[name] = module
    exec(code, module.__dict__)
    # As pytest does at collection: what a patch puts into the module later is not looked at.
    return dict(module.__dict__)


class _Test:
    """One test, with the fixtures that it made."""

    def __init__(
        self,
        places: tuple[Values, Values],
        *,
        name: str,
        group: str | None,
        function: str,
        indices: Mapping[str, int],
    ) -> None:
        self._name = name
        self._places = places
        self._group = group
        self._function = function
        self._indices = indices
        self._made: Values = {}
        self._open: list[Generator[Any, None, None]] = []

    def run(self, texts: Mapping[str, str], depth: int) -> dict[str, Any]:
        """Set up, call and tear down; return the frame that tells the outcome."""
        os.environ["PYTEST_CURRENT_TEST"] = f"{self._name} (call)"
        frame: dict[str, Any] = {"test": self._name, "outcome": "passed"}
        begun = _clock()
        path, when = self._name.partition("::")[0], "setup"
        try:
            function, values = self._prepared()
            when = "call"
            _called(function, values, depth - _FRAMES)
        except (Exit, KeyboardInterrupt):
            raise
        except BaseException as problem:
            frame.update(_outcome(problem, when, path, texts))
        for fixture in reversed(self._open):
            try:
                next(fixture)
            except StopIteration:
                continue
            except (Exit, KeyboardInterrupt):
                raise
            except BaseException as problem:
                if frame["outcome"] == "passed":
                    frame.update(_outcome(problem, "teardown", path, texts))
        frame["seconds"] = round(_clock() - begun, 6)
        return frame

    def _prepared(self) -> tuple[Callable[..., Any], Values]:
        module = self._places[0]
        if self._group is None:
            function = module[self._function]
        else:
            function = getattr(module[self._group](), self._function)
        for mark in getattr(function, "pytestmark", ()):
            if mark.name == "parametrize":
                self._made.update(_chosen(mark.args[0], mark.args[1], self._indices))
        names = _arguments(function)
        return function, {name: self._fixture(name) for name in names}

    def _fixture(self, name: str) -> Any:
        """Return the value of an argument: a parameter, or what its fixture makes."""
        if name not in self._made:
            place = next(place for place in self._places if name in place)
            make = place[name]._get_wrapped_function()
            value = make(**{wanted: self._fixture(wanted) for wanted in _arguments(make)})
            if isinstance(value, Generator):
                self._open.append(value)
                value = next(value)
            self._made[name] = value
        return self._made[name]


def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    bound = isinstance(function, types.MethodType)
    code = function.__code__
    return code.co_varnames[int(bound) : code.co_argcount]


def _chosen(names: str | list[str], rows: list[Any], indices: Mapping[str, int]) -> Values:
    """Return the values of one `parametrize` at the test's indices."""
    wanted = [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else names
    row = rows[indices[wanted[0]]]
    values = row.values if isinstance(row, type(pytest.param())) else row if len(wanted) > 1 else (row,)
    return dict(zip(wanted, values, strict=True))


def _called(function: Callable[..., Any], values: Values, deeper: int) -> None:
    """Call a test at the depth of the stack at which pytest does: recursion ends at the same place."""
    if deeper > 0:
        _called(function, values, deeper - 1)
    else:
        function(**values)


def _outcome(problem: BaseException, when: str, path: str, texts: Mapping[str, str]) -> dict[str, Any]:
    if skips(problem):
        text = str((f"{workspace.TESTS}/{path}", 0, str(problem)))
        return {"outcome": "skipped", "when": when, "raised": {"base": "Exception", "own": [], "text": text}}
    raised = told(problem, texts)
    return {
        "outcome": "skipped" if isinstance(problem, XFailed) else "failed",
        "when": when,
        "raised": raised,
    }
