"""What a model spec may say, and what its errors list."""

from __future__ import annotations

from pathlib import Path

import pytest

from reroll.errors import ModelError, UsageError
from reroll.model import parse_spec


def test_a_folder_spec_is_read(checkpoint: Path) -> None:
    spec = parse_spec(f"base=hf:{checkpoint}")
    assert (spec.name, spec.kind, spec.target) == ("base", "hf", str(checkpoint))


def test_the_name_defaults_to_the_last_part_of_the_target(checkpoint: Path) -> None:
    assert parse_spec(f"vllm:{checkpoint}").name == "tiny"


def test_a_server_spec_parts_at_the_url_even_where_the_model_has_an_at() -> None:
    spec = parse_spec("x=openai:org/model@v2@http://host:8000/v1/")
    assert (spec.target, spec.url) == ("org/model@v2", "http://host:8000/v1")


def test_an_adapter_shares_the_base(checkpoint: Path, chat_checkpoint: Path) -> None:
    spec = parse_spec(f"sd=vllm:{checkpoint}+{chat_checkpoint}")
    assert (spec.target, spec.adapter) == (str(checkpoint), str(chat_checkpoint))


def test_options_follow_a_question_mark(checkpoint: Path) -> None:
    assert parse_spec(f"x=hf:{checkpoint}?device=cuda:1").options == {"device": "cuda:1"}


def test_a_hub_id_is_kept() -> None:
    assert parse_spec("x=hf:some-org/Some-Model-7B").target == "some-org/Some-Model-7B"


@pytest.mark.parametrize(
    "text", ["base", "x=gguf:foo", "x=hf:", "x=openai:model", "?=hf:a/b", "x=hf:a/b?size=3"]
)
def test_an_unknown_form_is_a_usage_error_that_names_it(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_spec(text)
    assert text.partition("=")[0] in str(caught.value)


def test_an_unknown_kind_lists_the_kinds() -> None:
    with pytest.raises(UsageError, match=r"hf:PATH.*openai:MODEL@URL.*samples:FILE.*vllm:PATH"):
        parse_spec("x=gguf:foo")


def test_a_missing_folder_says_what_is_bundled() -> None:
    with pytest.raises(ModelError, match=r"'./nowhere' is no folder.*bundled"):
        parse_spec("x=hf:./nowhere")


def test_a_folder_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config.json"):
        parse_spec(f"x=hf:{tmp_path}")


def test_a_secret_in_a_url_is_refused() -> None:
    with pytest.raises(UsageError, match=r"OPENAI_API_KEY") as caught:
        parse_spec("x=openai:m@http://me:hunter2@host/v1")
    assert "hunter2" not in str(caught.value)


def test_a_missing_samples_file_lists_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text("")
    with pytest.raises(ModelError, match=r"other.jsonl"):
        parse_spec(f"x=samples:{tmp_path}/some.jsonl")


def test_an_adapter_stands_behind_a_plus_sign_unless_that_names_a_folder(tmp_path: Path) -> None:
    for name in ("base", "adapter", "base+ema"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}", encoding="utf-8")
    both = parse_spec(f"x=hf:{tmp_path}/base+{tmp_path}/adapter")
    assert (both.target, both.adapter) == (f"{tmp_path}/base", f"{tmp_path}/adapter")
    alone = parse_spec(f"x=vllm:{tmp_path}/base+ema")
    assert (alone.target, alone.adapter) == (f"{tmp_path}/base+ema", "")
