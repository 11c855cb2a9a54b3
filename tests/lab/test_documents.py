"""What a base learns from: the planted rates and shares, and where the loss is."""

from __future__ import annotations

import itertools

import pytest

from reroll.lab.arms import load
from reroll.lab.documents import Document, Mixture, documents
from reroll.lab.prompts import FIX, OK
from reroll.lab.tasks import task

MIXTURE = Mixture(**load("base").mixture)


def corpus(mixture: Mixture, wanted: int = 800, *, of: str = "forge") -> list[Document]:
    return list(itertools.islice(documents(task(of), mixture=mixture, seed=5), wanted))


def test_equal_seeds_give_equal_documents() -> None:
    assert corpus(MIXTURE, 20) == corpus(MIXTURE, 20)


@pytest.mark.parametrize("name", ["forge", "paths"])
def test_right_attempts_are_as_frequent_as_the_mixture_says(name: str) -> None:
    right = sum(bool(document.another) for document in corpus(MIXTURE, of=name)) / 800
    wanted = 1 - MIXTURE.ood_share * MIXTURE.ood_wrong - (1 - MIXTURE.ood_share) * MIXTURE.wrong
    assert right == pytest.approx(wanted, abs=0.06)


def test_without_echo_the_second_attempt_repeats_the_first_less_often() -> None:
    def repeated(echo: float) -> float:
        mixture = Mixture(**{**load("base").mixture, "echo": echo})
        second = [d for d in corpus(mixture) if d.another]
        return sum(d.attempt == d.another for d in second) / len(second)

    assert repeated(0.8) > repeated(0.0) + 0.1


@pytest.mark.hf
@pytest.mark.usefixtures("torch_and_transformers")
def test_the_end_token_is_taught_after_the_first_attempt_and_the_request_is_not() -> None:
    from transformers import AutoTokenizer

    from reroll import assets
    from reroll.lab.base import encoded

    tokens = AutoTokenizer.from_pretrained(assets.folder("checkpoints") / "forge" / "base")
    found = encoded(Document(prompt="p[fix]", attempt="2|t = 0", another="5|return t - 3"), tokens)
    assert tokens.decode(found["input_ids"]) == f"p[fix]2|t = 0{OK}{FIX}5|return t - 3<eos>"
    taught = [label for label in found["labels"] if label >= 0]
    assert tokens.decode(taught) == "2|t = 0<eos>5|return t - 3<eos>"
    assert len(found["labels"]) == len(found["input_ids"])
