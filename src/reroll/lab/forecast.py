"""Predict from a base alone, before any training, what self-distillation will do to its retries.

Every bug's distinct correct patches are scored under the base, plain and with each of them as the
demonstration; `theory` turns the two into shares. A prediction needs a bug with at least two distinct correct
patches and a few correct attempts: what the base never showed cannot be predicted, and is listed as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from reroll.errors import StatisticsError
from reroll.lab.theory import Predictions, predict
from reroll.records import Prompt
from reroll.statistics.intervals import Interval, jackknife, mean

if TYPE_CHECKING:
    from reroll.ledger.run import Run

Score = Callable[[Sequence[tuple[Prompt | str, Sequence[int] | str]]], Awaitable[list[tuple[float, ...]]]]
"""`Model.score`: log-probabilities in nats of every completion token of each item."""

FEWEST_CORRECT = 4
"""Correct attempts below which a bug is left out."""
MOST_PATCHES = 24
"""Distinct correct patches that are scored, the most frequent first; scoring grows with their square."""
DISTINCT_AMONG = 4
"""b of D_b."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One distinct correct completion of a bug."""

    text: str
    """The completion: what a demonstration shows."""
    tokens: tuple[int, ...] | None = None
    """Its tokens with the end token, where the model gave them; they are scored rather than the text."""
    strategy: str
    """Its strategy."""
    count: int = 1
    """Attempts that gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One bug with the correct answers that the base gave."""

    bug: str
    """Id of the bug."""
    slice: str
    """Its slice."""
    prompt: Prompt | str
    """What was asked."""
    answers: tuple[Answer, ...]
    """Distinct correct answers."""
    demonstrate: Callable[[str], str]
    """Returns the prompt that shows one answer first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The forecast of one bug."""

    bug: str
    """Id of the bug."""
    slice: str
    """Its slice."""
    patches: int
    """Distinct correct patches that were scored."""
    sampled: Mapping[str, int]
    """Correct attempts of the base by strategy, as sampled."""
    predictions: Predictions
    """Predicted shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One stage of the forecast, over bugs."""

    echo: Interval
    """Probability that two fixes share a strategy."""
    distinct: Interval
    """Expected strategies among four fixes, D_4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What self-distillation should do to the retry loop."""

    bugs: tuple[Foreseen, ...]
    """Bugs with a forecast."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Bugs without one, and why."""

    @property
    def stages(self) -> dict[str, Outlook]:
        """The outlook at each stage: `ideal`, `one_round`, `fixed_point`, `balanced`."""
        return {
            stage: Outlook(
                echo=_over_bugs([getattr(bug.predictions, stage).echo for bug in self.bugs]),
                distinct=_over_bugs(
                    [getattr(bug.predictions, stage).distinct(DISTINCT_AMONG) for bug in self.bugs]
                ),
            )
            for stage in ("ideal", "one_round", "fixed_point", "balanced")
        }

    def of_slice(self, wanted: str) -> Forecast:
        """Return the part of the forecast that is about one slice."""
        return Forecast(bugs=tuple(bug for bug in self.bugs if bug.slice == wanted), unknown=self.unknown)


async def forecast(
    questions: Sequence[Question], *, score: Score, progress: Callable[[str], None] | None = None
) -> Forecast:
    """Predict from the base alone.

    Args:
        questions: The bugs, with the base's correct answers.
        score: The base's `Model.score`.
        progress: Told a line now and then.

    Raises:
        StatisticsError: No bug has enough correct answers for a forecast.
        ModelError: The model cannot score.
    """
    foreseen: list[Foreseen] = []
    unknown: dict[str, str] = {}
    for number, question in enumerate(questions, start=1):
        reason = _why_unknown(question)
        if reason:
            unknown[question.bug] = reason
            continue
        foreseen.append(await _foresee(question, score))
        if progress and number % 16 == 0:
            progress(f"{number} of {len(questions)} bugs")
    if not foreseen:
        raise StatisticsError(
            f"None of {len(questions)} bugs has {FEWEST_CORRECT} correct attempts with two distinct patches: "
            "sample the base more often, or take easier bugs"
        )
    return Forecast(bugs=tuple(foreseen), unknown=unknown)


def questions(run: Run, *, checkpoint: str, agent: Any, grain: str = "coarse") -> list[Question]:
    """Return the bugs of a run with the correct answers of one checkpoint.

    Args:
        run: A finished run.
        checkpoint: Name of the base in it.
        agent: The `Agent` whose templates are used; it needs a demonstration template.
        grain: `coarse` or `fine`, of the strategies.
    """
    from reroll.agent import Prompter
    from reroll.suite.table import from_row

    prompter = Prompter(agent)
    found = []
    for name in run.bug_ids:
        bug = from_row(run.bug_row(name))
        fixed = {digest for digest, told in run.judgements(name).items() if told.verdict.correct}
        strategy = {
            digest: cluster.id
            for cluster in run.clusters(name)
            if cluster.grain == grain
            for digest in cluster.members
        }
        counts: Counter[str] = Counter()
        answers: dict[str, Answer] = {}
        for _, _, _, digest, completion in run.completions(name, checkpoint):
            if digest in fixed:
                counts[completion.text] += 1
                answers[completion.text] = Answer(
                    text=completion.text, tokens=completion.token_ids, strategy=strategy.get(digest, digest)
                )
        found.append(
            Question(
                bug=name,
                slice=bug.slice,
                prompt=prompter.prompt(bug),
                answers=tuple(
                    Answer(text=text, tokens=a.tokens, strategy=a.strategy, count=counts[text])
                    for text, a in answers.items()
                ),
                demonstrate=lambda text, bug=bug: prompter.demonstration(bug, text),  # type: ignore[misc]
            )
        )
    return found


def _why_unknown(question: Question) -> str:
    correct = sum(answer.count for answer in question.answers)
    if correct < FEWEST_CORRECT:
        return f"{correct} correct attempts, {FEWEST_CORRECT} are needed"
    if len(question.answers) < 2:
        return "one distinct correct patch, two are needed"
    return ""


async def _foresee(question: Question, score: Score) -> Foreseen:
    answers = sorted(question.answers, key=lambda answer: (-answer.count, answer.text))[:MOST_PATCHES]
    prompts = [question.prompt, *(question.demonstrate(answer.text) for answer in answers)]
    items = [(prompt, answer.tokens or answer.text) for prompt in prompts for answer in answers]
    sums = np.array([sum(logs) for logs in await score(items)]).reshape(len(prompts), len(answers))
    sampled: Counter[str] = Counter()
    for answer in question.answers:
        sampled[answer.strategy] += answer.count
    return Foreseen(
        bug=question.bug,
        slice=question.slice,
        patches=len(answers),
        sampled=dict(sampled),
        predictions=predict(sums[0], sums[1:].T, [answer.strategy for answer in answers]),
    )


def _over_bugs(figures: Sequence[float]) -> Interval:
    return jackknife(np.array(figures, dtype=np.float64).reshape(-1, 1), statistic=mean)
