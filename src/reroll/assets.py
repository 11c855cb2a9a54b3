"""Where the bundled folders are: in a checkout beside `src/`, in a wheel below the package."""

from __future__ import annotations

from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_BUNDLED = Path(__file__).resolve().parent / "_bundled"


def root() -> Path:
    """Return the folder that holds `sandbox/`, `agents/`, `suites/` and `checkpoints/`."""
    return _BUNDLED if _BUNDLED.is_dir() else _CHECKOUT


def folder(name: str) -> Path:
    """Return one bundled folder by name, such as `sandbox`."""
    return root() / name
