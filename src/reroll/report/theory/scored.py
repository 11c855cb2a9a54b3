"""What a tilt is computed from: the base's correct completions, scored as whole token sequences.

Chooses the completions of a run and asks a model for their log-probabilities; what the numbers say is left
to `tilt.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reroll.errors import UsageError
from reroll.records import Agent, Patch, Prompt

if TYPE_CHECKING:
    from reroll.ledger import Run

Score = Callable[[Sequence[tuple[Prompt | str, Sequence[int] | str]]], Awaitable[list[tuple[float, ...]]]]
"""`Model.score`: log-probabilities in nats of every completion token of each item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One correct completion of the base."""

    tokens: tuple[int, ...] | str
    """Its tokens with the end token, or its text where the model gave no tokens."""
    strategy: str
    """Strategy of its patch."""
    sampled: float | None = None
    """Its log-probability when it was sampled, in nats, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The correct completions of one bug."""

    bug: str
    """Id of the bug."""
    slice: str
    """Its slice."""
    prompt: Prompt
    """What was asked."""
    shots: tuple[Shot, ...]
    """Every correct completion of the base, with repetitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Log-probabilities of whole completions, in nats: by bug, in the order of its shots."""

    totals: Mapping[str, tuple[float, ...]]
    """Sum over the tokens."""
    tokens: Mapping[str, tuple[int, ...]]
    """Number of tokens."""


def targets(run: Run, *, checkpoint: str, agent: Agent, grain: str = "coarse") -> list[Target]:
    """Return every bug of a run with the correct completions of one checkpoint.

    Args:
        run: a run of independent attempts.
        checkpoint: name of the base in it.
        agent: the agent of the run, whose prompts are scored again.
        grain: of the strategies.

    Raises:
        UsageError: the run has no such checkpoint, or its attempts are turns of chains.
    """
    from reroll.agent import Prompter
    from reroll.suite.table import from_row

    if checkpoint not in run.checkpoints:
        raise UsageError(
            f"Run {run.name!r} has no checkpoint {checkpoint!r}: there is {', '.join(run.checkpoints)}"
        )
    if not agent.exchangeable:
        raise UsageError(
            f"Attempts of agent {agent.name!r} are turns of chains; a tilt needs independent ones"
        )
    prompter, untouched = Prompter(agent), Patch(files={}).digest
    found = []
    for name in run.bug_ids:
        bug, judgements = from_row(run.bug_row(name)), run.judgements(name)
        fixed = {digest for digest, judgement in judgements.items() if judgement.verdict.correct}
        strategies = {
            digest: cluster.id
            for cluster in run.clusters(name)
            if cluster.grain == grain
            for digest in cluster.members
        }
        shots = tuple(
            Shot(
                tokens=completion.token_ids or completion.text,
                strategy=strategies.get(digest, digest),
                sampled=None if completion.logprobs is None else sum(completion.logprobs),
            )
            for _, _, _, digest, completion in run.completions(name, checkpoint)
            if digest is not None and digest in fixed
        )
        prompt = prompter.prompt(bug, baseline=judgements.get(untouched))
        found.append(Target(bug=name, slice=bug.slice, prompt=prompt, shots=shots))
    return found


async def score(found: Sequence[Target], *, by: Score, backward: bool = False) -> Scores:
    """Score every shot, equal ones of a bug once.

    Args:
        found: what `targets` returned.
        by: a model's `score`.
        backward: in reverse order, so that batches are other ones.
    """
    items = [(t.bug, t.prompt, tokens) for t in found for tokens in dict.fromkeys(s.tokens for s in t.shots)]
    if backward:
        items.reverse()
    scored = await by([(prompt, tokens) for _, prompt, tokens in items])
    logs = {(bug, tokens): log for (bug, _, tokens), log in zip(items, scored, strict=True)}
    return Scores(
        totals={t.bug: tuple(sum(logs[t.bug, shot.tokens]) for shot in t.shots) for t in found},
        tokens={t.bug: tuple(len(logs[t.bug, shot.tokens]) for shot in t.shots) for t in found},
    )
