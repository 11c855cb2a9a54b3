"""A run for other programs: frames as Parquet or CSV, rows for eval-arena, and the picture of a README.

The logs that `inspect view` opens are in `eval_log.py`, summaries in `summary.py`, trackers in `trackers.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.errors import UsageError
from reroll.records import Tally
from reroll.report.figures import fixes, strategies
from reroll.report.figures.drawing import pixels, still
from reroll.report.view import RunView

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("parquet", "csv")
"""Formats of frames."""


def write_frames(
    frames: Mapping[str, pd.DataFrame], folder: Path, *, kind: str = "parquet"
) -> tuple[Path, ...]:
    """Write each frame as `folder/NAME.parquet` or `.csv` and return the paths.

    Raises:
        UsageError: for another format.
    """
    if kind not in FORMATS:
        raise UsageError(f"No format {kind!r} for frames; there are {', '.join(FORMATS)}")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in frames.items():
        path = folder / f"{name}.{kind}"
        if kind == "parquet":
            frame.to_parquet(path, index=False)
        else:
            frame.to_csv(path, index=False)
        paths.append(path)
    return tuple(paths)


def arena_rows(tallies: Mapping[str, Sequence[Tally]], *, benchmark: str) -> Iterator[dict[str, Any]]:
    """Yield one row a checkpoint and bug in eval-arena's form: the example, its pass@1, and the counts."""
    for checkpoint, found in tallies.items():
        for tally in found:
            if tally.attempts:
                yield {
                    "benchmark_id": benchmark,
                    "model": checkpoint,
                    "example_id": tally.bug,
                    "pass1": tally.correct / tally.attempts,
                    "count": tally.attempts,
                    "correct": tally.correct,
                }


def write_arena(tallies: Mapping[str, Sequence[Tally]], path: Path, *, benchmark: str) -> Path:
    """Write `arena_rows` as JSON Lines and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for row in arena_rows(tallies, benchmark=benchmark):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def write_picture(
    view: RunView, path: Path, *, scheme: str = "light", slices: Sequence[str] | None = None
) -> Path:
    """Draw pass@k above strategies as one picture for a README.

    Args:
        view: the overview of the run.
        path: where the picture goes; its suffix says SVG or PNG.
        scheme: `light` or `dark`.
        slices: the slices that are drawn, side by side; None for all.

    Raises:
        UsageError: for another suffix, or a slice that the run does not have.
    """
    missing = set(slices or ()) - set(view.slices)
    if missing:
        raise UsageError(f"No slice {min(missing)!r} to draw; there are {', '.join(view.slices)}")
    if path.suffix not in {".svg", ".png"}:
        raise UsageError(f"Cannot draw {str(path)!r}: a picture ends in .svg or .png")
    part = replace(view, slices=tuple(slices or view.slices))
    svg = still(fixes(part), strategies(part), scheme=scheme)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        path.write_bytes(pixels(svg))
    else:
        path.write_text(svg, encoding="utf-8")
    return path
