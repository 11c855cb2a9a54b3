"""Model specs: `NAME=KIND:TARGET`, read into a record before anything is loaded.

The first step of the flow for a checkpoint. It knows what a spec may say and which paths exist; loading,
starting and reaching the checkpoint is left to the module of its kind.

| spec | what it names |
| --- | --- |
| `NAME=hf:PATH` | a checkpoint folder, run by transformers in this process |
| `NAME=vllm:PATH` | a checkpoint folder, run by a vLLM of our own |
| `NAME=openai:MODEL@URL` | a model on a server that speaks the OpenAI protocol |
| `NAME=samples:FILE` | attempts made elsewhere, in JSON Lines |

PATH is a folder, a bundled checkpoint such as `forge/base`, or a Hugging Face model id; PATH+PATH puts a LoRA
adapter on top of a base. `hf:` and `vllm:` take options after a question mark: `hf:PATH?device=cuda:0`,
`vllm:PATH?devices=0,1`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from reroll import assets
from reroll.errors import ModelError, UsageError

KINDS = {
    "hf": "hf:PATH (transformers in this process)",
    "openai": "openai:MODEL@URL (any OpenAI-compatible server)",
    "samples": "samples:FILE (attempts made elsewhere)",
    "vllm": "vllm:PATH (a vLLM server of its own)",
}
"""Kinds of model and how each is written."""

OPTIONS = {
    "hf": ("device", "dtype", "batch"),
    "vllm": ("devices", "dtype", "engine", "port"),
    "openai": (),
    "samples": (),
}
"""Options that a spec of each kind may carry after its question mark."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A checkpoint under test, as the user named it."""

    name: str
    """Name of the checkpoint in the run."""
    kind: str
    """`hf`, `vllm`, `openai` or `samples`."""
    target: str
    """Folder, hub id, file, or model name on the server."""
    adapter: str = ""
    """Folder of a LoRA adapter on top of the target, for `hf` and `vllm`."""
    url: str = ""
    """Base URL of the server, for `openai`; without user name and password."""
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Options of the spec, by name."""

    def __str__(self) -> str:
        """Return the spec without its name, as it is recorded."""
        place = f"@{self.url}" if self.url else f"+{self.adapter}" if self.adapter else ""
        return f"{self.kind}:{self.target}{place}"


def parse_spec(text: str) -> ModelSpec:
    """Return the record of `NAME=KIND:TARGET`; without `NAME=`, the name is the last part of the target.

    Raises:
        UsageError: the spec has no such form, kind or option.
        ModelError: the folder or file does not exist; the text lists the checkpoints that do.
    """
    name, body = _split_name(text)
    kind, colon, target = body.partition(":")
    if kind not in KINDS or not colon or not target:
        kinds = ", ".join(KINDS.values())
        raise UsageError(f"Model {text!r} has no known form; write NAME=SPEC with SPEC one of {kinds}")
    options: dict[str, str] = {}
    if OPTIONS[kind]:
        target, _, query = target.partition("?")
        options = dict(parse_qsl(query, keep_blank_values=True))
        for option in options:
            if option not in OPTIONS[kind]:
                known = ", ".join(OPTIONS[kind])
                raise UsageError(f"Model {text!r} has no option {option!r}; {kind} knows {known}")
    adapter = url = ""
    if kind == "openai":
        target, url = _server(target, text=text)
    elif kind == "samples":
        target = _file(target)
    else:
        if not Path(target).expanduser().is_dir():  # a folder's own name may hold a plus sign
            target, _, adapter = target.partition("+")
        target = _checkpoint(target)
        adapter = adapter and _checkpoint(adapter)
    name = name or re.sub(r"[^A-Za-z0-9._-]", "-", Path(adapter or target).stem).lstrip("._-")
    if not NAME.fullmatch(name):
        raise UsageError(f"Model name {name!r} in {text!r} must be letters, digits, '.', '_' and '-'")
    return ModelSpec(name=name, kind=kind, target=target, adapter=adapter, url=url, options=options)


def bundled() -> tuple[str, ...]:
    """Return the names of the checkpoints that ship, such as `forge/base`."""
    root = assets.folder("checkpoints")
    return tuple(sorted(path.parent.relative_to(root).as_posix() for path in root.rglob("config.json")))


def _split_name(text: str) -> tuple[str, str]:
    """Part `NAME=` from the rest; an equals sign after the kind belongs to the target."""
    head, equals, body = text.partition("=")
    return (head.strip(), body.strip()) if equals and ":" not in head else ("", text.strip())


def _server(target: str, *, text: str) -> tuple[str, str]:
    """Part MODEL and URL; a model name may hold an `@` itself, a URL starts with its scheme."""
    found = re.fullmatch(r"(.+)@(https?://.+)", target)
    if not found:
        raise UsageError(
            f"Model {text!r} must be openai:MODEL@URL, as in openai:qwen@http://localhost:8000/v1"
        )
    parts = urlsplit(found[2])
    if parts.username or parts.password or parts.query:
        raise UsageError(
            f"The URL of model {found[1]!r} carries a user, password or query; give the key in OPENAI_API_KEY"
        )
    return found[1], found[2].rstrip("/")


def _file(target: str) -> str:
    path = Path(target).expanduser()
    if not path.is_file():
        beside = sorted(p.name for p in path.parent.glob("*.jsonl*"))[:8] if path.parent.is_dir() else []
        exists = f"; {str(path.parent)!r} holds {', '.join(beside)}" if beside else ""
        raise ModelError(f"Samples file {target!r} does not exist{exists}")
    return str(path)


def _checkpoint(target: str) -> str:
    """Return the folder of a checkpoint, or a hub id unchanged."""
    for path in (Path(target).expanduser(), assets.folder("checkpoints") / target, assets.root() / target):
        if path.is_dir():
            if not any(
                (path / name).is_file() for name in ("config.json", "adapter_config.json", "params.json")
            ):
                raise ModelError(f"Folder {str(path)!r} holds no checkpoint: there is no config.json in it")
            return str(path)
    names = bundled()
    group = target.split("/", 1)[0]
    ours = group in {name.split("/", 1)[0] for name in names} | {"checkpoints", ".", "..", "runs"}
    if HUB_ID.fullmatch(target) and not ours and not Path(group).is_dir():
        return target
    exists = f"; bundled are {', '.join(names)}" if names else "; no checkpoint is bundled here"
    raise ModelError(f"Checkpoint {target!r} is no folder, bundled name or hub id (ORG/NAME){exists}")
