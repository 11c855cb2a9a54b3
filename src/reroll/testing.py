"""Public fakes for tests of suites, agents and tools: a scripted model and an in-memory sandbox.

They keep the contracts of the real ones, run nothing, and need no service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from reroll.errors import ModelError, SandboxError
from reroll.model.model import Model
from reroll.records import Bug, Completion, Judgement, Prompt, Sampling, Tests, Verdict

Answer = str | ModelError
"""What a scripted model says to one attempt: a completion, or the error that it meets."""

PASSED, FAILED = "passed", "failed"


class ScriptedModel(Model):
    """A model that answers from a function of the prompt and the attempt's index."""

    def __init__(
        self, answer: Callable[[Prompt, int], Answer], *, name: str = "scripted", window: int = 8
    ) -> None:
        self.name = name
        self.digest = f"scripted:{name}"
        self.sampling = Sampling()
        self.window = window
        self.asked: list[tuple[str, int, int]] = []
        """(bug, index, seed) of every attempt, in the order in which it was asked for."""
        self._script = answer

    async def draw(self, prompt: Prompt, *, seed: int, index: int) -> Completion:
        """Return the scripted answer."""
        self.asked.append((prompt.bug, index, seed))
        answer = self._script(prompt, index)
        if isinstance(answer, ModelError):
            raise answer
        return Completion(text=answer, completion_tokens=len(answer.split()), prompt_tokens=1, seconds=0.0)


class InMemorySandbox:
    """A sandbox that asks a function instead of running anything.

    The function gets the bug and the patched files, and returns a verdict, whole outcomes, or the error that
    the sandbox meets.
    """

    name = "in-memory"

    def __init__(
        self,
        judge: Callable[[Bug, Mapping[str, str]], Verdict | Mapping[str, str] | SandboxError],
        *,
        workers: int = 2,
    ) -> None:
        self.workers = workers
        self.tested: list[str] = []
        """Ids of the bugs whose projects were tested, in order."""
        self._judge = judge

    async def __aenter__(self) -> Self:
        """Return the sandbox itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """There is nothing to close."""

    async def judge(self, bug: Bug, files: Mapping[str, str], *, probes: bool = True) -> Judgement:
        """Return the function's answer as a judgement."""
        del probes
        self.tested.append(bug.id)
        answer = self._judge(bug, files)
        if isinstance(answer, SandboxError):
            raise answer
        if isinstance(answer, Verdict):
            outcome = PASSED if answer is Verdict.FIXED else FAILED
            return Judgement(
                verdict=answer, outcomes=dict.fromkeys(("visible/shown", "hidden/kept"), outcome)
            )
        verdict = Verdict.FIXED if set(answer.values()) == {PASSED} else Verdict.FAILED
        return Judgement(verdict=verdict, outcomes=dict(answer))


def make_bug(
    name: str = "bug", *, suite: str = "suite", source: str = "def f():\n    return 1\n", part: str = "id"
) -> Bug:
    """Return a small bug of one file, `solution.py`, for tests that need any bug."""
    return Bug(
        suite=suite,
        name=name,
        report="f returns the wrong number",
        source={"solution.py": source},
        editable=("solution.py",),
        tests=Tests(runner="cases", modules=("solution",)),
        slice=part,
    )
