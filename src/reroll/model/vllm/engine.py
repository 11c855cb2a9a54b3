"""vLLM's engine behind a socket: `python engine.py SOCKET ENGINE-ARGUMENT…`, in the environment of vLLM.

The other end of `offline.py`. It knows nothing of reroll, which may live in another environment: it reads
requests from a Unix socket, one JSON object a line, adds them to vLLM's own `LLMEngine`, and writes each
answer when it is complete. Between two steps of the engine it takes whatever has been asked meanwhile, so
that the batch stays full. Nothing is streamed, and no token is decoded before the last: that is what makes it
cheaper than HTTP where the model is small.

A request: {"id", "text" or "messages", "lora": "" or a name, "seed", "temperature", "top_p", "top_k",
"max_tokens", "stop"}; to score, {"id", "text" or "messages", "lora", "given": text or token ids}; to give up,
{"drop": id}. An answer: {"id", "text", "finish_reason", "prompt_tokens", "token_ids", "logprobs"}, or
{"id", "logprobs"} of a score, or {"id", "refused": why, "kind": "context" or "request"}. The first line of
all tells {"version", "context", "sequences"}; {"alive"} is said now and then while answers are owed.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ALIVE_SECONDS = 5.0
"""Longest silence while answers are owed and the engine works."""
CACHED_PROMPTS = 4096
"""Prompts whose tokens are kept: every attempt on a bug has the same one."""
CONTEXT_TOKENS = 6
"""Tokens of the prompt that an answer is decoded behind: its first token may depend on them."""
Json = dict[str, Any]


class Refused(Exception):
    """A request that this checkpoint cannot answer, and why."""

    def __init__(self, why: str, *, kind: str = "request") -> None:
        super().__init__(why)
        self.kind = kind


class Texts:
    """A checkpoint's tokenizer, with the tokens of recent prompts."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self._prompts: dict[str, list[int]] = {}

    def encode(self, request: Mapping[str, Any]) -> list[int]:
        """Return the tokens of a prompt; a conversation goes through the checkpoint's own template."""
        messages = request.get("messages")
        key = json.dumps(messages) if messages else "text:" + request["text"]
        if key not in self._prompts:
            if len(self._prompts) >= CACHED_PROMPTS:
                self._prompts.clear()
            self._prompts[key] = self._talk(messages) if messages else self._plain(request["text"])
        return self._prompts[key]

    def given(self, value: str | Sequence[int]) -> list[int]:
        """Return the tokens of a completion that is to be scored."""
        return self._plain(value, add_special_tokens=False) if isinstance(value, str) else list(value)

    def _plain(self, text: str, **options: bool) -> list[int]:
        return list(self.tokenizer(text, **options)["input_ids"])

    def _talk(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        if not self.tokenizer.chat_template:
            raise Refused("the checkpoint has no chat template")
        found = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True)
        return list(found["input_ids"] if hasattr(found, "keys") else found)


def continuation(tokenizer: Any, prompt: Sequence[int], tokens: Sequence[int]) -> str:
    """Return the text of an answer as it reads behind its prompt; alone it may lose its first blank."""
    before = list(prompt[-CONTEXT_TOKENS:])
    lead = tokenizer.decode(before, skip_special_tokens=True)
    whole = tokenizer.decode([*before, *tokens], skip_special_tokens=True)
    if whole.startswith(lead):
        return str(whole[len(lead) :])
    return str(tokenizer.decode(tokens, skip_special_tokens=True))  # the two share a character


class Engine:
    """vLLM's engine with the requests that are under way."""

    def __init__(self, engine: Any, *, loras: Mapping[str, Any]) -> None:
        self.engine = engine
        self.loras = loras
        self.texts = Texts(engine.get_tokenizer())
        self.context = int(engine.model_config.max_model_len)
        self.sequences = int(engine.vllm_config.scheduler_config.max_num_seqs)
        self._under_way: dict[str, tuple[list[int], Json]] = {}  # prompt and request

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._under_way)

    def add(self, request: Json) -> None:
        """Take a request up.

        Raises:
            Refused: the checkpoint cannot answer it.
        """
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        prompt = self.texts.encode(request)
        if not prompt:
            raise Refused("the prompt has no tokens")
        if "given" in request:
            given = self.texts.given(request["given"])
            tokens = [*prompt, *given]
            if len(tokens) >= self.context:
                raise Refused(
                    f"{len(prompt)} tokens of prompt, {len(given)} of completion and one of an answer do "
                    f"not fit {self.context}",
                    kind="context",
                )
            params = SamplingParams(max_tokens=1, prompt_logprobs=0, detokenize=False)
        else:
            tokens = prompt
            if len(prompt) >= self.context:
                raise Refused(f"{len(prompt)} tokens of prompt do not fit {self.context}", kind="context")
            params = SamplingParams(
                seed=request["seed"],
                temperature=request["temperature"],
                top_p=request["top_p"],
                top_k=request["top_k"],
                max_tokens=min(request["max_tokens"], self.context - len(prompt)),
                stop=request["stop"],
                logprobs=0,
                flat_logprobs=True,
                detokenize=bool(request["stop"]),
            )
        params.output_kind = RequestOutputKind.FINAL_ONLY
        name = str(request["id"])
        lora = self.loras[request["lora"]] if request.get("lora") else None
        self.engine.add_request(name, {"prompt_token_ids": tokens}, params, lora_request=lora)
        self._under_way[name] = (prompt, request)

    def drop(self, number: int) -> None:
        """Give a request up."""
        if self._under_way.pop(str(number), None) is not None:
            self.engine.abort_request([str(number)])

    def clear(self) -> None:
        """Give every request up: whoever asked is gone."""
        self.engine.abort_request(list(self._under_way))
        self._under_way.clear()

    def step(self) -> Iterator[Json]:
        """Make one token for every request, and yield what is complete."""
        for output in self.engine.step():
            known = self._under_way.pop(output.request_id, None) if output.finished else None
            if known is None:
                continue
            prompt, request = known
            answer: Json = {"id": request["id"]}
            if "given" in request:
                rows = output.prompt_logprobs or []
                tail = zip(rows[len(prompt) :], output.prompt_token_ids[len(prompt) :], strict=True)
                yield answer | {"logprobs": [row[token].logprob for row, token in tail]}
            else:
                yield answer | self._answer(output.outputs[0], prompt, stop=bool(request["stop"]))

    def _answer(self, made: Any, prompt: Sequence[int], *, stop: bool) -> Json:
        tokens = list(made.token_ids)
        return {
            # vLLM decodes on the way where it looks for stop strings, and cuts them off.
            "text": made.text if stop else continuation(self.texts.tokenizer, prompt, tokens),
            "finish_reason": made.finish_reason,
            "prompt_tokens": len(prompt),
            "token_ids": tokens,
            "logprobs": [float(value) for value in made.logprobs.logprobs] if made.logprobs else None,
        }


class Line:
    """The socket, by whole lines."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._rest = b""

    def read(self, *, wait: bool) -> list[Json] | None:
        """Return the requests that have come; None when the other end is closed."""
        if not wait and not select.select([self.connection], [], [], 0)[0]:
            return []
        read = self.connection.recv(1 << 20)
        if not read:
            return None
        *lines, self._rest = (self._rest + read).split(b"\n")
        return [json.loads(line) for line in lines if line]

    def write(self, answers: Sequence[Json]) -> None:
        """Write answers, at once."""
        text = "".join(json.dumps(answer, separators=(",", ":")) + "\n" for answer in answers)
        self.connection.sendall(text.encode())


def serve(engine: Engine, line: Line) -> None:
    """Answer until the other end closes."""
    spoken = time.monotonic()
    while True:
        asked = line.read(wait=not engine.busy)
        if asked is None:
            return
        answers: list[Json] = []
        for request in asked:
            if "drop" in request:
                engine.drop(request["drop"])
                continue
            try:
                engine.add(request)
            except Refused as refusal:
                answers.append({"id": request["id"], "refused": str(refusal), "kind": refusal.kind})
            except ValueError as error:  # vLLM's word for a request that it does not take
                answers.append({"id": request["id"], "refused": str(error), "kind": "request"})
        if engine.busy:
            answers += engine.step()
            if not answers and time.monotonic() - spoken > ALIVE_SECONDS:
                answers.append({"alive": True})
        if answers:
            line.write(answers)
            spoken = time.monotonic()


def loaded(arguments: Sequence[str]) -> Engine:
    """Return the engine that vLLM makes of its own arguments, as `vllm serve` takes them."""
    from vllm.engine.arg_utils import EngineArgs
    from vllm.lora.request import LoRARequest
    from vllm.usage.usage_lib import UsageContext
    from vllm.utils.argparse_utils import FlexibleArgumentParser
    from vllm.v1.engine.llm_engine import LLMEngine

    parser = EngineArgs.add_cli_args(FlexibleArgumentParser(prog="engine.py"))
    parser.add_argument("--lora-modules", nargs="*", default=[], metavar="NAME=PATH")
    options = parser.parse_args(list(arguments))
    options.disable_log_stats = True
    engine = LLMEngine.from_engine_args(
        EngineArgs.from_cli_args(options), usage_context=UsageContext.LLM_CLASS
    )
    named = dict(text.split("=", 1) for text in options.lora_modules)
    loras = {name: LoRARequest(name, n, path) for n, (name, path) in enumerate(named.items(), start=1)}
    return Engine(engine, loras=loras)


def main(place: str, arguments: Sequence[str]) -> None:
    """Load the checkpoint, then listen at `place` and serve one client after another."""
    try:
        import vllm

        engine = loaded(arguments)
    except ImportError as error:
        print(f"ImportError: this vLLM has no engine that can be driven like this: {error}", flush=True)
        raise SystemExit(2) from error
    greeting = {"version": vllm.__version__, "context": engine.context, "sequences": engine.sequences}
    if os.path.exists(place):
        os.unlink(place)  # of an engine that died
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        while True:
            connection, _ = listening.accept()
            with connection:
                line = Line(connection)
                line.write([greeting])
                serve(engine, line)
            engine.clear()


if __name__ == "__main__":
    # The folder of this file holds modules of reroll, and none of them is for vLLM to import.
    ours = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.realpath(path or ".") != ours]
    main(sys.argv[1], sys.argv[2:])
