"""What the forecast knows, and what it says that it cannot know."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from reroll.errors import StatisticsError
from reroll.lab.forecast import Answer, Question, forecast


def question(bug: str, *counts: int, part: str = "id") -> Question:
    answers = tuple(
        Answer(text=f"{number}|x", strategy=f"s{number}", count=count)
        for number, count in enumerate(counts, start=1)
    )
    return Question(
        bug=bug, slice=part, prompt="ask", answers=answers, demonstrate=lambda text: f"ask {text} again"
    )


async def echoing(items: Sequence[tuple[object, object]]) -> list[tuple[float, ...]]:
    """Score three nats more where the prompt shows the text."""
    plain = {"1|x": -0.36, "2|x": -1.2}
    return [(plain[str(text)] + 3.0 * (str(text) in str(prompt)),) for prompt, text in items]


def test_a_model_that_echoes_is_forecast_to_collapse() -> None:
    stages = asyncio.run(forecast([question("a", 3, 2), question("b", 4, 1)], score=echoing)).stages
    order = [stages[stage].echo.estimate or 0.0 for stage in ("ideal", "one_round", "fixed_point")]
    assert order == sorted(order)
    assert order[2] > 0.9
    assert stages["balanced"].echo.estimate == pytest.approx(order[0])


def test_bugs_with_too_few_answers_are_listed_with_the_reason() -> None:
    found = asyncio.run(forecast([question("a", 3, 2), question("b", 1, 1), question("c", 9)], score=echoing))
    assert [bug.bug for bug in found.bugs] == ["a"]
    assert found.unknown == {
        "b": "2 correct attempts, 4 are needed",
        "c": "one distinct correct patch, two are needed",
    }


def test_a_forecast_of_nothing_is_refused() -> None:
    with pytest.raises(StatisticsError, match="sample the base more often"):
        asyncio.run(forecast([question("c", 9)], score=echoing))


def test_a_slice_can_be_looked_at_alone() -> None:
    found = asyncio.run(forecast([question("a", 3, 2), question("b", 3, 2, part="ood")], score=echoing))
    assert [bug.bug for bug in found.of_slice("ood").bugs] == ["b"]
