"""The `pytest` runner: a session that was configured once, in the warm process, and runs in the child.

The test code comes compiled from trusted preparation and is never read from the disk, where only empty files
of the same names stand for collection. Where tests need options, hooks, warnings or log capture, the child
runs the whole of `pytest.main` instead; both tell their outcomes through the same reporter.
"""

from __future__ import annotations

import base64
import importlib.util
import linecache
import marshal
import os
import sys
import types
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest
from _pytest import assertion
from _pytest.assertion.rewrite import AssertionRewritingHook
from _pytest.config import Config, _prepareconfig
from _pytest.main import Session
from _pytest.reports import TestReport
from sandbox.audit import Audit
from sandbox.cases import LONGEST_MESSAGE, Emit, described
from sandbox.preparation import variant

from sandbox import workspace

_OFF = ("junitxml", "pastebin", "stepwise", "setuponly", "setupplan", "doctest", "faulthandler", "legacypath",
        "threadexception", "unraisableexception")  # fmt: skip
"""Plugins that no outcome depends on."""
_COMMON = ["-p", "no:cacheprovider", "-q", "--tb=short", "--capture=no", "--import-mode=importlib"]
_LEAN = [*_COMMON, *(part for name in _OFF for part in ("-p", f"no:{name}"))]
_UNHEARD = ("terminalreporter", "logging-plugin", "warnings")
"""Plugins that only write for people, or that the full session is there for."""


_PAIRS: tuple[tuple[Any, Any], ...] = (
    (1, 2),
    (1.5, 2),
    ("a", "b"),
    (None, 1),
    ([1], [2]),
    ({"a": 1}, {"a": 2}),
)
"""Values as tests compare them."""


class Reporter:
    """Tells every outcome as a frame, and makes failure messages cheaply."""

    def __init__(self, emit: Emit, code: Mapping[str, str], texts: Mapping[str, str]) -> None:
        self._emit = emit
        self.texts = texts
        self._failed: dict[str, dict[str, Any]] = {}
        self._seconds: dict[str, float] = {}
        self.code = {
            f"{workspace.TESTS}/{path}": marshal.loads(base64.b64decode(text)) for path, text in code.items()
        }

    def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
        """Collect trusted code in place of the empty file."""
        if str(module_path) not in self.code:
            return None
        module = TrustedModule.from_parent(parent, path=module_path)
        module.reporter = self
        return module

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell that a test begins."""
        self._emit({"start": nodeid})

    def pytest_runtest_makereport(self, item: Any, call: Any) -> TestReport:
        """Make a report without the costly rendering of source code."""
        outcome: Any = "passed"
        shown: Any = None
        raised = None
        if call.excinfo is not None:
            problem = call.excinfo.value
            if skips(problem):
                outcome, shown = "skipped", (str(item.path), 0, str(problem))
            else:
                outcome, shown = "failed", ""
                raised = told(problem, self.texts)
        report = TestReport(
            item.nodeid,
            item.location,
            {},
            outcome,
            shown,
            call.when,
            (),
            call.duration,
            call.start,
            call.stop,
        )
        vars(report)["raised"] = raised
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Tell the outcome of a test after its last phase."""
        name = report.nodeid
        self._seconds[name] = self._seconds.get(name, 0.0) + report.duration
        if report.outcome != "passed" and name not in self._failed:
            raised = getattr(report, "raised", None) or {
                "base": "Exception",
                "own": [],
                "text": str(report.longrepr),
            }
            self._failed[name] = {"outcome": report.outcome, "when": report.when, "raised": raised}
            if hasattr(report, "wasxfail"):
                self._failed[name]["outcome"] = "skipped"
        if report.when == "teardown":
            found = self._failed.pop(name, {"outcome": "passed"})
            self._emit({"test": name, "seconds": round(self._seconds.pop(name), 6), **found})

    def pytest_collectreport(self, report: Any) -> None:
        """Tell what could not be collected."""
        if report.outcome != "passed":
            raised = getattr(report, "raised", None) or {
                "base": "Exception",
                "own": [],
                "text": str(report.longrepr),
            }
            raised["text"] = raised["text"][-LONGEST_MESSAGE:]
            self._emit({"collect": report.nodeid, "outcome": report.outcome, "raised": raised})

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: Any) -> Generator[None, Any, Any]:
        """Keep the exception of a collector beside its report."""
        report = yield
        problem = getattr(collector, "problem", None)
        if problem is not None:
            vars(report)["raised"] = problem
        return report


def told(problem: BaseException, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return a described exception, with the lines of tests that are not on the disk."""
    for path, text in texts.items():
        lines = text.splitlines(keepends=True)
        linecache.cache[f"{workspace.TESTS}/{path}"] = (len(text), None, lines, path)
    raised = described(problem)
    raised["failed"] = isinstance(problem, AssertionError | pytest.fail.Exception)
    return raised


def skips(problem: BaseException) -> bool:
    """Return whether an exception asks for a test to be left out."""
    known = sys.modules.get("unittest.case")
    return isinstance(problem, (pytest.skip.Exception, *((known.SkipTest,) if known else ())))


class TrustedModule(pytest.Module):
    """A test module whose code is given, not read."""

    reporter: Reporter
    problem: dict[str, Any] | None = None

    def _getobj(self) -> types.ModuleType:
        name = ".".join(self.path.relative_to(workspace.TESTS).with_suffix("").parts)
        module = types.ModuleType(name)
        module.__file__ = str(self.path)
        module.__spec__ = importlib.util.spec_from_loader(name, None)
        sys.modules[name] = module
        exec(self.reporter.code[str(self.path)], module.__dict__)
        return module

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:  # noqa: ARG002 - pytest passes it
        """Return a short text; the rendering of a syntax error costs more than ten tests."""
        self.problem = told(excinfo.value, self.reporter.texts)
        return str(self.problem["text"])


class Surveyor:
    """Tells what the `lite` runner must know of tests, while real pytest runs them over trusted code."""

    def __init__(self, emit: Emit, *, room: int) -> None:
        self._emit = emit
        self._room = room
        self._told = False

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Tell every test by its place and its parameters."""
        for item in items:
            group = getattr(getattr(item, "cls", None), "__name__", None)
            indices = dict(item.callspec.indices) if hasattr(item, "callspec") else {}
            path = str(item.path.relative_to(workspace.TESTS))
            self._emit({"item": [item.nodeid, path, group, item.originalname, indices]})

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self) -> None:
        """Tell once how much deeper than its runner a test is called."""
        if not self._told:
            self._told = True
            self._emit({"depth": self._room - _room_for_recursion()})


def _room_for_recursion(depth: int = 0) -> int:
    """Return how many calls deeper a function can go; the interpreter counts more than frames."""
    try:
        return _room_for_recursion(depth + 1)
    except RecursionError:
        return depth


class _Warm:
    """What the warm process keeps for its children."""

    config: Config | None = None
    session: Session | None = None


def warm() -> None:
    """Configure the session that children run."""
    if _Warm.session is not None:
        return
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    config = _prepareconfig([*_LEAN, "-c", "/dev/null", *_places()])
    config._do_configure()
    session = Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    writer = config.get_terminal_writer()
    for name in _UNHEARD:
        if config.pluginmanager.has_plugin(name):
            config.pluginmanager.unregister(name=name)
    config.get_terminal_writer = lambda: writer  # type: ignore[method-assign]
    _Warm.config, _Warm.session = config, session
    _exercise()


def explaining() -> Generator[None, Any, Any]:
    """Return what has pytest word how the values of a failed assertion differ, between its two steps."""
    config = warm_config()
    test: Any = types.SimpleNamespace(config=config, ihook=config.hook)
    return assertion.pytest_runtest_protocol(test)


def _exercise() -> None:
    """Do once what most tests do: children find the caches filled that the first time fills."""
    worded = explaining()
    next(worded)
    for left, right in _PAIRS:
        assertion.util._reprcompare("==", left, right)  # type: ignore[misc]
        assert left != pytest.approx(right) or right
    try:
        with pytest.raises(ValueError, match="x"):
            raise ValueError("x")
        raise AssertionError("x")
    except AssertionError as problem:
        told(problem, {})
    worded.close()


def warm_config() -> Config:
    """Return the configuration of the warm session."""
    assert _Warm.config is not None
    return _Warm.config


def run(job: dict[str, Any], emit: Emit) -> None:
    """Run the tests of a job in the warm session."""
    config, session = _Warm.config, _Warm.session
    assert config is not None
    assert session is not None
    reporter = Reporter(emit, job["code"], job["tests"])
    _serve_code(reporter.code)
    config.pluginmanager.register(reporter, "reporter")
    # The warm session looked for conftest files when there were none, and remembers that.
    config.pluginmanager._dirpath2confmods.clear()
    for path in sorted(reporter.code):
        if path.endswith("/conftest.py"):
            config.pluginmanager._loadconftestmodules(
                Path(path).parent,
                importmode="importlib",
                rootpath=config.rootpath,
                consider_namespace_packages=False,
            )
    with Audit(emit):
        items = list(session.perform_collect(_folders(job), genitems=True))
        for index, item in enumerate(items):
            following = items[index + 1] if index + 1 < len(items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def run_full(job: dict[str, Any], emit: Emit) -> None:
    """Run the tests of a job through `pytest.main`, with the project's own configuration."""
    reporter = Reporter(emit, job["code"], job["tests"])
    _serve_code(reporter.code)
    settings = (
        ["-c", f"{workspace.PROJECT}/{job['settings']}"] if job.get("settings") else ["-c", "/dev/null"]
    )
    with Audit(emit):
        pytest.main(
            [
                *_COMMON,
                *settings,
                *_places(),
                "--continue-on-collection-errors",
                *_folders(job),
            ],
            plugins=[reporter],
        )


def _places() -> tuple[str, ...]:
    """Return the options that keep pytest within the tests' folder: else it collects those above, too."""
    return (f"--rootdir={workspace.TESTS}", f"--confcutdir={workspace.TESTS}")


def _folders(job: dict[str, Any]) -> list[str]:
    tops = sorted({path.split("/", 1)[0] for path in job["tests"] if "/" in path}, reverse=True)
    return [f"{workspace.TESTS}/{top}" for top in tops]


def _serve_code(code: Mapping[str, types.CodeType]) -> None:
    """Let conftest files and the tests' own modules be loaded from trusted code too."""
    ordinary = AssertionRewritingHook.exec_module

    def exec_module(self: AssertionRewritingHook, module: types.ModuleType) -> None:
        origin = module.__spec__.origin if module.__spec__ else None
        if origin is not None and origin in code:
            exec(code[origin], module.__dict__)
        else:
            ordinary(self, module)

    AssertionRewritingHook.exec_module = exec_module  # type: ignore[method-assign]


def prepare(job: dict[str, Any], emit: Emit) -> None:
    """Make the test code of a bug ready, and run it once over trusted code."""
    assert _Warm.config is not None
    variants = [variant(job["tests"], _Warm.config) for _ in range(job["variants"])]
    emit({"variants": variants})
    _Warm.config.pluginmanager.register(Surveyor(emit, room=_room_for_recursion()))
    run({**job, "code": variants[0]["code"]}, emit)


def prepare_full(job: dict[str, Any], emit: Emit) -> None:
    """Do the same for tests that need the whole of `pytest.main`."""
    assert _Warm.config is not None
    variants = [variant(job["tests"], _Warm.config) for _ in range(job["variants"])]
    emit({"variants": variants})
    run_full({**job, "code": variants[0]["code"]}, emit)
