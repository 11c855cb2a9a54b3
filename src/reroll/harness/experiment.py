"""An experiment: suites, an agent and checkpoints, run into a ledger and clustered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.errors import UsageError
from reroll.harness.bench import Bench, Progress, Sandbox
from reroll.harness.clustering import cluster_run
from reroll.harness.lanes import known_digests, lanes, side_by_side
from reroll.harness.loop import retest, run_checkpoint, untouched
from reroll.harness.reference import run_reference
from reroll.ledger import Ledger, Specification
from reroll.records import Agent, Bug, Sampling, digest
from reroll.strategies import probes
from reroll.suite import table

if TYPE_CHECKING:
    from reroll.model import ModelSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What a run is to find out."""

    bugs: Sequence[Bug]
    """The bugs of all suites."""
    agent: Agent
    """How repairs are asked for."""
    models: Sequence[ModelSpec]
    """The checkpoints, in order; none for the reference agents."""
    attempts: int
    """n: attempts per bug and checkpoint; chains, for a chain agent."""
    sampling: Sampling
    """How completions are drawn."""
    seed: int
    """Seed of the run."""
    model_options: dict[str, Any] = field(default_factory=dict)
    """Options of `open_model` that change no attempt: endpoints, executables, log folders."""


async def run_experiment(
    experiment: Experiment,
    *,
    out: Path,
    sandbox: Sandbox,
    observe: Callable[[str, Progress], None] | None = None,
) -> None:
    """Run an experiment, or what its ledger still lacks of it.

    Args:
        experiment: What to run.
        out: Folder of the run.
        sandbox: Where patches are tested.
        observe: Told the checkpoint and its progress whenever something completes.
    """
    bugs = {bug.id: _probed(bug) for bug in experiment.bugs}
    if len(bugs) != len(experiment.bugs):
        raise UsageError("Two suites hold a bug of the same id; a suite was given twice")
    with Ledger(out) as ledger:
        ledger.begin(_specification(experiment))
        ledger.add_bugs(
            (bug.id, bug.suite, bug.slice, bug.digest, table.to_row(bug)) for bug in experiment.bugs
        )

        async def one(name: str, spec: ModelSpec | None) -> None:
            bench = Bench(
                bugs=bugs,
                agent=experiment.agent,
                checkpoint=name,
                attempts=experiment.attempts,
                seed=experiment.seed,
                ledger=ledger,
                sandbox=sandbox,
            )
            if observe is not None:
                bench.changed = partial(observe, name, bench.progress)
            await _run(bench, spec, experiment)

        try:
            checkpoints = _checkpoints(experiment)
            if len(lanes(checkpoints)) > 1:
                for name, (spec, held) in known_digests(checkpoints).items():
                    ledger.add_checkpoint(name, spec=spec, digest=held)
            await side_by_side(checkpoints, one)
        except BaseExceptionGroup as group:
            raise _first(group) from group
        finally:
            cluster_run(ledger, bugs)


async def _run(bench: Bench, spec: ModelSpec | None, experiment: Experiment) -> None:
    bench.resume()
    if spec is None:
        bench.ledger.add_checkpoint(
            bench.checkpoint, spec=f"agent:{bench.agent.name}", digest=bench.agent.name
        )
        await untouched(bench)
        await run_reference(bench)
    else:
        from reroll.model import open_model

        shared = {"fleet": tuple(experiment.models), "logs": bench.ledger.folder / "logs"}
        options = {**shared, **experiment.model_options}
        testing = asyncio.create_task(untouched(bench))  # while the model loads
        try:
            async with open_model(spec, sampling=experiment.sampling, **options) as model:
                bench.ledger.add_checkpoint(bench.checkpoint, spec=str(spec), digest=model.digest)
                await run_checkpoint(bench, model)
        finally:
            testing.cancel()
            await asyncio.gather(testing, return_exceptions=True)
    await retest(bench)


def _probed(bug: Bug) -> Bug:
    """Return the bug with generated probes beside its own: they tell apart patches that pass every test."""
    return replace(bug, probes=tuple(dict.fromkeys((*bug.probes, *probes(bug)))))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return what ended the run: the tasks beside it were only cancelled."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _checkpoints(experiment: Experiment) -> list[tuple[str, ModelSpec | None]]:
    if experiment.agent.loop == "reference":
        return [(experiment.agent.name, None)]
    if not experiment.models:
        raise UsageError(f"Agent {experiment.agent.name!r} needs a --model NAME=SPEC")
    names = [spec.name for spec in experiment.models]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"Two models are named {twice!r}; give each its own NAME=SPEC")
    return [(spec.name, spec) for spec in experiment.models]


def _specification(experiment: Experiment) -> Specification:
    return Specification(
        agent=experiment.agent.name,
        agent_digest=digest(experiment.agent),
        loop=experiment.agent.loop,
        sampling=experiment.sampling,
        seed=experiment.seed,
    )
