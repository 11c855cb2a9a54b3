"""The `cases` runner: computes calls and tells their values; it never knows what is expected.

Runs in the child, after the project was written and the process confined. Probes are the same thing for
expressions without expectations, told as fingerprints.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib
import json
import linecache
import time
import traceback
from collections.abc import Callable
from typing import Any

from sandbox.values import encode

from sandbox import workspace

Emit = Callable[[dict[str, Any]], None]
LONGEST_MESSAGE = 2000
_BUILTIN_EXCEPTIONS = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
# Bound before the patched code runs: a patch that replaces them in their modules changes nothing here.
_clock, _dumps, _compile, _exec, _eval = time.perf_counter, json.dumps, compile, exec, eval


def run(job: dict[str, Any], emit: Emit) -> None:
    """Evaluate every case of the job in order, and emit one frame for each, with which the next begins."""
    try:
        names = namespace(job["modules"])
        if "imports" in job:
            names = _restored(names, job)
    except BaseException as problem:
        emit({"import": described(problem)})
        return
    emit({"start": 0})
    for index, (setup, value) in enumerate(job["cases"]):
        started = _clock()
        frame = evaluate(setup, value, dict(names))
        frame["index"] = index
        frame["seconds"] = round(_clock() - started, 6)
        emit(frame)


def probe(job: dict[str, Any], emit: Emit) -> None:
    """Evaluate every probe of the job, and emit one fingerprint for each."""
    try:
        names = namespace(job["modules"])
    except BaseException as problem:
        emit({"import": described(problem)})
        return
    for index, expression in enumerate(job["probes"]):
        frame = evaluate("", expression, dict(names))
        emit({"index": index, "fingerprint": fingerprint(frame)})


def namespace(modules: list[str]) -> dict[str, Any]:
    """Return the modules by their last names, and above them the public names of each."""
    names: dict[str, Any] = {"__name__": "__cases__"}
    loaded = [importlib.import_module(name) for name in modules]
    for module in loaded:
        names[module.__name__.rpartition(".")[2]] = module
    for module in loaded:
        public = getattr(module, "__all__", None)
        chosen = [name for name in dir(module) if not name.startswith("_")] if public is None else public
        names.update((name, getattr(module, name)) for name in chosen)
    return names


def _restored(names: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """Return the names with the builtins and the library as they are, which the patch may have replaced."""
    kept = {n: v for n, v in names.items() if not hasattr(builtins, n) or n in job["builtins"]}
    _exec(_compile(job["imports"], "<imports>", "exec"), kept)
    return kept


def evaluate(setup: str, value: str, names: dict[str, Any]) -> dict[str, Any]:
    """Return the tagged value of an expression, or the exception that it raised."""
    try:
        if setup:
            _exec(_compile(setup, "<setup>", "exec"), names)
        return {"value": encode(_eval(_compile(value.strip(), "<case>", "eval"), names))}
    except BaseException as problem:
        return {"raised": described(problem)}


def described(problem: BaseException) -> dict[str, Any]:
    """Return an exception by its builtin base, the names of its own classes, and its text."""
    own: list[str] = []
    base = "BaseException"
    for kind in type(problem).__mro__:
        if _BUILTIN_EXCEPTIONS.get(kind.__name__) is kind:
            base = kind.__name__
            break
        own.append(kind.__name__)
    try:
        text = "".join(traceback.format_exception_only(problem)).strip()
        lines = "".join(places(problem)[-6:])
    except BaseException:
        text, lines = type(problem).__name__, ""
    return {"base": base, "own": own[:8], "text": (lines + text)[-LONGEST_MESSAGE:]}


def places(problem: BaseException) -> list[str]:
    """Return where an exception came through, in Python's form, without the sandbox's own files.

    The library's way reads whole files and their encodings, and costs more than most attempts.
    """
    found: list[str] = []
    step = problem.__traceback__
    while step is not None and len(found) < 1000:
        code, number = step.tb_frame.f_code, step.tb_lineno
        if not code.co_filename.startswith("/opt/reroll/"):
            found.append(f'  File "{code.co_filename}", line {number}, in {code.co_name}\n')
            if line := _source_line(code.co_filename, number):
                found[-1] += f"    {line}\n"
        step = step.tb_next
    return found


def _source_line(path: str, number: int) -> str:
    kept = linecache.cache.get(path)
    if kept is not None and len(kept) > 2:
        lines = kept[2]
    elif path.startswith(f"{workspace.ROOT}/"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                lines = file.read(1 << 20).splitlines()
        except OSError:
            return ""
    else:
        return ""
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def fingerprint(frame: dict[str, Any]) -> str:
    """Return a short text that is equal for equal results, whatever the order of sets and keys."""
    raised = frame.get("raised")
    if raised is not None:
        return f"raises {(raised['own'] or [raised['base']])[0]}"
    text = _canonical(frame["value"])
    return text if len(text) <= 80 else f"{text[:40]}…#{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _canonical(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(_canonical, value))}]"
    if isinstance(value, dict):
        ((tag, content),) = value.items()
        if tag in ("s", "z", "d"):
            content = sorted(map(_canonical, content))
            return f"{tag}{{{','.join(content)}}}"
        return f"{tag}:{_canonical(content)}" if isinstance(content, list) else f"{tag}:{content}"
    return _dumps(value)
