"""Agents are read from folders, and their prompts show what an agent may see and nothing more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reroll.agent import Prompter, Turn, load, names
from reroll.errors import AgentError, UsageError
from reroll.records import Bug, Case, Judgement, Tests, Verdict

BUG = Bug(
    suite="s",
    name="b",
    report="The median of nothing crashes.",
    source={"median.py": "def median(xs):\n    return xs[0]\n"},
    editable=("median.py",),
    tests=Tests(
        runner="cases",
        visible=(
            Case(name="one", value="median([1])", expected="1"),
            Case(name="bad", value="median(1)", raises="TypeError"),
        ),
        hidden=(Case(name="secret", value="median([5, 77])", expected="41"),),
    ),
    fixes={"hidden-strategy": "diff"},
)
BASELINE = Judgement(
    verdict=Verdict.FAILED,
    outcomes={"visible/one": "failed", "hidden/secret": "failed"},
    messages={"visible/one": "median([1]) gave 2", "hidden/secret": "median([5, 77]) gave 5"},
)


def shown(name: str, history: tuple[Turn, ...] = ()) -> str:
    prompt = Prompter(load(name)).prompt(BUG, baseline=BASELINE, history=history)
    return prompt.text + "".join(text for _, text in prompt.messages)


@pytest.mark.parametrize("name", [n for n in names() if load(n).loop != "reference" and n != "samples"])
def test_a_prompt_shows_source_and_visible_tests_and_no_secret(name: str) -> None:
    text = shown(name)
    assert "return xs[0]" in text
    assert "median([1])" in text
    assert "77" not in text
    assert "hidden-strategy" not in text


@pytest.mark.parametrize("name", ["direct", "retry", "diverse"])
def test_chat_agents_show_report_and_visible_failure(name: str) -> None:
    assert "The median of nothing crashes" in shown(name)
    assert "median([1]) gave 2" in shown(name)


def test_a_retry_shows_what_the_last_turn_still_fails() -> None:
    text = shown("retry", (Turn(patch="-a\n+b\n", reason="", failures="visible/one: failed"),))
    assert "+b" in text
    assert "visible/one: failed" in text


def test_a_diverse_turn_asks_for_another_way() -> None:
    text = shown("diverse", (Turn(patch="-a\n+b\n", reason="", failures=""),))
    assert "+b" in text
    assert "different way" in text


def test_a_completion_agent_ends_where_the_code_begins() -> None:
    prompt = Prompter(load("infill")).prompt(BUG, baseline=BASELINE)
    assert prompt.messages == ()
    assert prompt.text.endswith("```python\n")


def test_chains_are_not_exchangeable() -> None:
    assert not load("retry").exchangeable
    assert load("direct").exchangeable


def test_an_unknown_agent_lists_those_that_exist() -> None:
    with pytest.raises(UsageError, match="direct"):
        load("telepathy")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('loop = "spiral"', "loop = 'spiral'"),
        ("turns = 0", "turns = 0"),
        ("loop =", "not TOML"),
        ("x = 1", "x = 1"),
    ],
)
def test_a_broken_agent_is_named_with_key_and_value(tmp_path: Path, toml: str, message: str) -> None:
    (tmp_path / "agent.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "prompt.j2").write_text("x", encoding="utf-8")
    with pytest.raises(AgentError, match=message):
        load(str(tmp_path))


def test_a_template_that_names_the_unknown_is_refused(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text("", encoding="utf-8")
    (tmp_path / "prompt.j2").write_text("{{ answer }}", encoding="utf-8")
    with pytest.raises(AgentError, match="'answer' is undefined"):
        Prompter(load(str(tmp_path))).prompt(BUG)


def test_an_agent_of_one_s_own_may_share_the_parts_that_ship(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text("", encoding="utf-8")
    (tmp_path / "mine.j2").write_text("Mend it.\n", encoding="utf-8")
    (tmp_path / "prompt.j2").write_text(
        '{% include "parts/bug.j2" %}\n{% include "mine.j2" %}\n', encoding="utf-8"
    )
    prompt = Prompter(load(str(tmp_path))).prompt(BUG)
    assert "return xs[0]" in prompt.messages[0][1]
    assert prompt.messages[0][1].endswith("Mend it.\n")


@pytest.mark.parametrize("name", ["parts/none.j2", "../secret.j2", "prompt.j2"])
def test_an_include_that_is_not_there_lists_the_parts(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "agent"
    folder.mkdir()
    (tmp_path / "secret.j2").write_text("secret", encoding="utf-8")
    (folder / "agent.toml").write_text("", encoding="utf-8")
    (folder / "prompt.j2").write_text(f"{{% include '{name}' %}}\n", encoding="utf-8")
    with pytest.raises(AgentError, match=r"includes .* nor one of parts/bug.j2, parts/search-replace.j2"):
        load(str(folder))


def test_a_broken_template_is_refused_before_the_run() -> None:
    with pytest.raises(AgentError, match="broken"):
        Prompter(replace(load("direct"), template="{% if %}"))
