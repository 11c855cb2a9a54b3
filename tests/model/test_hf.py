"""Transformers in process: seeds, batches, ends, scores."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from reroll.errors import ContextError, ModelError, UsageError
from reroll.model import Answer, Request, Settings, open_model, parse_spec
from reroll.model.vllm.engine import continuation
from reroll.records import Completion, Prompt, Sampling

pytestmark = pytest.mark.hf

PROMPT = Prompt(bug="s/total", text="def total(xs):\n    t = 3\n[fix]")
OTHER = Prompt(bug="s/other", text="def total(xs):\n    return t\n# total([1, 2]) == 3\n[fix]")


def drawn(
    checkpoint: Path,
    *requests: Request,
    sampling: Sampling | None = None,
    batch: int = 512,
    dtype: str = "float64",
) -> dict[tuple[str, int], Completion]:
    """Return the completions by bug and seed."""

    async def run() -> list[Answer]:
        spec = parse_spec(f"tiny=hf:{checkpoint}")
        settings = Settings(batch=batch, dtype=dtype, device="cpu")
        async with open_model(spec, sampling=sampling or Sampling(max_tokens=24), settings=settings) as model:
            return [answer async for answer in model.complete_many(requests)]

    answers = asyncio.run(run())
    assert all(answer.completion for answer in answers)
    return {(a.request.prompt.bug, a.seed): a.completion for a in answers if a.completion}


def words(completions: dict[tuple[str, int], Completion]) -> dict[tuple[str, int], tuple[int, ...] | None]:
    return {key: completion.token_ids for key, completion in completions.items()}


def test_an_attempt_depends_on_its_seed_alone(checkpoint: Path) -> None:
    together = drawn(checkpoint, Request(prompt=PROMPT, seeds=(5, 6, 7)), Request(prompt=OTHER, seeds=(8, 5)))
    alone = drawn(checkpoint, Request(prompt=PROMPT, seeds=(6,)), batch=1)
    assert words(together)["s/total", 6] == words(alone)["s/total", 6]


def test_another_batch_size_gives_the_same_attempts(checkpoint: Path) -> None:
    requests = [Request(prompt=PROMPT, seeds=tuple(range(20))), Request(prompt=OTHER, seeds=tuple(range(20)))]
    assert words(drawn(checkpoint, *requests, batch=7)) == words(drawn(checkpoint, *requests, batch=64))


def test_seeds_differ_in_all_64_bits(checkpoint: Path) -> None:
    completions = drawn(checkpoint, Request(prompt=PROMPT, seeds=(1, 1 + 2**32, 1 + 2**62)))
    assert len(set(words(completions).values())) == 3


def test_tokens_follow_the_model_s_own_distribution(checkpoint: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    completions = drawn(
        checkpoint, Request(prompt=PROMPT, seeds=tuple(range(4000))), sampling=Sampling(max_tokens=1)
    )
    tokens = AutoTokenizer.from_pretrained(checkpoint)(PROMPT.text, return_tensors="pt").input_ids
    chances = AutoModelForCausalLM.from_pretrained(checkpoint)(tokens).logits[0, -1].softmax(-1)
    likely = chances.topk(5)
    seen = Counter((completion.token_ids or ())[0] for completion in completions.values())
    for token, chance in zip(likely.indices.tolist(), likely.values.tolist(), strict=True):
        assert abs(seen[token] / 4000 - chance) < 4 * (chance * (1 - chance) / 4000) ** 0.5
    assert torch.isclose(chances.sum(), torch.tensor(1.0))


def test_top_k_keeps_the_likeliest_tokens(checkpoint: Path) -> None:
    sampling = Sampling(max_tokens=1, top_k=3)
    completions = drawn(checkpoint, Request(prompt=PROMPT, seeds=tuple(range(200))), sampling=sampling)
    assert len(set(words(completions).values())) == 3


def test_top_p_keeps_the_least_set_that_holds_the_mass(checkpoint: Path) -> None:
    sampling = Sampling(max_tokens=1, top_p=1e-6)
    completions = drawn(checkpoint, Request(prompt=PROMPT, seeds=tuple(range(20))), sampling=sampling)
    greedy = drawn(
        checkpoint, Request(prompt=PROMPT, seeds=(0,)), sampling=Sampling(max_tokens=1, temperature=0)
    )
    assert set(words(completions).values()) == set(words(greedy).values())


def test_log_probabilities_are_of_the_policy_and_scoring_reproduces_them(checkpoint: Path) -> None:
    async def run() -> float:
        sampling = Sampling(max_tokens=24, temperature=0.7, top_p=0.9)
        async with open_model(parse_spec(f"tiny=hf:{checkpoint}"), sampling=sampling) as model:
            seeds = list(range(40))
            completions = [c async for _, c in model.complete(PROMPT, seeds=seeds)]
            scores = await model.score([(PROMPT, completion.token_ids or ()) for completion in completions])
            pairs = zip(completions, scores, strict=True)
            return max(abs(a - b) for c, score in pairs for a, b in zip(c.logprobs or (), score, strict=True))

    assert asyncio.run(run()) < 1e-4


def test_a_stop_string_ends_and_is_left_out(checkpoint: Path) -> None:
    request = Request(prompt=PROMPT, seeds=tuple(range(60)))
    free = drawn(checkpoint, request)
    stop = next(c.text[2] for c in free.values() if len(c.text) > 4 and c.text[2].isalnum())
    stopped = drawn(checkpoint, request, sampling=Sampling(max_tokens=24, stop=(stop,)))
    for key, completion in stopped.items():
        assert completion.text == free[key].text.partition(stop)[0]
        assert completion.finish_reason == ("stop" if stop in free[key].text else free[key].finish_reason)


def test_the_length_limit_is_visible(checkpoint: Path) -> None:
    completions = drawn(
        checkpoint, Request(prompt=PROMPT, seeds=tuple(range(10))), sampling=Sampling(max_tokens=2)
    )
    assert "length" in {completion.finish_reason for completion in completions.values()}


def test_a_prompt_beyond_the_context_is_an_outcome(checkpoint: Path) -> None:
    long = Prompt(bug="s/long", text="x = 1\n" * 200)
    completions = drawn(checkpoint, Request(prompt=long, seeds=(1,)), Request(prompt=PROMPT, seeds=(1,)))
    assert completions["s/long", 1].finish_reason == "context"
    assert completions["s/long", 1].text == ""
    assert completions["s/total", 1].finish_reason != "context"


def test_scoring_beyond_the_context_is_an_error(checkpoint: Path) -> None:
    async def run() -> None:
        async with open_model(parse_spec(f"tiny=hf:{checkpoint}")) as model:
            await model.score([("x", [5] * 200)])

    with pytest.raises(ContextError, match="128 tokens"):
        asyncio.run(run())


def test_a_conversation_goes_through_the_template(chat_checkpoint: Path) -> None:
    chat = Prompt(bug="s/chat", messages=(("user", "mend it"),))
    text = Prompt(bug="s/text", text="user: mend it\nassistant:")
    completions = drawn(chat_checkpoint, Request(prompt=chat, seeds=(3,)), Request(prompt=text, seeds=(3,)))
    assert words(completions)["s/chat", 3] == words(completions)["s/text", 3]


def test_a_conversation_without_a_template_says_what_to_do(checkpoint: Path) -> None:
    async def run() -> None:
        async with open_model(parse_spec(f"tiny=hf:{checkpoint}")) as model:
            _ = [c async for c in model.complete(Prompt(bug="b", messages=(("user", "hi"),)), seeds=[1])]

    with pytest.raises(ModelError, match="chat = false"):
        asyncio.run(run())


def test_the_digest_follows_the_weights(checkpoint: Path, chat_checkpoint: Path, tmp_path: Path) -> None:
    import shutil

    from reroll.model.checkpoint import checkpoint_digest

    copy = shutil.copytree(checkpoint, tmp_path / "copy")
    assert checkpoint_digest(str(copy)) == checkpoint_digest(str(checkpoint))
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert checkpoint_digest(str(copy)) != checkpoint_digest(str(checkpoint))


def test_a_broken_checkpoint_is_a_model_error(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "tokenizer.json").write_text("{}")

    async def run() -> None:
        async with open_model(parse_spec(f"x=hf:{tmp_path}")):
            pass

    with pytest.raises(ModelError, match="does not load"):
        asyncio.run(run())


def test_leaving_early_stops_the_generation(checkpoint: Path) -> None:
    async def run() -> int:
        async with open_model(parse_spec(f"x=hf:{checkpoint}"), sampling=Sampling(max_tokens=100)) as model:
            async for _ in model.complete_many([Request(prompt=PROMPT, seeds=tuple(range(600)))]):
                break
        return len([task for task in asyncio.all_tasks() if task is not asyncio.current_task()])

    assert asyncio.run(run()) == 0


def test_an_adapter_is_folded_into_its_base(checkpoint: Path, adapter: Path) -> None:
    async def work(spec: str) -> tuple[str, tuple[float, ...]]:
        async with open_model(parse_spec(spec)) as model:
            return model.digest, (await model.score([(PROMPT, (5, 6, 7))]))[0]

    base = asyncio.run(work(f"x=hf:{checkpoint}"))
    tuned = asyncio.run(work(f"x=hf:{checkpoint}+{adapter}"))
    assert tuned[0].startswith(f"{base[0]}+sha256:")
    assert tuned[1] != pytest.approx(base[1], abs=0.1)


def test_an_answer_keeps_the_blank_that_it_begins_with() -> None:
    class Marks:
        """Drops the first blank of a text, as tokenizers with a mark before each word do."""

        def decode(self, tokens: list[int], **_: object) -> str:
            return "".join({1: " a", 2: " b", 3: " c"}[token] for token in tokens).lstrip(" ")

    assert continuation(Marks(), (1, 2), (3, 1)) == " c a"


@pytest.mark.parametrize("option", ["batch=many", "batch=0", "dtype=float33"])
def test_an_option_that_has_no_such_value_is_named(checkpoint: Path, option: str) -> None:
    async def run() -> None:
        async with open_model(parse_spec(f"x=hf:{checkpoint}?{option}")):
            pass

    with pytest.raises(UsageError, match=option.partition("=")[2]):
        asyncio.run(run())


def test_a_device_that_this_machine_lacks_is_one_clear_line(checkpoint: Path) -> None:
    async def run() -> None:
        async with open_model(parse_spec(f"x=hf:{checkpoint}?device=cuda:77")):
            pass

    with pytest.raises(ModelError, match="does not load"):
        asyncio.run(run())
