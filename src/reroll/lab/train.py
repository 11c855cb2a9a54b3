"""Train the arms of a task, one folder each, side by side; a finished arm is never trained again.

An arm waits for the one that it starts from and for nothing else. Every arm is trained by one thread, in a
process of its own where several run at once, so that its weights depend on its seed and not on what runs
beside it.
"""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import os
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reroll import assets
from reroll.errors import MissingDependency
from reroll.lab import arms as arm_files
from reroll.lab.arms import Arm
from reroll.lab.tasks import Task
from reroll.lab.tasks import task as find_task

Progress = Callable[[str], None]

FINISHED = "finished.json"
"""Marks a folder whose arm is complete; holds what it took."""
_COMMON: dict[str, Any] = {
    "bf16": True,  # products in bfloat16: 1.7 times as fast as float32 where the processor has AVX512-BF16
    "gradient_checkpointing": False,
    "use_cpu": True,
    "report_to": "none",
    "save_strategy": "no",
    "disable_tqdm": True,
    "logging_steps": 10,
    "adam_beta2": 0.98,
}
_HEAVY = ("trl.trainer.sft_trainer", "trl.trainer.grpo_trainer", "trl.experimental.sdpo", "datasets")
"""Imported once and shared by all processes: ten seconds of processor time each."""


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

    @property
    def finished(self) -> bool:
        """Whether the checkpoint is complete."""
        return (self.folder / FINISHED).is_file()

    @property
    def options(self) -> dict[str, Any]:
        """The trainer's options."""
        return {**_COMMON, **self.arm.trainer, "seed": self.seed}


def run(
    task: str,
    *,
    arms: Sequence[str] = (),
    seeds: Sequence[int] = (1,),
    again: Sequence[int] = (),
    out: Path,
    jobs: int = 1,
    smoke: bool = False,
    progress: Progress = print,
) -> list[Path]:
    """Train arms, and before them what they start from.

    Args:
        task: `forge` or `paths`.
        arms: Names of files in `arms/`; empty for all.
        seeds: One whole chain of checkpoints a seed, in `out/<task>/seed-<seed>/<arm>`.
        again: Further seeds of post-training from the same bases, in `out/<task>/seed-<seed>-<again>/<arm>`.
        out: Folder of all of them.
        jobs: Arms that are trained at once.
        smoke: Whether to take every code path in seconds instead of training.
        progress: Told a line now and then.

    Returns:
        The folders, each after the one that it starts from.

    Raises:
        UsageError: A task or an arm does not exist.
        MissingDependency: TRL is not installed.
    """
    chosen = find_task(task)
    plan = [
        arm_files.load(name, task=task, smoke=smoke)
        for name in arm_files.chain(tuple(arms) or arm_files.names())
    ]
    if importlib.util.find_spec("trl") is None:
        raise MissingDependency("trl", extra="lab")
    wanted = [
        _job(arm, task=chosen, chain=seed, seed=other, out=out, smoke=smoke)
        for seed in seeds
        for other in (seed, *again)
        for arm in plan
        if other == seed or arm.start is not None
    ]
    for job in wanted:
        if job.finished:
            progress(f"{_name(job)}: already finished")
    left = [job for job in wanted if not job.finished]
    if jobs == 1:
        for job in left:
            _train(job, progress)
    elif left:
        with _workers(min(jobs, len(left)), progress=progress) as (pool, tell):
            _schedule(left, pool, tell)
    return [job.folder for job in wanted]


def _job(arm: Arm, *, task: Task, chain: int, seed: int, out: Path, smoke: bool) -> Job:
    trained = out / task.name / f"seed-{chain}"
    # A smoke base answers nothing, so the shipped one stands in.
    start = assets.folder("checkpoints") / task.name / "base" if smoke else trained / (arm.start or "")
    folder = trained if seed == chain else trained.with_name(f"{trained.name}-{seed}")
    return Job(arm=arm, task=task, seed=seed, folder=folder / arm.name, start=start)


def _schedule(left: Sequence[Job], pool: Executor, progress: Progress) -> None:
    """Train every job as soon as the one that it starts from is finished."""
    waiting = list(left)
    running: dict[Future[None], Path] = {}
    while waiting or running:
        unfinished = {job.folder for job in waiting} | set(running.values())
        for job in [job for job in waiting if job.start not in unfinished]:
            running[pool.submit(_train, job, progress)] = job.folder
            waiting.remove(job)
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            del running[future]
            future.result()


@contextmanager
def _workers(number: int, *, progress: Progress) -> Iterator[tuple[Executor, Progress]]:
    """Offer processes that have imported what training needs, and a way to tell a line from within."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # read by the fork server, for its imports
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_HEAVY))
    with context.Manager() as manager:
        lines = manager.Queue()

        def listen() -> None:
            while (line := lines.get()) is not None:
                progress(line)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            with ProcessPoolExecutor(number, mp_context=context, max_tasks_per_child=1) as pool:
                yield pool, lines.put
        finally:
            lines.put(None)
            listener.join()


def _train(job: Job, progress: Progress) -> None:
    def tell(line: str) -> None:
        progress(f"{_name(job)}: {line}")

    _prepare()
    shutil.rmtree(job.folder, ignore_errors=True)
    job.folder.mkdir(parents=True)
    wall, processor = time.monotonic(), time.process_time()
    with warnings.catch_warnings():
        # Deprecations between TRL and transformers are not the reader's business.
        warnings.simplefilter("ignore")
        _MAKERS[job.arm.kind](job, tell)
    shutil.rmtree(job.folder / "trainer", ignore_errors=True)
    took = {
        "task": job.task.name,
        "arm": job.arm.name,
        "seed": job.seed,
        "wall_seconds": round(time.monotonic() - wall, 1),
        "cpu_seconds": round(time.process_time() - processor, 1),
    }
    (job.folder / FINISHED).write_text(json.dumps(took, indent=2) + "\n")
    tell(f"finished in {took['wall_seconds']} s ({took['cpu_seconds']} s of CPU)")


def _name(job: Job) -> str:
    return f"{job.task.name} {job.folder.parent.name} {job.arm.name}"


def _pretrain(job: Job, tell: Progress) -> None:
    from reroll.lab import base
    from reroll.lab.documents import Mixture

    mixture = Mixture(**job.arm.mixture)
    corpus = base.corpus(job.task, mixture=mixture, documents_wanted=job.arm.documents, seed=job.seed)
    tell(f"{len(corpus)} documents")
    tokens = base.tokenizer(vocabulary=job.arm.vocabulary, mixture=mixture)
    model = base.untrained(tokens, shape=dict(job.arm.model), seed=job.seed)
    base.tune(model, tokens, corpus, out=job.folder, options=job.options, muon=True, progress=tell)
    base.save(model, tokens, out=job.folder)


def _distil(job: Job, tell: Progress) -> None:
    from reroll.lab import posttrain

    posttrain.self_distil(
        job.start,
        posttrain.problems(job.task, wanted=job.arm.problems, seed=job.seed),
        out=job.folder,
        demonstration=job.arm.demonstration,
        options=job.options,
        progress=tell,
    )


def _reinforce(job: Job, tell: Progress) -> None:
    from reroll.lab import posttrain

    bugs = posttrain.problems(job.task, wanted=job.arm.problems, seed=job.seed)
    posttrain.reinforce(job.start, bugs, out=job.folder, options=job.options, progress=tell)


def _reject(job: Job, tell: Progress) -> None:
    from reroll.lab import posttrain

    posttrain.reject(
        job.start,
        posttrain.problems(job.task, wanted=job.arm.problems, seed=job.seed),
        attempts=job.arm.attempts,
        out=job.folder,
        options=job.options,
        progress=tell,
    )


_MAKERS: dict[str, Callable[[Job, Progress], None]] = {
    "pretraining": _pretrain,
    "self-distillation": _distil,
    "policy-gradient": _reinforce,
    "rejection": _reject,
}


def _prepare() -> None:
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    import datasets
    import torch
    import transformers

    torch.set_num_threads(1)
    datasets.disable_progress_bars()
    quiet: Any = transformers.utils.logging
    quiet.disable_progress_bar()
    quiet.set_verbosity_error()
