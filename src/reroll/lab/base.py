"""The base: a tokenizer and a Llama of a million parameters, trained on documents by TRL's `SFTTrainer`."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.lab.documents import Document, Mixture, documents
from reroll.lab.prompts import FIX, OK
from reroll.lab.tasks import FORGE, PATHS, Task

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PAD, END = "<pad>", "<eos>"
ATTENTION = "eager"
"""On a processor the fused kernel spends half of a bfloat16 training step in its backward pass."""
_SAMPLE = 2000
"""Documents of each task that the tokenizer is trained on."""


def tokenizer(*, vocabulary: int, mixture: Mixture) -> PreTrainedTokenizerFast:
    """Return a byte-level BPE tokenizer for both tasks, with digits one by one."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    bare.decoder = decoders.ByteLevel()
    texts = (
        document.prompt + document.attempt
        for task in (FORGE, PATHS)
        for document in itertools.islice(documents(task, mixture=mixture, seed=0), _SAMPLE)
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, END, FIX, OK],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bare.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers annotates half of it
        tokenizer_object=bare,
        pad_token=PAD,
        eos_token=END,
        extra_special_tokens=[FIX, OK],
        clean_up_tokenization_spaces=False,
        padding_side="left",
        model_max_length=512,
    )


def untrained(tokens: PreTrainedTokenizerFast, *, shape: dict[str, Any], seed: int) -> Any:
    """Return a Llama with random weights.

    Args:
        tokens: Its tokenizer.
        shape: Fields of `LlamaConfig`: hidden size, layers, heads, positions.
        seed: Seed of the weights.
    """
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, set_seed

    set_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokens),
        pad_token_id=tokens.pad_token_id,
        eos_token_id=tokens.eos_token_id,
        bos_token_id=None,
        **shape,
    )
    model = LlamaForCausalLM(config)
    model.set_attn_implementation(ATTENTION)
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=True, temperature=1.0, eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id
    )
    return model


def corpus(task: Task, *, mixture: Mixture, documents_wanted: int, seed: int) -> list[Document]:
    """Return the documents of one base."""
    return list(itertools.islice(documents(task, mixture=mixture, seed=seed), documents_wanted))


def tune(
    model: Any,
    tokens: Any,
    corpus: list[Document],
    *,
    out: Path,
    options: dict[str, Any],
    muon: bool = False,
    progress: Callable[[str], None] = print,
) -> None:
    """Train a model on the completions of documents and save it; also the rejection arm's trainer.

    Args:
        model: What is trained, in place.
        tokens: Its tokenizer.
        corpus: What it learns.
        out: Folder for the checkpoint.
        options: Fields of TRL's `SFTConfig`.
        muon: Whether to use the optimizer of a base rather than TRL's AdamW.
        progress: Told a line now and then.
    """
    import datasets
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    config = SFTConfig(output_dir=str(out / "trainer"), **options)
    trainer = SFTTrainer(
        model=model,
        optimizers=(_muon(model, options) if muon else None, None),
        args=config,
        train_dataset=datasets.Dataset.from_list([encoded(document, tokens) for document in corpus]),
        processing_class=tokens,
        callbacks=[teller(progress)],
    )
    quiet(trainer).train()


def _muon(model: Any, options: dict[str, Any]) -> Any:
    from reroll.lab.optimizer import MuonWithAdamW

    return MuonWithAdamW(model, lr=options["learning_rate"], beta2=options["adam_beta2"])


def encoded(document: Document, tokens: Any) -> dict[str, list[int]]:
    """Return the `input_ids` and `labels` of a document: −100 where there is nothing to learn."""
    prompt, attempt, between, another = tokens(
        [document.prompt, document.attempt, OK + FIX, document.another], add_special_tokens=False
    )["input_ids"]
    end = tokens.eos_token_id
    if not document.another:
        return {"input_ids": [*prompt, *attempt, end], "labels": [-100] * len(prompt) + [*attempt, end]}
    # The end token is the label after the first attempt although `[ok]` follows.
    return {
        "input_ids": [*prompt, *attempt, *between, *another, end],
        "labels": [-100] * len(prompt) + [*attempt, end, -100, *another, end],
    }


def save(model: Any, tokens: Any, *, out: Path) -> None:
    """Write a checkpoint as bfloat16 safetensors with its tokenizer."""
    import torch

    model.config.use_cache = True  # trainers turn it off, servers read it
    model.to(torch.bfloat16).save_pretrained(out)
    (out / "model.safetensors").chmod(0o644)
    tokens.save_pretrained(out)
    config = json.loads((out / "tokenizer_config.json").read_text())
    # Transformers 4 knows neither the class nor the keys that 5 writes; tokenizer.json holds all that
    # they say.
    config["tokenizer_class"] = "PreTrainedTokenizerFast"
    for key in ("backend", "extra_special_tokens", "is_local", "local_files_only"):
        config.pop(key, None)
    (out / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def quiet(trainer: Any) -> Any:
    """Return a trainer that prints nothing of its own."""
    from transformers.trainer_callback import PrinterCallback

    trainer.remove_callback(PrinterCallback)
    return trainer


def teller(progress: Callable[[str], None]) -> Any:
    """Return a trainer callback that passes on how far training is and how often it succeeds."""
    from transformers import TrainerCallback

    class Teller(TrainerCallback):
        """Passes on how far training is and how often it succeeds."""

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:  # noqa: ARG002
            known = {
                "self_distillation/reward_mean": "pass@1",
                "rewards/passes/mean": "pass@1",
                "loss": "loss",
                "kl": "KL",
            }
            told = [f"{name} {float(logs[key]):.3f}" for key, name in known.items() if logs and key in logs]
            if told:
                progress(f"step {state.global_step} of {state.max_steps}: {', '.join(told)}")

    return Teller()
