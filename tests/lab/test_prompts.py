"""Training and evaluation ask byte for byte the same."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from reroll.agent import Prompter
from reroll.agent import load as load_agent
from reroll.lab import forge, paths
from reroll.lab.prompts import FIX, OK
from reroll.lab.tasks import task


@pytest.mark.parametrize(("name", "make"), [("forge", forge.bug), ("paths", paths.bug)])
def test_the_agent_asks_what_training_asked(name: str, make: type) -> None:
    prompter = Prompter(load_agent("lines"))
    for problem in itertools.islice(task(name).problems("id", seed=0, held_out=True), 8):
        bug = make(problem.draft, problem.cases, name="one")
        assert prompter.prompt(bug).text == problem.prompt
        assert prompter.demonstration(bug, "2|t = 0") == problem.demonstrated("2|t = 0")


def test_a_demonstration_is_the_prompt_the_answer_and_another_request() -> None:
    problem = next(task("forge").problems("id", seed=0, held_out=True))
    assert problem.demonstrated("2|t = 0") == f"{problem.prompt}2|t = 0{OK}{FIX}"


@pytest.mark.hf
@pytest.mark.usefixtures("torch_and_transformers")
def test_prompts_and_answers_survive_the_tokenizer(shipped: Path) -> None:
    from transformers import AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(shipped)
    for name in ("forge", "paths"):
        for problem in itertools.islice(task(name).problems("ood", seed=0, held_out=True), 16):
            text = problem.demonstrated(problem.draft.repairs[0].edits[0])
            assert tokens.decode(tokens(text)["input_ids"]) == text
            assert (
                tokens(problem.prompt)["input_ids"]
                == tokens(text)["input_ids"][: len(tokens(problem.prompt)["input_ids"])]
            )
