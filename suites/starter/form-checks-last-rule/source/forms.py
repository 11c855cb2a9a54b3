"""Checks of form fields, built from rules in the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Check = Callable[[str], str | None]


@dataclass(frozen=True)
class Rule:
    """How long the text in a field may be, both ends included."""

    shortest: int
    longest: int


def build_checks(rules: Mapping[str, Rule]) -> dict[str, Check]:
    """Return a check for each field: it takes the text and returns what is wrong, or None."""
    checks: dict[str, Check] = {}
    for field, rule in rules.items():

        def check(text: str) -> str | None:
            if len(text) < rule.shortest:
                return f"{field} needs at least {rule.shortest} characters"
            if len(text) > rule.longest:
                return f"{field} takes at most {rule.longest} characters"
            return None

        checks[field] = check
    return checks


def problems(checks: Mapping[str, Check], form: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the form; a missing field counts as empty."""
    found = (check(form.get(field, "")) for field, check in checks.items())
    return [problem for problem in found if problem]
