"""Read an agent from its folder: a built-in name, or a path.

A template may say `{% include "parts/bug.j2" %}` on a line of its own: the file is looked for in the agent's
folder, then among the agents that ship. What was included stands in the record as text, so that a run knows
its agent by what was really asked.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reroll import assets
from reroll.errors import AgentError, UsageError
from reroll.records import Agent

INCLUDE = re.compile(r"""^\{%-?\s*include\s+["']([^"']+)["']\s*-?%\}\n?""", re.M)
"""A line that another template stands for."""


class AgentTable(BaseModel):
    """agent.toml."""

    model_config = ConfigDict(extra="forbid")

    description: str = ""
    loop: Literal["independent", "chain", "reference"] = "independent"
    edit_format: str = "auto"
    turns: int = Field(default=1, ge=1, le=64)
    chat: bool = True
    stop: list[str] = Field(default_factory=list)
    max_tokens: int = Field(default=1024, ge=1)


def names() -> tuple[str, ...]:
    """Return the names of the agents that ship."""
    return tuple(sorted(file.parent.name for file in assets.folder("agents").glob("*/agent.toml")))


def load(name: str) -> Agent:
    """Read an agent by built-in name or path.

    Raises:
        UsageError: There is no such agent.
        AgentError: Its folder is broken; the text names file, key and value.
    """
    path = _find(name)
    table = _read(path)
    if table.loop != "reference" and not (path / "prompt.j2").is_file():
        raise AgentError(f"{path}/prompt.j2 is missing")
    return Agent(
        name=path.name,
        loop=table.loop,
        edit_format=table.edit_format,
        template=_text(path / "prompt.j2"),
        system=_text(path / "system.j2"),
        demonstration=_text(path / "demonstration.j2"),
        turns=table.turns,
        chat=table.chat,
        stop=tuple(table.stop),
        max_tokens=table.max_tokens,
    )


def describe(name: str) -> str:
    """Return the one-sentence description of an agent."""
    return _read(_find(name)).description


def _find(name: str) -> Path:
    for path in (assets.folder("agents") / name, Path(name)):
        if (path / "agent.toml").is_file():
            return path
    raise UsageError(f"No agent {name!r}: there is {', '.join(names())}, or a folder with an agent.toml")


def _read(path: Path) -> AgentTable:
    file = path / "agent.toml"
    try:
        return AgentTable.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AgentError(f"{file} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise AgentError(f"{file}: {key} = {first.get('input')!r}: {first['msg']}") from error


def _text(file: Path, *, within: tuple[Path, ...] = ()) -> str:
    """Return a template with what it includes; empty where there is none."""
    if not file.is_file():
        return ""
    folder = within[0].parent if within else file.parent

    def included(found: re.Match[str]) -> str:
        for root in (folder, assets.folder("agents")):
            part = (root / found[1]).resolve()
            if part.is_file() and part.is_relative_to(root.resolve()) and part not in (*within, file):
                return _text(part, within=(*within, file))
        parts = ", ".join(f"parts/{path.name}" for path in sorted(assets.folder("agents").glob("parts/*.j2")))
        raise AgentError(f"{file} includes {found[1]!r}, which is not in {folder}, nor one of {parts}")

    return INCLUDE.sub(included, file.read_text(encoding="utf-8"))
