"""What the files of a checkpoint say: the hash that identifies its weights, and whether it can read text."""

from __future__ import annotations

import hashlib
from pathlib import Path

from reroll.errors import ModelError
from reroll.model.spec import ModelSpec

WHOLE_BYTES = 64 * 2**20
"""Files up to this size are hashed whole."""
PIECES = 64
"""Number of evenly spaced pieces that are hashed of a larger file, beside its size."""
PIECE_BYTES = 2**20
SUFFIXES = (".json", ".safetensors", ".bin", ".model", ".txt", ".jinja", ".pt")


TOKENIZERS = ("tokenizer*", "*.model", "vocab*", "tekken*", "*.tiktoken")
"""Files of which a folder with a tokenizer holds one."""


def need_tokenizer(spec: ModelSpec) -> None:
    """Refuse a folder without a tokenizer: libraries say of it what nobody understands.

    Raises:
        ModelError: no file of the checkpoint's folder is one of a tokenizer's.
    """
    folder = Path(spec.target)
    if folder.is_dir() and not any(True for pattern in TOKENIZERS for _ in folder.glob(pattern)):
        raise ModelError(
            f"Checkpoint {spec.target!r} of model {spec.name!r} holds no tokenizer; save the one that it was "
            "trained with beside its weights: tokenizer.save_pretrained(FOLDER)"
        )


def checkpoint_digest(target: str, revision: str = "") -> str:
    """Return `sha256:…` over the files of a checkpoint folder, or `hub:ID@REVISION` for a hub id.

    Of files above 64 MiB, the size and 64 evenly spaced MiB are hashed: retrained weights differ everywhere,
    and a checkpoint of 100 GB must not take minutes to name.
    """
    folder = Path(target)
    if not folder.is_dir():
        return f"hub:{target}@{revision}"
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix in SUFFIXES:
            total.update(f"{path.name}\0{_file_digest(path)}\n".encode())
    return f"sha256:{total.hexdigest()}"


def spec_digest(spec: ModelSpec, revision: str = "") -> str:
    """Return the digest of a spec's checkpoint and, behind a plus sign, of its adapter."""
    base = checkpoint_digest(spec.target, revision)
    return f"{base}+{checkpoint_digest(spec.adapter)}" if spec.adapter else base


def _file_digest(path: Path) -> str:
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        if size <= WHOLE_BYTES:
            digest.update(file.read())
        else:
            for piece in range(PIECES):
                file.seek((size - PIECE_BYTES) * piece // (PIECES - 1))
                digest.update(file.read(PIECE_BYTES))
    return digest.hexdigest()
