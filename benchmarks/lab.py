"""The table of docs/lab.md: every arm against its base, with exact strategies, and the forecast.

    python benchmarks/lab.py CHECKPOINTS [--task forge] [--bugs 128] [--attempts 32] [--json FILE]

CHECKPOINTS is a folder with one checkpoint an arm, such as `checkpoints/forge`. Verdicts come from the lab's
in-process checker and strategies from the generator; `reroll run` measures the same through the sandbox.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
import zlib
from pathlib import Path
from typing import Any

from reroll.lab.forecast import forecast
from reroll.lab.measure import draw, questions, tallies
from reroll.lab.sample import Sampled
from reroll.lab.tasks import Task
from reroll.lab.tasks import task as find_task
from reroll.model import open_model, parse_spec
from reroll.records import Tally
from reroll.report.compare import compare

FIGURES = ("pass@1", "pass@4", "pass@16", "D_4", "echo", "tilt_A", "dist2")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--task", default="forge")
    parser.add_argument("--bugs", type=int, default=128)
    parser.add_argument("--attempts", type=int, default=32)
    parser.add_argument("--arms", default="", help="comma-separated; all folders by default")
    parser.add_argument("--base", default="base")
    parser.add_argument("--slices", default="id,ood")
    parser.add_argument("--draws", type=Path, help="keep the answers here, and reuse them")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    arms = [name for name in given.arms.split(",") if name] or sorted(
        path.parent.name for path in given.checkpoints.glob("*/model.safetensors")
    )
    arms = [given.base, *(name for name in arms if name != given.base)]
    task = find_task(given.task)
    found: dict[str, Any] = {"task": task.name, "bugs": given.bugs, "attempts": given.attempts, "slices": {}}
    for part in given.slices.split(","):
        drawn = {}
        for name in arms:
            start = time.monotonic()
            drawn[name] = cached_draw(name, given, task=task, part=part)
            print(f"{task.name} {part} {name}: sampled in {time.monotonic() - start:.0f} s", flush=True)
        counts = {name: tallies(answers, part=part) for name, answers in drawn.items()}
        foreseen = forecast_table(
            given.checkpoints / given.base,
            questions(drawn[given.base], part=part, checkpoint=given.checkpoints / given.base),
        )
        found["slices"][part] = {"arms": table(counts, base=given.base), "forecast": foreseen}
        show(part, found["slices"][part])
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n")


def cached_draw(name: str, given: argparse.Namespace, *, task: Task, part: str) -> list[Sampled]:
    """Return the answers of one arm, drawn now or kept from an earlier call."""
    kept = given.draws / f"{task.name}-{part}-{name}.json" if given.draws else None
    if kept is not None and kept.is_file():
        answers = json.loads(kept.read_text())
        problems = itertools.islice(task.problems(part, seed=0, held_out=True), len(answers))
        return [Sampled(problem=p, answers=tuple(a)) for p, a in zip(problems, answers, strict=True)]
    drawn = draw(
        given.checkpoints / name,
        task=task,
        part=part,
        bugs=given.bugs,
        attempts=given.attempts,
        seed=zlib.crc32(name.encode()),  # equal draws of two arms would look like agreement
    )
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([one.answers for one in drawn]))
    return drawn


def table(counts: dict[str, list[Tally]], *, base: str) -> dict[str, Any]:
    """Return every arm's figures, with the change against the base and its interval."""
    rows: dict[str, Any] = {}
    for name, after in counts.items():
        if name == base:
            continue
        compared = compare(counts[base], after, before_name=base, after_name=name, grain="exact")
        metrics = {figure: compared.metrics[figure] for figure in FIGURES if figure in compared.metrics}
        rows.setdefault(base, {figure: {"value": m.before} for figure, m in metrics.items()})
        rows[name] = {
            figure: {"value": m.after, "delta": m.delta, "low": m.low, "high": m.high}
            for figure, m in metrics.items()
        } | {"verdict": compared.verdict, "sentence": compared.sentence}
    return rows


def forecast_table(base: Path, asked: list[Any]) -> dict[str, Any]:
    """Return echo and D_4 at every stage of the forecast."""

    async def work() -> dict[str, Any]:
        async with open_model(parse_spec(f"base=hf:{base}")) as model:
            found = await forecast(asked, score=model.score)
        return {
            "bugs": len(found.bugs),
            "unknown": len(found.unknown),
            **{
                stage: {
                    figure: [interval.estimate, interval.low, interval.high]
                    for figure, interval in (("echo", outlook.echo), ("D_4", outlook.distinct))
                }
                for stage, outlook in found.stages.items()
            },
        }

    return asyncio.run(work())


def show(part: str, found: dict[str, Any]) -> None:
    """Print one slice as a table."""
    print(f"\n{part:28}" + "".join(f"{figure:>24}" for figure in FIGURES))
    for name, row in found["arms"].items():
        cells = []
        for figure in FIGURES:
            cell = row.get(figure, {})
            text = "" if cell.get("value") is None else f"{cell['value']:.3f}"
            if cell.get("delta") is not None:
                text += f" {cell['delta']:+.3f}"
            if cell.get("low") is not None:
                text += f" [{cell['low']:+.2f},{cell['high']:+.2f}]"
            cells.append(f"{text:>24}")
        print(f"{name:28}" + "".join(cells))
    for stage, figures in found["forecast"].items():
        if isinstance(figures, dict):
            print(f"  forecast {stage}: " + ", ".join(f"{f} {v[0]:.3f}" for f, v in figures.items()))


if __name__ == "__main__":
    main()
