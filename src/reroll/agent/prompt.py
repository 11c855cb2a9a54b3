"""From a bug and an agent to a prompt: Jinja2 templates over a few named values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reroll.errors import AgentError
from reroll.records import Agent, Bug, Case, Judgement, Prompt

MAX_FAILURE_CHARACTERS = 4000
"""Longest failure text in a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier turn of a chain, as the next prompt shows it."""

    patch: str
    """Unified diff; empty where no edit applied."""
    reason: str
    """Why no edit applied; empty where one did."""
    failures: str
    """What the visible tests still say."""


class Prompter:
    """Renders the prompts of one agent; templates are compiled once."""

    def __init__(self, agent: Agent) -> None:
        import jinja2

        environment = jinja2.Environment(
            undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
        )
        self.agent = agent
        try:
            self._user = environment.from_string(agent.template)
            self._system = environment.from_string(agent.system)
            self._demonstration = environment.from_string(agent.demonstration)
        except jinja2.TemplateSyntaxError as error:
            raise AgentError(f"A template of agent {agent.name!r} is broken: {error}") from error

    def prompt(self, bug: Bug, *, baseline: Judgement | None = None, history: Sequence[Turn] = ()) -> Prompt:
        """Return the prompt for one attempt.

        Args:
            bug: The bug; its hidden tests and reference fixes are never shown.
            baseline: What the sandbox found about the untouched source, for the visible failure.
            history: The earlier turns of a chain.
        """
        values = _values(bug, baseline) | {"history": list(history)}
        text = self._render(self._user, values)
        if not self.agent.chat:
            return Prompt(bug=bug.id, text=text)
        system = self._render(self._system, values)
        turns = (("system", system),) if system.strip() else ()
        return Prompt(bug=bug.id, messages=(*turns, ("user", text)))

    def demonstration(self, bug: Bug, completion: str, *, baseline: Judgement | None = None) -> str:
        """Return the completion prompt that shows one correct completion first, for the forecast."""
        if not self.agent.demonstration:
            raise AgentError(f"Agent {self.agent.name!r} has no demonstration.j2")
        return self._render(self._demonstration, _values(bug, baseline) | {"demonstration": completion})

    def _render(self, template: Any, values: Mapping[str, Any]) -> str:
        import jinja2

        try:
            rendered: str = template.render(**values)
        except jinja2.TemplateError as error:
            raise AgentError(
                f"A template of agent {self.agent.name!r} cannot be rendered: {error}"
            ) from error
        return rendered


def _values(bug: Bug, baseline: Judgement | None) -> dict[str, Any]:
    editable = [{"path": p, "text": bug.source[p], "lines": bug.source[p].splitlines()} for p in bug.editable]
    return {
        "bug": bug,
        "report": bug.report,
        "files": editable,
        "source": bug.source[bug.editable[0]],
        "visible_tests": visible_tests(bug),
        "failure": visible_failures(baseline),
    }


def visible_tests(bug: Bug) -> list[str]:
    """Return the tests that the agent may see, as text."""
    if bug.tests.runner == "cases":
        return [case_text(case) for case in bug.tests.visible]
    return [text for path, text in sorted(bug.tests.files.items()) if path.startswith("visible/")]


def case_text(case: Case) -> str:
    """Return one case as the assertion that a person would write."""
    setup = f"{case.setup}\n" if case.setup else ""
    if case.raises is not None:
        return f"{setup}{case.value}  # must raise {case.raises}"
    if case.tolerance is not None:
        return f"{setup}assert abs({case.value} - {case.expected}) < {case.tolerance}"
    return f"{setup}assert {case.value} == {case.expected}"


def visible_failures(judgement: Judgement | None) -> str:
    """Return what the failing visible tests say, bounded."""
    if judgement is None:
        return ""
    parts = [
        f"{test}: {outcome}\n{judgement.messages.get(test, '')}".strip()
        for test, outcome in judgement.outcomes.items()
        if test.startswith("visible/") and outcome != "passed"
    ]
    return "\n\n".join(parts)[:MAX_FAILURE_CHARACTERS]
