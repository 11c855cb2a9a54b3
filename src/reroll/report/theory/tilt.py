"""Did training move a checkpoint toward the fixes that its base already preferred? `reroll tilt`.

The base's own correct completions, chosen and scored by `scored.py`, have log-ratios without sampling noise.
This module puts the figures of `reroll.statistics` together (docs/method.md M12 to M15) and says in words
what they mean for the next training run. The base is scored twice, the second time in reverse order: what
differs is the noise floor of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from reroll.errors import StatisticsError, UsageError
from reroll.records import Agent, Tally
from reroll.report.theory.doubts import doubts, noise_of, reproduced_of, spread_of
from reroll.report.theory.scored import Scores, Target, score, targets
from reroll.report.theory.sharpening import sharpening
from reroll.report.theory.tilt_words import sentence
from reroll.statistics.intervals import Interval, jackknife, mean, ratio
from reroll.statistics.log_ratios import (
    Rollouts,
    Slope,
    kappa_from_log_ratios,
    rollout_slope,
    share_between_strategies,
)
from reroll.statistics.tilt import collide, kappa_parts

if TYPE_CHECKING:
    from reroll.ledger import Run
    from reroll.model import ModelSpec

Value = TypeVar("Value")

INTERVALS = (
    *("kappa", "kappa_counts", "tilt_A", "drift"),
    *("slope_within", "slope_between", "kappa_beyond"),
)
"""Figures of a tilt that are intervals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tilt:
    """The answer on one slice; figures that the data do not define are None, and a note says why."""

    before: str
    """Name of the base."""
    after: str
    """Name of the tuned checkpoint."""
    slice: str
    """Slice, or `all`."""
    bugs: int
    """Bugs with a correct completion of the base."""
    several: int
    """Bugs where these are of two strategies or more; only they carry information."""
    shots: int
    """Correct completions that were scored."""
    kappa: Interval | None
    """Log tilt per unit of the base's share, from exact log-ratios. M14."""
    kappa_counts: Interval | None
    """The same from counts, first-order: reads low when large. M13."""
    tilt_A: Interval | None  # noqa: N815  # the method's name for it
    """Mass moved toward the base's favourites, from counts. M12."""
    drift: Interval | None
    """Dist²: mass moved in whatever direction, from counts. M12."""
    slope: Slope | None
    """Change of the log-ratio per nat of the base's log-probability, length held fixed. M15."""
    slope_without_length: Slope | None
    """The same without the covariate. M15."""
    slope_within: Interval | None = None
    """The same among patches of one strategy: how much sharper the checkpoint is in general."""
    slope_between: Interval | None = None
    """The same among strategies of one bug."""
    kappa_beyond: Interval | None = None
    """What is left of kappa when the slope within strategies explains what it can. `sharpening.py`."""
    share_between: float | None
    """Share of the variance of log-ratios that lies between strategies. M15."""
    spread: float | None
    """Standard deviation of the log-ratios within bugs, in nats."""
    noise: float | None
    """Standard deviation of the base's score between two orders of scoring, in nats."""
    reproduced: float | None
    """Mean absolute difference per token between scoring and sampling under the base, in nats."""
    notes: tuple[str, ...]
    """What to keep in mind."""
    sentence: str
    """The answer in words."""


async def measure(
    run: Run,
    *,
    before: ModelSpec,
    after: ModelSpec,
    agent: Agent,
    grain: str = "coarse",
    level: float = 0.95,
    **options: Any,
) -> tuple[Tilt, ...]:
    """Return the tilt on all bugs, and on each slice where there are several.

    Args:
        run: a run that holds both checkpoints, by the names of their specs.
        before: the base; opened first, and scored twice.
        after: the tuned checkpoint; opened when the base is closed.
        agent: the agent of the run.
        grain: of the strategies.
        level: of the intervals.
        options: of `open_model`.

    Raises:
        UsageError: the run lacks one of the two, or is of chains.
        ModelError: a checkpoint cannot be opened, or cannot score.
    """
    from reroll.model import open_model

    options = {"fleet": (before, after), **options}  # a base and its adapter share one engine
    found = targets(run, checkpoint=before.name, agent=agent, grain=grain)
    tallies = run.tallies(grain=grain)
    if after.name not in tallies:
        raise UsageError(
            f"Run {run.name!r} has no checkpoint {after.name!r}: there is {', '.join(run.checkpoints)}"
        )
    async with open_model(before, **options) as model:
        base = await score(found, by=model.score)
        again = await score(found, by=model.score, backward=True)
    async with open_model(after, **options) as model:
        tuned = await score(found, by=model.score)
    slices = sorted({target.slice for target in found})
    return tuple(
        tilt(
            found,
            base=base,
            again=again,
            tuned=tuned,
            before=tallies[before.name],
            after=tallies[after.name],
            before_name=before.name,
            after_name=after.name,
            slice=part,
            sampling=run.specification.get("sampling"),
            level=level,
        )
        for part in (["all", *slices] if len(slices) > 1 else ["all"])
    )


def tilt(
    found: Sequence[Target],
    *,
    base: Scores,
    again: Scores | None,
    tuned: Scores,
    before: Sequence[Tally],
    after: Sequence[Tally],
    before_name: str = "before",
    after_name: str = "after",
    slice: str = "all",  # noqa: A002  # the word that suites, frames and JSON use
    sampling: Mapping[str, Any] | None = None,
    level: float = 0.95,
) -> Tilt:
    """Return the tilt of one checkpoint against its base.

    Args:
        found: what `targets` returned for the base.
        base: its scores under the base.
        again: the same once more, in another order; None where it was not done.
        tuned: its scores under the tuned checkpoint.
        before: tallies of the base.
        after: tallies of the tuned checkpoint, paired by bug.
        before_name: name of the base.
        after_name: name of the tuned checkpoint.
        slice: slice, or `all`.
        sampling: how the run sampled; theory is about temperature 1 without top-p and top-k.
        level: of the intervals.
    """
    chosen = [t for t in found if t.shots and slice in ("all", t.slice)]
    rollouts = [
        Rollouts(
            bug=t.bug,
            strategies=[shot.strategy for shot in t.shots],
            log_base=base.totals[t.bug],
            log_tuned=tuned.totals[t.bug],
            tokens=base.tokens[t.bug],
        )
        for t in chosen
    ]
    notes: list[str] = []
    kappa = _unless_unsupported(lambda: kappa_from_log_ratios(rollouts, level=level), notes)
    pairs = _pairs(before, after, slice=slice)
    sharper = _unless_unsupported(lambda: sharpening(rollouts, level=level), notes)
    spread, noise = spread_of(rollouts), noise_of(chosen, base, again)
    reproduced = reproduced_of(chosen, base)
    share = share_between_strategies(rollouts)
    notes += doubts(sampling or {}, spread=spread, noise=noise, reproduced=reproduced)
    return Tilt(
        before=before_name,
        after=after_name,
        slice=slice,
        bugs=len(chosen),
        several=sum(len(set(rollout.strategies)) > 1 for rollout in rollouts),
        shots=sum(len(t.shots) for t in chosen),
        kappa=kappa,
        kappa_counts=_over(pairs, kappa_parts, statistic=ratio, level=level),
        tilt_A=_over(pairs, lambda x, y: _only(collide(x, y), "tilt"), statistic=mean, level=level),
        drift=_over(pairs, lambda x, y: _only(collide(x, y), "drift"), statistic=mean, level=level),
        slope=_unless_unsupported(lambda: rollout_slope(rollouts, level=level), notes),
        slope_without_length=_unless_unsupported(
            lambda: rollout_slope(rollouts, length=False, level=level), notes
        ),
        slope_within=sharper.within if sharper else None,
        slope_between=sharper.between if sharper else None,
        kappa_beyond=sharper.beyond if sharper else None,
        share_between=share,
        spread=spread,
        noise=noise,
        reproduced=reproduced,
        notes=tuple(dict.fromkeys(notes)),
        sentence=sentence(kappa, share, sharper=sharper, before=before_name, after=after_name),
    )


def document(found: Tilt) -> dict[str, Any]:
    """Return a tilt as JSON values."""
    return asdict(found)


def from_document(value: Mapping[str, Any]) -> Tilt:
    """Return the tilt that `document` wrote."""
    intervals = {name: Interval(**value[name]) for name in INTERVALS if value.get(name)}
    slopes = {
        name: Slope(interval=Interval(**value[name]["interval"]), p=value[name]["p"])
        for name in ("slope", "slope_without_length")
        if value[name]
    }
    return Tilt(**{**value, "notes": tuple(value["notes"]), **intervals, **slopes})


def _pairs(
    before: Sequence[Tally],
    after: Sequence[Tally],
    *,
    slice: str,  # noqa: A002  # as in `tilt`
) -> list[tuple[Mapping[str, int], Mapping[str, int]]]:
    tuned = {tally.bug: tally for tally in after}
    return [
        (tally.strategies, tuned[tally.bug].strategies)
        for tally in before
        if tally.bug in tuned and slice in ("all", tally.slice)
    ]


def _over(
    pairs: Sequence[tuple[Mapping[str, int], Mapping[str, int]]],
    part: Callable[[Mapping[str, int], Mapping[str, int]], tuple[float, ...] | None],
    *,
    statistic: Any,
    level: float,
) -> Interval | None:
    columns = [found for x, y in pairs if (found := part(x, y)) is not None]
    return jackknife(np.array(columns), statistic=statistic, level=level) if columns else None


def _only(collision: Any, name: str) -> tuple[float, ...] | None:
    value = None if collision is None else getattr(collision, name)
    return None if value is None else (float(value),)


def _unless_unsupported(compute: Callable[[], Value], notes: list[str]) -> Value | None:
    try:
        return compute()
    except StatisticsError as error:
        notes.append(str(error))
        return None
