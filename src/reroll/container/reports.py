"""Reads the reports of the `command` runner: JUnit XML and TAP, written by untrusted programs.

Test ids start with `visible/` or `hidden/`: by the part of a test's name, class or file that says so, and
`hidden/` where none does.
"""

from __future__ import annotations

import re

LONGEST_MESSAGE = 2000
MOST_TESTS = 20_000
_LONGEST_NAME = 1000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_TAP_PLAN = re.compile(r"^1\.\.(\d{1,6})\b")
_TAP_LINE = re.compile(r"^\s*(not )?ok\b\s*\d*\s*(?:-\s*)?(.*?)(?:\s+#\s*(\w+).*)?$")


def outcomes(report: str) -> dict[str, tuple[str, str]]:
    """Return outcome and message by test id; empty where the report is neither JUnit XML nor TAP."""
    return _junit(report) if report.lstrip().startswith("<") else _tap(report)


def _junit(report: str) -> dict[str, tuple[str, str]]:
    from junitparser import Error, Failure, JUnitXml, JUnitXmlError, Skipped, TestSuite

    # The text is decoded: another encoding, in which other bytes are declarations, is not for it to choose.
    report = _DECLARATION.sub("", report, count=1)
    if "<!" in re.sub(r"<!(?:--|\[CDATA\[)", "", report):
        # Neither tool writes declarations; entities are how small documents become large ones.
        return {}
    try:
        parsed = JUnitXml.fromstring(report.encode())
    except (JUnitXmlError, SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, tuple[str, str]] = {}
    for suite in [parsed] if isinstance(parsed, TestSuite) else list(parsed):
        for case in suite:
            if len(found) >= MOST_TESTS or not hasattr(case, "result"):
                break
            place = case._elem.get("file") or case.classname or ""
            problems = [result for result in case.result if isinstance(result, Failure | Error | Skipped)]
            outcome, message = "passed", ""
            if problems:
                first = problems[0]
                message = f"{first.message or ''}\n{first.text or ''}".strip()[:LONGEST_MESSAGE]
                kind = (first.type or "Exception").rpartition(".")[2][:60]
                outcome = "failed" if isinstance(first, Failure) else f"error:{kind}"
                outcome = "missing" if isinstance(first, Skipped) else outcome
            name = test_id(place, case.name or "")
            # A test that is told twice must pass twice.
            if found.get(name, ("passed", ""))[0] == "passed":
                found[name] = (outcome, message)
    return found


def _tap(report: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    plans, points = [], 0
    for line in report.splitlines()[: MOST_TESTS * 4]:
        if line.startswith("Bail out!"):
            return {}
        if plan := _TAP_PLAN.match(line):
            plans.append(int(plan.group(1)))
        match = _TAP_LINE.match(line[:500])
        if match is None or len(found) >= MOST_TESTS:
            continue
        failed, name, directive = match.groups()
        points += not line[0].isspace()
        outcome = "failed" if failed else "missing" if directive and directive.upper() == "SKIP" else "passed"
        identity = test_id("", name)
        if found.get(identity, ("passed", ""))[0] == "passed":
            found[identity] = (outcome, line.strip() if failed else "")
    # Programs that run one after another make a plan each.
    return {} if plans and sum(plans) != points else found


def test_id(place: str, name: str) -> str:
    """Return the test id of a reported test."""
    whole = (f"{place}::{name}" if place else name)[:_LONGEST_NAME]
    for side in ("visible", "hidden"):
        found = re.search(rf"(?:^|[/.\\:\s]){side}[/.:\s]+(.*)$", whole)
        if found:
            return f"{side}/{found.group(1)}"
    return f"hidden/{whole}"
