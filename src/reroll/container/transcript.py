"""What the tests' half of a split run asked of a project, and was answered: what others are confirmed by.

Tests that see nothing but the answers of the project say the same to the same answers. Where they passed
once, another patch need only be asked the same questions, in a process that holds no test and nothing that
a test expects; the answers are compared here, to the letter. Any other answer proves nothing, and then the
tests themselves are run.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from reroll.container.job import Job, Result
from reroll.records import Bug

MOST = 8
"""Transcripts that are kept per placement of canaries; patches may answer differently and be right."""
_TRIALS = 8
"""Projects that are asked before it is judged whether asking is of use for a bug."""
_PURE = frozenset(
    {
        "__future__", "cmath", "collections", "copy", "dataclasses", "decimal", "enum", "fractions",
        "functools", "hashlib", "itertools", "json", "math", "operator", "pytest", "re", "statistics",
        "string", "textwrap", "typing",
    }
)  # fmt: skip
"""Modules by which a test learns nothing of the disk, the clock, chance or the process."""
_IMPURE = frozenset(
    {
        "__builtins__", "__file__", "__import__", "__loader__", "__spec__", "breakpoint", "compile", "eval",
        "exec", "globals", "id", "input", "locals", "open", "vars",
    }
)  # fmt: skip
"""Names by which it might."""
_OUTSIDE = frozenset(
    {
        "cache", "capfd", "capfdbinary", "caplog", "capsys", "capsysbinary", "doctest_namespace",
        "importorskip", "monkeypatch", "pytestconfig", "pytester", "recwarn", "request", "testdir",
        "tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory",
    }
)  # fmt: skip
"""Attributes and fixtures of pytest by which it might."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The questions of one run of tests that passed, and the answers to them, as they crossed."""

    questions: tuple[str, ...]
    """JSON texts."""
    answers: tuple[str, ...]
    """JSON texts, one for each question."""


class Transcripts:
    """The transcripts of one set of tests, and how often other projects agreed with them."""

    def __init__(self) -> None:
        self._known: list[Transcript] = []
        self._asked = self._agreed = 0

    def keep(self, transcript: Transcript | None) -> None:
        """Remember a transcript of tests that passed."""
        if transcript and transcript not in self._known and len(self._known) < MOST:
            self._known.append(transcript)

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask a project; empty where nothing is known, or where patches answer too differently."""
        useful = self._asked < _TRIALS or self._agreed * 2 >= self._asked
        return self._known[0].questions if self._known and useful else ()

    def confirm(self, questions: tuple[str, ...], result: Result) -> bool:
        """Return whether a project answered as one with which the tests passed, and ended well."""
        given = [frame["answers"] for frame in result.frames if "answers" in frame]
        ended = result.done and result.exit_code == 0 and not (result.timed_out or result.out_of_memory)
        agrees = (
            ended
            and not result.malformed
            and any(given == [list(t.answers)] for t in self._known if t.questions == questions)
        )
        self._asked += 1
        self._agreed += agrees
        return agrees


def is_closed(bug: Bug, *, imports: str = "") -> bool:
    """Return whether a bug's tests, or its cases, see nothing but what the project answers.

    Args:
        bug: The bug.
        imports: Statements by which its cases get at the standard library.
    """
    own = frozenset(path.split("/", 1)[0].removesuffix(".py") for path in bug.source)
    texts = [text for path, text in bug.tests.files.items() if path.endswith(".py")]
    if len(texts) < len(bug.tests.files):
        return False
    for case in (*bug.tests.visible, *bug.tests.hidden):
        texts += [case.setup, case.value.strip()]
    return _is_closed(imports, _PURE) and all(_is_closed(text, own | _PURE) for text in texts)


@lru_cache(maxsize=1 << 14)
def _is_closed(text: str, known: frozenset[str]) -> bool:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                closed = all(name.name.partition(".")[0] in known for name in names)
            case ast.ImportFrom(module=module, level=level):
                closed = not level and (module or "").partition(".")[0] in known
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                closed = name not in _IMPURE and name not in _OUTSIDE
            case _:
                closed = True
        if not closed:
            return False
    return True


def taken(result: Result) -> tuple[Transcript | None, Result]:
    """Return the transcript that the tests' half of a split run told, and the result without it."""
    frames = tuple(frame for frame in result.frames if "transcript" not in frame)
    pairs = next((frame["transcript"] for frame in result.frames if "transcript" in frame), ())
    transcript = Transcript(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
    return (transcript if pairs else None), replace(result, frames=frames)


def asking(bug: Bug, files: Mapping[str, str], questions: tuple[str, ...]) -> Job:
    """Return the job that asks a project the questions of a transcript."""
    return Job(runner="answers", files=files, limits=bug.limits, options={"questions": questions})
