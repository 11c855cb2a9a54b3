"""Training end to end, small, and what ships."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from reroll import assets
from reroll.lab import arms, train
from reroll.lab.tasks import task


@pytest.mark.lab
@pytest.mark.slow
@pytest.mark.usefixtures("trl")
def test_every_arm_trains_and_a_finished_one_is_left_alone(tmp_path: Path) -> None:
    lines: list[str] = []
    folders = train.run("forge", out=tmp_path, jobs=2, smoke=True, progress=lines.append)
    assert [folder.name for folder in folders] == list(arms.names())
    for folder in folders:
        assert json.loads((folder / train.FINISHED).read_text())["cpu_seconds"] > 0
        assert (folder / "model.safetensors").is_file()
        assert (folder / "tokenizer.json").is_file()
    written = [(folder / "model.safetensors").stat().st_mtime_ns for folder in folders]
    train.run("forge", out=tmp_path, smoke=True, progress=lines.append)
    assert written == [(folder / "model.safetensors").stat().st_mtime_ns for folder in folders]
    assert sum("already finished" in line for line in lines) == len(folders)


@pytest.mark.lab
@pytest.mark.slow
@pytest.mark.usefixtures("trl")
def test_weights_depend_on_the_seed_and_not_on_what_trains_beside_them(tmp_path: Path) -> None:
    def weights(out: str, *, jobs: int, arms: tuple[str, ...] = ("rejection",), seed: int = 1) -> bytes:
        folders = train.run("forge", arms=arms, seeds=[seed], out=tmp_path / out, jobs=jobs, smoke=True)
        return (folders[-1] / "model.safetensors").read_bytes()

    alone = weights("alone", jobs=1)
    assert weights("beside", jobs=2) == alone
    assert weights("other", jobs=1, seed=2) != alone


@pytest.mark.lab
def test_a_further_seed_of_post_training_starts_from_the_same_base(tmp_path: Path) -> None:
    for name, path in (
        ("base", "seed-1/base"),
        ("rejection", "seed-1/rejection"),
        ("", "seed-1-2/rejection"),
    ):
        folder = tmp_path / "forge" / path
        folder.mkdir(parents=True)
        (folder / train.FINISHED).write_text(f'{{"arm": "{name}"}}')
    folders = train.run("forge", arms=["rejection"], again=[2], out=tmp_path)
    assert [str(folder.relative_to(tmp_path)) for folder in folders] == [
        "forge/seed-1/base",
        "forge/seed-1/rejection",
        "forge/seed-1-2/rejection",
    ]


@pytest.mark.hf
@pytest.mark.usefixtures("torch_and_transformers")
def test_a_shipped_checkpoint_answers_bugs_that_it_never_saw(shipped: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from reroll.lab.sample import sample

    tokens = AutoTokenizer.from_pretrained(shipped, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(shipped, dtype="float32").eval()
    problems = list(itertools.islice(task(shipped.parent.name).problems("id", seed=0, held_out=True), 16))
    found = sample(model, tokens, problems, attempts=8, seed=1)
    assert sum(len(one.right) for one in found) > 16 * 8 * 0.25


@pytest.mark.hf
@pytest.mark.usefixtures("torch_and_transformers")
def test_a_shipped_checkpoint_is_small_and_complete(shipped: Path) -> None:
    files = {path.name: path.stat().st_size for path in shipped.iterdir()}
    assert {"model.safetensors", "config.json", "generation_config.json", "tokenizer.json"} <= set(files)
    assert sum(files.values()) < 2.5 * 2**20
    assert json.loads((shipped / "config.json").read_text())["dtype"] == "bfloat16"


@pytest.mark.hf
@pytest.mark.usefixtures("torch_and_transformers")
def test_all_shipped_checkpoints_have_the_tokenizer_that_the_lab_makes() -> None:
    from reroll.lab.base import tokenizer
    from reroll.lab.documents import Mixture

    arm = arms.load("base")
    made = tokenizer(vocabulary=arm.vocabulary, mixture=Mixture(**arm.mixture))
    model = json.loads(made.backend_tokenizer.to_str())["model"]
    shipped = list(assets.folder("checkpoints").glob("*/*/tokenizer.json"))
    assert shipped
    assert not [path for path in shipped if json.loads(path.read_text())["model"] != model]
