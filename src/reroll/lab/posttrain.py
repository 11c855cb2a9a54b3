"""Post-training of a base: self-distillation and policy gradients by TRL, rejection fine-tuning on top of
`tune`.

All arms see the same problems in the same order, the same number of rollouts and the same learning rate; what
differs is in their TOML files.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from reroll.errors import ModelError
from reroll.lab.base import ATTENTION, quiet, save, teller, tune
from reroll.lab.demonstrations import Memory, builder
from reroll.lab.documents import Document
from reroll.lab.prompts import FIX, OK
from reroll.lab.sample import sample
from reroll.lab.tasks import Problem, Task

Progress = Callable[[str], None]
_LOADED = {"dtype": "float32", "attn_implementation": ATTENTION}
"""How a checkpoint is loaded for training: its weights in float32."""


def problems(task: Task, *, wanted: int, seed: int) -> list[Problem]:
    """Return the problems of post-training: in distribution, and never those of a suite."""
    return list(itertools.islice(task.problems("id", seed=10_000 + seed, held_out=False), wanted))


def self_distil(
    base: Path,
    bugs: Sequence[Problem],
    *,
    out: Path,
    demonstration: str,
    options: dict[str, Any],
    progress: Progress,
) -> None:
    """Train a copy of the base toward itself with a demonstration in view.

    Args:
        base: Folder of the base; the teacher is loaded from it again.
        bugs: What is practised.
        out: Folder for the checkpoint.
        demonstration: One of `demonstrations.CHOICES`.
        options: Fields of TRL's `SDPOConfig`.
        progress: Told a line now and then.
    """
    from trl.experimental.sdpo import SDPOConfig, SDPOTrainer

    config = SDPOConfig(
        output_dir=str(out / "trainer"),
        reprompt_template="{prompt}{solution}{feedback}",
        solution_template="{successful_previous_attempt}" + OK + FIX,
        remove_thinking_from_demonstration=False,
        model_init_kwargs=_LOADED,
        **options,
    )
    trainer = SDPOTrainer(
        model=str(base),
        reward_funcs=_reward(bugs),
        args=config,
        train_dataset=_rows(bugs),
        processing_class=_tokens(base),
        callbacks=[teller(progress)],
    )
    if demonstration != "first":
        memory = Memory(choice=demonstration, problems={bug.prompt: bug for bug in bugs}, seed=config.seed)
        trainer.teacher_context_builder = builder(trainer, memory)
    quiet(trainer).train()
    save(trainer.model, _tokens(base), out=out)


def reinforce(
    base: Path, bugs: Sequence[Problem], *, out: Path, options: dict[str, Any], progress: Progress
) -> None:
    """Train a copy of the base by GRPO on passing tests; `options` are fields of TRL's `GRPOConfig`."""
    from trl.trainer.grpo_config import GRPOConfig
    from trl.trainer.grpo_trainer import GRPOTrainer

    config = GRPOConfig(output_dir=str(out / "trainer"), model_init_kwargs=_LOADED, **options)
    trainer = GRPOTrainer(
        model=str(base),
        reward_funcs=_reward(bugs),
        args=config,
        train_dataset=_rows(bugs),
        processing_class=_tokens(base),
        callbacks=[teller(progress)],
    )
    quiet(trainer).train()
    save(trainer.model, _tokens(base), out=out)


def reject(
    base: Path,
    bugs: Sequence[Problem],
    *,
    attempts: int,
    out: Path,
    options: dict[str, Any],
    progress: Progress,
) -> None:
    """Fine-tune a copy of the base on its own correct samples, drawn once; `options` are fields of
    `SFTConfig`.
    """
    from transformers import AutoModelForCausalLM

    tokens = _tokens(base)
    model: Any = AutoModelForCausalLM.from_pretrained(base, **_LOADED)
    drawn = sample(model.eval(), tokens, bugs, attempts=attempts, seed=int(options["seed"]))
    corpus = [Document(prompt=s.problem.prompt, attempt=answer) for s in drawn for answer in s.right]
    progress(f"{len(corpus)} of {len(bugs) * attempts} samples are correct")
    if not corpus:
        raise ModelError(
            f"{base} answers none of {len(bugs)} bugs in {attempts} attempts each: nothing to learn from"
        )
    tune(model.train(), tokens, corpus, out=out, options=options, progress=progress)
    save(model, tokens, out=out)


def _tokens(base: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(base, padding_side="left")


def _rows(bugs: Sequence[Problem]) -> Any:
    import datasets

    return datasets.Dataset.from_list([{"prompt": bug.prompt} for bug in bugs])


def _reward(bugs: Sequence[Problem]) -> Callable[..., list[float | None]]:
    by_prompt = {bug.prompt: bug for bug in bugs}

    def passes(prompts: list[str], completions: list[str], **_: Any) -> list[float | None]:
        return [float(by_prompt[p].correct(c)) for p, c in zip(prompts, completions, strict=True)]

    return passes
