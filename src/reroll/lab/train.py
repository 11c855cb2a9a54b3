"""Train the arms of a task, one folder each; a finished arm is never trained again."""

from __future__ import annotations

import json
import os
import resource
import shutil
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reroll import assets
from reroll.errors import MissingDependency
from reroll.lab import arms as arm_files
from reroll.lab.arms import Arm
from reroll.lab.tasks import Task
from reroll.lab.tasks import task as find_task

FINISHED = "finished.json"
"""Marks a folder whose arm is complete; holds what it took."""
_COMMON: dict[str, Any] = {
    "bf16": False,  # no faster than float32 on the CPUs that were tried, and one noise less
    "gradient_checkpointing": False,
    "use_cpu": True,
    "report_to": "none",
    "save_strategy": "no",
    "disable_tqdm": True,
    "logging_steps": 10,
    "adam_beta2": 0.98,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One checkpoint that is to be made."""

    arm: Arm
    """How."""
    task: Task
    """On which bugs."""
    seed: int
    """Seed of documents, weights, problems and sampling."""
    folder: Path
    """Where it goes."""
    start: Path
    """The checkpoint that is trained further."""
    progress: Callable[[str], None]
    """Told a line now and then."""

    @property
    def options(self) -> dict[str, Any]:
        """The trainer's options."""
        return {**_COMMON, **self.arm.trainer, "seed": self.seed}

    def tell(self, line: str) -> None:
        """Pass on a line with the name of the job."""
        self.progress(f"{self.task.name} seed {self.seed} {self.arm.name}: {line}")


def run(
    task: str,
    *,
    arms: Sequence[str] = (),
    seeds: Sequence[int] = (1,),
    out: Path,
    smoke: bool = False,
    progress: Callable[[str], None] = print,
) -> list[Path]:
    """Train arms, and before them what they start from.

    Args:
        task: `forge` or `paths`.
        arms: Names of files in `arms/`; empty for all.
        seeds: One whole chain of checkpoints a seed.
        out: Checkpoints go to `out/<task>/seed-<seed>/<arm>`.
        smoke: Whether to take every code path in seconds instead of training.
        progress: Told a line now and then.

    Returns:
        The folders, in the order of training.

    Raises:
        UsageError: A task or an arm does not exist.
        MissingDependency: TRL is not installed.
    """
    chosen = find_task(task)
    plan = [
        arm_files.load(name, task=task, smoke=smoke)
        for name in arm_files.chain(tuple(arms) or arm_files.names())
    ]
    _prepare()
    jobs = [
        Job(
            arm=arm,
            task=chosen,
            seed=seed,
            folder=out / task / f"seed-{seed}" / arm.name,
            start=_start(arm, out / task / f"seed-{seed}", task=task, smoke=smoke),
            progress=progress,
        )
        for seed in seeds
        for arm in plan
    ]
    for job in jobs:
        if (job.folder / FINISHED).is_file():
            job.tell("already finished")
        else:
            _train(job)
    return [job.folder for job in jobs]


def _start(arm: Arm, trained: Path, *, task: str, smoke: bool) -> Path:
    """Return the checkpoint that an arm starts from: a smoke base answers nothing, so the shipped one
    stands in.
    """
    return assets.folder("checkpoints") / task / "base" if smoke else trained / (arm.start or "")


def _train(job: Job) -> None:
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    wall, processor = time.monotonic(), _cpu_seconds()
    with warnings.catch_warnings():
        # Deprecations between TRL and transformers are not the reader's business.
        warnings.simplefilter("ignore")
        _MAKERS[job.arm.kind](job)
    shutil.rmtree(job.folder / "trainer", ignore_errors=True)
    took = {
        "task": job.task.name,
        "arm": job.arm.name,
        "seed": job.seed,
        "wall_seconds": round(time.monotonic() - wall, 1),
        "cpu_seconds": round(_cpu_seconds() - processor, 1),
    }
    (job.folder / FINISHED).write_text(json.dumps(took, indent=2) + "\n")
    job.tell(f"finished in {took['wall_seconds']} s ({took['cpu_seconds']} s of CPU)")


def _pretrain(job: Job) -> None:
    from reroll.lab import base
    from reroll.lab.documents import Mixture

    mixture = Mixture(**job.arm.mixture)
    # Each further phase of a base reads documents that the one before did not.
    seed = job.seed + 1_000 * (len(arm_files.chain((job.arm.name,))) - 1)
    corpus = base.corpus(job.task, mixture=mixture, documents_wanted=job.arm.documents, seed=seed)
    job.tell(f"{len(corpus)} documents")
    if job.arm.start is None:
        tokens = base.tokenizer(vocabulary=job.arm.vocabulary, mixture=mixture)
        model = base.untrained(tokens, shape=dict(job.arm.model), seed=job.seed)
    else:
        tokens, model = base.load(job.start)
    base.tune(model, tokens, corpus, out=job.folder, options=job.options, progress=job.tell)
    base.save(model, tokens, out=job.folder)


def _distil(job: Job) -> None:
    from reroll.lab import posttrain

    posttrain.self_distil(
        job.start,
        posttrain.problems(job.task, wanted=job.arm.problems, seed=job.seed),
        out=job.folder,
        demonstration=job.arm.demonstration,
        options=job.options,
        progress=job.tell,
    )


def _reinforce(job: Job) -> None:
    from reroll.lab import posttrain

    bugs = posttrain.problems(job.task, wanted=job.arm.problems, seed=job.seed)
    posttrain.reinforce(job.start, bugs, out=job.folder, options=job.options, progress=job.tell)


def _reject(job: Job) -> None:
    from reroll.lab import posttrain

    posttrain.reject(
        job.start,
        posttrain.problems(job.task, wanted=job.arm.problems, seed=job.seed),
        attempts=job.arm.attempts,
        out=job.folder,
        options=job.options,
        progress=job.tell,
    )


_MAKERS: dict[str, Callable[[Job], None]] = {
    "pretraining": _pretrain,
    "self-distillation": _distil,
    "policy-gradient": _reinforce,
    "rejection": _reject,
}


def _prepare() -> None:
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    try:
        import datasets
        import transformers
        import trl  # noqa: F401
    except ImportError as error:
        raise MissingDependency("trl", extra="lab") from error
    datasets.disable_progress_bars()
    quiet: Any = transformers.utils.logging
    quiet.disable_progress_bar()
    quiet.set_verbosity_error()


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
