"""The mechanisms of a program: what a reviewer would name in one phrase, read off its normal form.

Two programs that share their mechanisms are one strategy, however they are worded: recursion or iteration,
what a loop consumes and how it ends, which structure remembers what, which family of operations does the
work, and whether cases are written out or looked up. Strong mechanisms decide; weak ones (cleaning a text,
filtering, the number of nested visits) count only where nothing stronger is there to tell programs apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reroll.strategies.patterns import is_middle
from reroll.strategies.survey import Survey
from reroll.strategies.tree import Node, walk

_CHAIN_TESTS = 3


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """What does the work in a program."""

    strong: frozenset[str]
    """Mechanisms that make a strategy by themselves."""
    weak: frozenset[str]
    """Mechanisms that tell programs apart where nothing stronger does."""

    @property
    def key(self) -> tuple[str, ...]:
        """The mechanisms that decide, sorted: equal keys are one strategy."""
        return tuple(sorted(self.strong or self.weak))


def mechanisms(units: Mapping[str, Node]) -> Mechanisms:
    """Return the mechanisms of a program, given its units in program form."""
    survey = Survey()
    for tree in units.values():
        for part in walk(tree):
            if part[0] == "assign" and (survey.is_table(part[2])):
                survey.tables.add(part[1])
            elif part[0] == "assign" and survey.is_set(part[2]):
                survey.sets.add(part[1])
            elif part[0] == "assign" and part[2][0] == "str":
                survey.texts.add(part[1])
            elif part[0] == "assign" and is_middle(part[2]):
                survey.middles.add(part[1])
            elif part[0] == "class" and any(
                base[:1] == ("lib",) and base[1].startswith("enum.") for base in part[3:]
            ):
                survey.tables.add(("name", part[1]))
    # What a module computes once, beside its functions, is data.
    for path, tree in units.items():
        if path or len(units) == 1:
            survey.visit(tree)
    _conclude(survey, units)
    survey.strong.discard("")
    return Mechanisms(frozenset(survey.strong), frozenset(survey.weak))


def _conclude(survey: Survey, units: Mapping[str, Node]) -> None:
    if _recursive(units):
        survey.strong.add("calls itself")
        survey.strong -= {"works off a list", "takes from the front"}
        if _stores_own_results(units):
            survey.strong.add("remembers results")
    if "tallies" in survey.strong:
        survey.strong.discard("marks positions")
    if survey.pushed & survey.popped:
        survey.strong.add("keeps a stack")
        survey.strong.discard("works off a list")
    tests = survey.tests
    if len(tests) >= _CHAIN_TESTS:
        kind = max(sorted(set(tests)), key=tests.count)
        survey.strong.add(f"chains tests of {kind}")
    if survey.visits > 1:
        survey.weak.add(f"nests {survey.visits} visits")
    elif not survey.visits and "calls itself" not in survey.strong:
        survey.weak.add("computes without a loop")


def _stores_own_results(units: Mapping[str, Node]) -> bool:
    """Whether a function keeps what it got from itself under a key."""
    names = {path.split(".")[-1].split("#")[0] for path in units}
    return any(
        part[0] == "assign"
        and part[1][0] == "index"
        and any(call[0] == "call" and call[1][0] == "name" and call[1][1] in names for call in walk(part[2]))
        for tree in units.values()
        for part in walk(tree)
    )


def _recursive(units: Mapping[str, Node]) -> bool:
    calls: dict[str, set[str]] = {}
    for path, tree in units.items():
        own = path.split(".")[-1].split("#")[0]
        calls[own] = {
            part[1][1] if part[0] == "call" else part[2]
            for part in walk(tree)
            if (part[0] == "call" and part[1][0] == "name") or part[0] == "method"
        }
        for inner in walk(tree):
            if (
                inner[0] == "def"
                and inner[1][:1] == ("var",)
                and any(part[:2] == ("call", inner[1]) for part in walk(inner[3]))
            ):
                return True
    for start in calls:
        reached: set[str] = set()
        frontier = {start}
        while frontier:
            frontier = {name for at in frontier for name in calls.get(at, ()) if name in calls} - reached
            reached |= frontier
        if start in reached:
            return True
    return False
