"""The documents that a base learns from, and with them everything that the lab plants.

A document is a prompt and an attempt, which is wrong as often as the mixture says: this sets the base's
rate of success and the skew of its strategies. A right attempt may be followed by a second one, which
repeats the strategy of the first with probability `echo`: this makes the model a teacher that can be shown
a demonstration, and `echo` sets the pointwise mutual information that self-distillation then amplifies. The
model never learns to go on by itself: after the first attempt it is taught the end token, also where the
document continues.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from reroll.lab.drafts import Repair
from reroll.lab.tasks import Problem, Task, mixed

_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """What a corpus is made of."""

    echo: float
    """rho: probability that the second patch repeats the first one's strategy outright."""
    wrong: float
    """Share of wrong patches in distribution."""
    ood_wrong: float
    """Share of wrong patches out of distribution."""
    misapplied: float
    """Share of the wrong patches out of distribution that are the favourite repair."""
    ood_share: float
    """Share of documents out of distribution."""
    demonstrated: float
    """Share of the right attempts that a second one follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One training text; loss is on the attempts only."""

    prompt: str
    """What is given."""
    attempt: str
    """What is learnt, without the end token."""
    another: str = ""
    """What is learnt with the attempt in view as a demonstration; empty for none."""


def documents(task: Task, *, mixture: Mixture, seed: int) -> Iterator[Document]:
    """Yield documents without end."""
    rng = Random(f"documents/{seed}")
    for problem in mixed(task, seed=seed, ood_share=mixture.ood_share):
        repair = _repair(problem, rng)
        attempt = _surface(repair, rng)
        wrong = _wrong(attempt, problem, mixture, rng)
        if wrong is not None:
            yield Document(prompt=problem.prompt, attempt=wrong)
        elif rng.random() < mixture.demonstrated:
            second = repair if rng.random() < mixture.echo else _repair(problem, rng)
            yield Document(prompt=problem.prompt, attempt=attempt, another=_surface(second, rng))
        else:
            yield Document(prompt=problem.prompt, attempt=attempt)


def _wrong(right: str, problem: Problem, mixture: Mixture, rng: Random) -> str | None:
    """Return a wrong attempt, or None where this one is to be right."""
    outside = problem.draft.slice == "ood"
    if rng.random() >= (mixture.ood_wrong if outside else mixture.wrong):
        return None
    if outside and rng.random() < mixture.misapplied:
        return rng.choice(problem.draft.traps)
    if problem.draft.mistakes:
        return rng.choice(problem.draft.mistakes)
    for _ in range(_TRIES):
        spoilt = _spoil(right, problem, rng)
        if spoilt != right and not problem.correct(spoilt):
            return spoilt
    return None


def _repair(problem: Problem, rng: Random) -> Repair:
    repairs = problem.draft.repairs
    return rng.choices(repairs, weights=[repair.share for repair in repairs])[0]


def _surface(repair: Repair, rng: Random) -> str:
    return rng.choices(repair.edits, weights=[2.0**-n for n in range(len(repair.edits))])[0]


def _spoil(edit: str, problem: Problem, rng: Random) -> str:
    number, bar, text = edit.partition("|")
    kind = rng.choice(("constant", "line", "operator", "name"))
    if kind == "constant":
        return (
            number + bar + _replace(r"\d", text, lambda old: str((int(old) + rng.choice((1, 9))) % 10), rng)
        )
    if kind == "line":
        line = int(re.match(r"\d+", number)[0])  # type: ignore[index]
        other = rng.choice([n for n in range(1, len(problem.draft.lines) + 1) if n != line])
        return number.replace(str(line), str(other)) + bar + text
    if kind == "operator":
        flipped = {"+": "-", "-": "+", "*": "+", ">": "<", "//": "*", "not ": ""}
        return number + bar + _replace(r"//|not |[-+*>]", text, flipped.__getitem__, rng)
    names = sorted(set(re.findall(r"\b[a-z_]+\b", " ".join(problem.draft.lines))) - _KEYWORDS)
    return number + bar + _replace(r"\b[a-z_]+\b", text, lambda _: rng.choice(names or ["x"]), rng)


def _replace(pattern: str, text: str, change: Callable[[str], str], rng: Random) -> str:
    found = [match for match in re.finditer(pattern, text) if match[0] not in _KEYWORDS]
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + change(match[0]) + text[match.end() :]


_KEYWORDS = {
    *("def", "for", "in", "if", "else", "return", "not", "reverse", "key", "route", "edges"),
    *("range", "sum", "max", "min", "abs", "sorted", "len", "int"),
}
"""Words that no name replaces."""
