"""A client against a scripted server: what is asked, what is understood, and every way a server fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from reroll.errors import ModelError
from reroll.model import Model, Settings, open_model, parse_spec
from reroll.records import Completion, Prompt, Sampling

PROMPT = Prompt(bug="s/b", text="def f():")
CHAT = Prompt(bug="s/b", messages=(("system", "You mend."), ("user", "Mend it.")))
Body = dict[str, Any]


@dataclass
class Reply:
    """What the server says to one request."""

    status: int = 200
    body: Body | bytes = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    """Close the connection after so many bytes of the body."""
    silent: bool = False
    """Never answer."""


def text(value: str = "fine", **choice: Any) -> Reply:
    choice = {"text": value, "finish_reason": "stop"} | choice
    return Reply(body={"choices": [choice], "usage": {"prompt_tokens": 3, "completion_tokens": 2}})


def failure(status: int, message: str = "trouble", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body={"error": {"message": message}}, headers=named)


class Scripted:
    """Answers posts by a script; its last reply is repeated."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[str, Body, dict[str, str]]] = []
        self.under_way = self.most = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                method, path, _ = line.decode().split(" ", 2)
                headers = {}
                while (header := (await reader.readline()).decode().strip()) != "":
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                sent = await reader.readexactly(int(headers.get("content-length", 0)))
                if not await self.answer(method, path, headers, sent, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            writer.close()

    async def answer(
        self, method: str, path: str, headers: dict[str, str], sent: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        if method == "GET":
            reply = Reply(body={"data": [{"id": "m", "max_model_len": 64}]} if path == "/v1/models" else {})
        else:
            self.asked.append((path, json.loads(sent), headers))
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await asyncio.sleep(0.005)
            self.under_way -= 1
        if reply.silent:
            await asyncio.sleep(30)
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        lines = [
            f"HTTP/1.1 {reply.status} X",
            f"content-length: {len(body)}",
            "content-type: application/json",
        ]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body[: reply.cut])
        await writer.drain()
        return reply.cut is None


def against(
    replies: Sequence[Reply],
    work: Callable[[Model], Awaitable[Any]],
    *,
    sampling: Sampling | None = None,
    **options: Any,
) -> tuple[Any, Scripted]:
    """Run some work with a model on a scripted server; return its value and the server."""
    script = Scripted(replies)

    async def run() -> Any:
        server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings = Settings(**{"timeout_seconds": 5.0, "retries": 3} | options)
        spec = parse_spec(f"x=openai:m@http://127.0.0.1:{port}/v1")
        try:
            async with open_model(
                spec, sampling=sampling or Sampling(max_tokens=9), settings=settings
            ) as model:
                return await work(model)
        finally:
            server.close()

    return asyncio.run(run()), script


async def one(model: Model) -> Completion:
    return await model.draw(PROMPT, seed=7, index=0)


async def chat(model: Model) -> Completion:
    return await model.draw(CHAT, seed=7, index=0)


def test_a_request_holds_the_seed_and_the_whole_sampling() -> None:
    sampling = Sampling(temperature=0.5, top_p=0.9, top_k=20, max_tokens=9, stop=("\n",))
    _, server = against([text()], one, sampling=sampling)
    path, body, _ = server.asked[0]
    expected = {"seed": 7, "temperature": 0.5, "top_p": 0.9, "top_k": 20, "max_tokens": 9, "stop": ["\n"]}
    assert path == "/v1/completions"
    assert {key: body[key] for key in expected} == expected


def test_nothing_is_left_to_the_defaults_of_a_checkpoint() -> None:
    _, server = against([text()], one, sampling=Sampling(max_tokens=9))
    _, body, _ = server.asked[0]
    assert (body["top_k"], body["min_p"], body["repetition_penalty"]) == (-1, 0.0, 1.0)


def test_a_conversation_goes_to_the_chat_endpoint() -> None:
    message = {"content": "answer", "reasoning_content": "thought"}
    completion, server = against([text(message=message)], chat)
    path, body, _ = server.asked[0]
    assert (path, body["messages"][1]) == ("/v1/chat/completions", {"role": "user", "content": "Mend it."})
    assert (completion.text, completion.reasoning) == ("answer", "thought")


def test_reasoning_in_the_text_is_parted_from_the_answer() -> None:
    completion, _ = against([text(message={"content": "<think>hm</think>\n\nanswer"})], chat)
    assert (completion.text, completion.reasoning) == ("answer", "hm")


def test_tokens_and_log_probabilities_are_kept_where_the_server_gives_them() -> None:
    reply = text("fine", token_ids=[4, 5], logprobs={"token_logprobs": [-0.5, -0.25]}, finish_reason="length")
    completion, _ = against([reply], one)
    assert (completion.token_ids, completion.logprobs) == ((4, 5), (-0.5, -0.25))
    assert (completion.finish_reason, completion.prompt_tokens, completion.completion_tokens) == (
        "length",
        3,
        2,
    )


def test_extras_that_a_server_refuses_are_left_out_from_then_on() -> None:
    async def two(model: Model) -> list[str]:
        return [(await one(model)).text for _ in range(2)]

    unknown = failure(400, "Unrecognized request argument: return_token_ids")
    answers, server = against([unknown, text()], two)
    assert answers == ["fine", "fine"]
    assert ["return_token_ids" in body for _, body, _ in server.asked] == [True, False, False]


def test_a_server_s_other_name_for_the_length_is_used() -> None:
    refusal = failure(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    _, server = against([refusal, text(message={"content": "a"})], chat)
    assert "max_completion_tokens" in server.asked[1][1]


def test_a_prompt_that_does_not_fit_is_an_outcome() -> None:
    refusal = failure(
        400, "This model's maximum context length is 64 tokens. However, your prompt contains 70 input tokens"
    )
    completion, server = against([refusal], one)
    assert (completion.finish_reason, completion.text, len(server.asked)) == ("context", "", 1)


def test_an_answer_that_does_not_fit_is_shortened() -> None:
    refusal = failure(
        400,
        "This model's maximum context length is 64 tokens. However, you requested 9 output tokens and your "
        "prompt contains 60 input tokens, for a total of 69 tokens.",
    )
    completion, server = against([refusal, text()], one)
    assert (completion.text, server.asked[1][1]["max_tokens"]) == ("fine", 4)


@pytest.mark.parametrize(
    "trouble",
    [
        failure(500),
        failure(503),
        failure(429, retry_after="0"),
        Reply(body=b"<html>gateway</html>"),
        Reply(body=b'{"choices": [{"te'),
        Reply(body={"choices": []}),
        text(finish_reason="abort"),
        Reply(body={"choices": [{"text": "fine"}]}, cut=9),
    ],
    ids=["500", "503", "429", "html", "half-json", "no-choice", "abort", "half-body"],
)
def test_trouble_is_tried_again(trouble: Reply) -> None:
    completion, server = against([trouble, text()], one)
    assert (completion.text, len(server.asked)) == ("fine", 2)


def test_silence_ends_at_the_time_limit() -> None:
    completion, _ = against([Reply(silent=True), text()], one, timeout_seconds=0.3)
    assert completion.text == "fine"


def test_endless_trouble_is_given_up_and_reported() -> None:
    with pytest.raises(ModelError, match=r"127.0.0.1.* gave no answer in 2 tries: HTTP 500: trouble"):
        against([failure(500)], one, retries=2)


def test_retry_after_is_honoured() -> None:
    async def timed(model: Model) -> float:
        start = asyncio.get_running_loop().time()
        await one(model)
        return asyncio.get_running_loop().time() - start

    seconds, _ = against([failure(429, retry_after="2"), text()], timed)
    assert 2.0 <= seconds < 4.0


def test_a_server_that_is_down_is_not_asked_for_long() -> None:
    async def many(model: Model) -> int:
        errors = [a.error async for a in model.complete_many([_request(40)])]
        return sum(error is not None for error in errors)

    failed, server = against([failure(500)], many, retries=2, concurrency=4)
    assert failed == 40
    assert len(server.asked) <= 40 + 8


def test_a_busy_server_gets_fewer_requests_at_a_time() -> None:
    async def many(model: Model) -> list[str]:
        return [a.completion.text async for a in model.complete_many([_request(60)]) if a.completion]

    answers, server = against([failure(429, retry_after="0"), text()], many, concurrency=8)
    assert (len(answers), server.most <= 8) == (60, True)


def test_concurrency_is_bounded() -> None:
    async def many(model: Model) -> None:
        async for _ in model.complete_many([_request(50)]):
            pass

    _, server = against([text()], many, concurrency=5)
    assert 2 <= server.most <= 5


def test_a_wrong_key_is_reported_at_once_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-key")
    with pytest.raises(ModelError, match="HTTP 401") as caught:
        against([failure(401, "Incorrect API key provided: sk-very-secret-key")], one)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_that_every_attempt_would_meet_ends_the_run(status: int) -> None:
    async def many(model: Model) -> int:
        return len([a async for a in model.complete_many([_request(40)])])

    with pytest.raises(ModelError, match=f"refuses model 'm': HTTP {status}: no such thing"):
        against([failure(status, "no such thing")], many, concurrency=4)


def test_a_refusal_among_answers_costs_its_attempt_alone() -> None:
    async def many(model: Model) -> list[bool]:
        return [a.error is None async for a in model.complete_many([_request(3)])]

    found, _ = against([text(), failure(404), text()], many, concurrency=1)
    assert sorted(found) == [False, True, True]


def test_the_key_travels_in_the_header_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-key")
    _, server = against([text()], one)
    _, body, headers = server.asked[0]
    assert headers["authorization"] == "Bearer sk-very-secret-key"
    assert "secret" not in json.dumps(body)


def test_an_unknown_model_lists_those_that_the_server_has() -> None:
    async def run() -> None:
        server = await asyncio.start_server(Scripted([text()]).serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            async with open_model(parse_spec(f"x=openai:other@http://127.0.0.1:{port}/v1")):
                pass
        finally:
            server.close()

    with pytest.raises(ModelError, match="no model 'other'; it has m"):
        asyncio.run(run())


def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    async def run() -> None:
        async with open_model(parse_spec("x=openai:m@http://127.0.0.1:1/v1")):
            pass

    with pytest.raises(ModelError, match=r"127.0.0.1:1/v1 does not answer"):
        asyncio.run(run())


def _request(count: int) -> Any:
    from reroll.model import Request

    return Request(prompt=PROMPT, seeds=tuple(range(count)))
