"""The tables of docs/lab.md, from runs of the lab's checkpoints.

    python benchmarks/lab.py [RUN …] [--before base] [--write DOCUMENT …] [--picture FILE]
        [--quick] [--json]

RUN is a folder that `reroll run` wrote with the agent `lines` on `forge` or `paths`; without one, the shipped
checkpoints are run first. Prints, in Markdown, every arm against the base on every slice, arms at the same
pass@1, the forecast beside what training did, the tilt of every arm, and how far the strategies of the
clusterer agree with those of the generator. `--write` replaces the blocks of the same names in a document.
With `--json`, one object on the last line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from typing import Any

from reroll.agent import load as load_agent
from reroll.lab import forge, paths
from reroll.lab.forecast import forecast, questions
from reroll.ledger import Run
from reroll.model import open_model, parse_spec
from reroll.records import Sampling, Tally
from reroll.report.compare import compare
from reroll.report.comparison import Comparison, Metric
from reroll.report.from_run import tallies_of
from reroll.report.matching import match
from reroll.report.theory.tilt import measure
from reroll.report.words import verdict_words
from reroll.statistics.intervals import Interval

SHIPPED = ("base", "self-distilled", "grpo-kl", "rejection")
FIGURES = ("pass@1", "pass@4", "pass@16", "D_4", "echo", "tilt_A", "dist2")
KS = (1, 2, 4, 8, 16)
HEADINGS = {"tilt_A": "tilt A", "dist2": "Dist²"}
GENERATORS: dict[str, Callable[..., str | None]] = {"forge": forge.strategy_of, "paths": paths.strategy_of}
AGREEMENT = (
    "{patches} distinct correct patches of {bugs} bugs: recall {recall:.4f} over {same} pairs of one "
    "strategy, precision {precision:.4f}, {different} pairs of two."
)
STAGES = {
    "ideal": "ideal RL",
    "one_round": "one round",
    "fixed_point": "fixed point, frozen teacher",
    "balanced": "balanced demonstrations, one round",
}


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, nargs="*")
    parser.add_argument("--before", default="base")
    parser.add_argument("--grain", default="coarse")
    parser.add_argument("--write", type=Path, nargs="+", default=[], metavar="DOCUMENT")
    parser.add_argument("--picture", type=Path, help="draw pass@k over all bugs of the last run")
    parser.add_argument("--quick", action="store_true", help="8 bugs a slice, 16 attempts")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    blocks: dict[str, str] = {}
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for folder in given.runs or [shipped(Path(scratch) / "forge", quick=given.quick)]:
            run = Run(folder)
            told, found[run.name] = tables(run, before=given.before, grain=given.grain)
            blocks |= {f"{run.name} {name}": text for name, text in told.items()}
            if given.picture:
                draw(tallies_of(run, grain=given.grain), given.picture)
    for name, text in blocks.items():
        print(f"\n**{name}**\n\n{text}")
    for document in given.write:
        document.write_text(filled(document.read_text(), blocks))
    if given.json:
        print(json.dumps(found))


def shipped(out: Path, *, quick: bool) -> Path:
    """Run the shipped checkpoints on the forge."""
    models = [part for name in SHIPPED for part in ("--model", f"{name}=hf:forge/{name}")]
    subprocess.run(
        [sys.executable, "-m", "reroll", "run", f"forge:bugs={8 if quick else 128}", "--agent", "lines",
         "-n", "16" if quick else "32", "--out", str(out), *models],
        check=True,
    )  # fmt: skip
    return out


def tables(run: Run, *, before: str, grain: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the tables of one run, and the same as values."""
    tallies = tallies_of(run, grain=grain)
    slices = sorted({tally.slice for tally in tallies[before]})
    told: dict[str, str] = {}
    values: dict[str, Any] = {"slices": {}}
    for part in slices:
        pairs = [
            compare(tallies[before], after, before_name=before, after_name=name, slice=part, grain=grain)
            for name, after in tallies.items()
            if name != before
        ]
        told[part] = arms_table(pairs, before=before)
        told[f"matched {part}"] = matched_table(tallies, before=before, part=part, grain=grain)
        values["slices"][part] = {pair.after: _values(pair) for pair in pairs}
    foreseen = asyncio.run(_foresee(run, before=before, grain=grain))
    told |= {f"card {name}": card(counts, slices=slices) for name, counts in tallies.items()}
    told["mixed"] = mixed_table(tallies)
    told["forecast"] = forecast_table(foreseen, tallies, slices=slices)
    tilts = {name: asyncio.run(_tilt(run, before, name, grain)) for name in tallies if name != before}
    told["tilt"] = tilt_table(tilts)
    values["clusterer"] = agreement(run)
    told["clusterer"] = AGREEMENT.format(**values["clusterer"])
    return told, values


def arms_table(pairs: Sequence[Comparison], *, before: str) -> str:
    """Return every arm against the base on one slice."""
    rows = [["arm", "answer", *(HEADINGS.get(name, name) for name in FIGURES)]]
    rows.append([f"`{before}`", "–", *(_plain(pairs[0].metrics[name].before) for name in FIGURES)])
    rows += [
        [f"`{pair.after}`", f"*{verdict_words(pair)}*", *(_cell(pair.metrics[name]) for name in FIGURES)]
        for pair in pairs
    ]
    return _markdown(rows)


def card(counts: Sequence[Tally], *, slices: Sequence[str]) -> str:
    """Return the figures of one checkpoint, a row a slice."""
    figures = ("pass@1", "pass@16", "D_4", "echo")
    rows = [["slice", *figures]]
    for part in slices:
        own = compare(counts, counts, slice=part)
        rows.append([part, *(_plain(own.metrics[figure].before) for figure in figures)])
    return _markdown(rows)


def draw(tallies: Mapping[str, list[Tally]], picture: Path) -> None:
    """Draw pass@k of the shipped checkpoints, over all bugs of a run."""
    import altair as alt
    import pandas as pd

    rows = []
    for name in SHIPPED:
        own = compare(tallies[name], tallies[name], ks=range(1, 17))
        rows += [
            {"checkpoint": name, "k": k, "pass@k": own.metrics[f"pass@{k}"].before} for k in range(1, 17)
        ]
    chart = alt.Chart(pd.DataFrame(rows), width=420, height=260).mark_line(point=True)
    chart.encode(
        x=alt.X("k:Q", title="attempts k", scale=alt.Scale(type="log", base=2)),
        y=alt.Y("pass@k:Q", scale=alt.Scale(domain=[0.2, 1])),
        color=alt.Color("checkpoint:N", sort=list(SHIPPED), title=None),
    ).save(picture)


def mixed_table(tallies: Mapping[str, list[Tally]]) -> str:
    """Return pass@k over all bugs of the run, in whatever slice."""
    rows = [["arm", *(f"pass@{k}" for k in KS)]]
    for name, counts in tallies.items():
        own = compare(counts, counts, ks=KS)
        rows.append([f"`{name}`", *(_plain(own.metrics[f"pass@{k}"].before) for k in KS)])
    return _markdown(rows)


def matched_table(tallies: Mapping[str, list[Tally]], *, before: str, part: str, grain: str) -> str:
    """Return, for every arm, the one of the others with the closest pass@1, and what sets the two apart."""
    names = [name for name in tallies if name != before]
    rows = [["arm", "against", "pass@1", "pass@16", "D_4", "echo"]]
    seen: set[frozenset[str]] = set()
    for name in names:
        near = match(tallies, name, among=names, slice=part)
        if not near.matched or near.closest is None or frozenset((name, near.closest)) in seen:
            continue
        seen.add(frozenset((name, near.closest)))
        pair = compare(
            tallies[near.closest], tallies[name], before_name=near.closest, after_name=name,
            slice=part, grain=grain,
        )  # fmt: skip
        cells = [_cell(pair.metrics[figure]) for figure in ("pass@1", "pass@16", "D_4", "echo")]
        rows.append([f"`{name}`", f"`{near.closest}`", *cells])
    return _markdown(rows) if len(rows) > 1 else "No two arms have the same pass@1."


def forecast_table(foreseen: Any, tallies: Mapping[str, list[Tally]], *, slices: Sequence[str]) -> str:
    """Return what the base foretells, and what every arm measures, on the bugs that have a forecast."""
    rows = [["slice", "bugs", "stage or arm", "echo", "D_4"]]
    for part in slices:
        told = foreseen.of_slice(part)
        if not told.bugs:
            continue
        known = {bug.bug for bug in told.bugs}
        for stage, outlook in told.stages.items():
            cells = [_interval(outlook.echo), _interval(outlook.distinct)]
            rows.append([part, str(len(known)), f"forecast: {STAGES[stage]}", *cells])
        for name, counts in tallies.items():
            own = [tally for tally in counts if tally.bug in known]
            pair = compare(own, own, before_name=name, after_name=name, slice=part)
            rows.append(
                [
                    part,
                    str(len(known)),
                    f"`{name}`",
                    *(_plain(pair.metrics[f].before) for f in ("echo", "D_4")),
                ]
            )
    return _markdown(rows)


def tilt_table(tilts: Mapping[str, Sequence[Any]]) -> str:
    """Return kappa, what sharpening in general leaves of it, and the share of the log-ratios' variance that
    lies between strategies, for every arm.
    """
    rows = [["arm", "slice", "kappa", "kappa beyond sharpening", "variance between strategies"]]
    for name, found in tilts.items():
        for tilt in found:
            if tilt.slice != "all":
                share = "–" if tilt.share_between is None else f"{100 * tilt.share_between:.0f} %"
                cells = [_interval(value, digits=2) for value in (tilt.kappa, tilt.kappa_beyond)]
                rows.append([f"`{name}`", tilt.slice, *cells, share])
    return _markdown(rows)


def agreement(run: Run) -> dict[str, Any]:
    """Return how often the clusterer and the generator agree on two correct patches of one bug."""
    from reroll.suite.table import from_row

    together, apart, wrongly_apart, wrongly_together, patches = 0, 0, 0, 0, 0
    for name in run.bug_ids:
        bug = from_row(run.bug_row(name))
        exact = {
            digest: GENERATORS[bug.suite](bug, dict(run.patch(digest).files))
            for digest, judged in run.judgements(name).items()
            if judged.verdict.correct
        }
        cluster = {
            digest: one.id for one in run.clusters(name) if one.grain == "coarse" for digest in one.members
        }
        # A correct patch that the generator did not foresee has no exact strategy.
        known = [digest for digest, strategy in exact.items() if strategy is not None and digest in cluster]
        patches += len(known)
        for one, other in combinations(known, 2):
            same, found = exact[one] == exact[other], cluster[one] == cluster[other]
            together += same and found
            apart += not same and not found
            wrongly_apart += same and not found
            wrongly_together += found and not same
    pairs = together + wrongly_apart
    return {
        "bugs": len(run.bug_ids),
        "patches": patches,
        "same": pairs,
        "different": apart + wrongly_together,
        "recall": together / pairs if pairs else 1.0,
        "precision": together / (together + wrongly_together) if together else 1.0,
    }


def filled(document: str, blocks: Mapping[str, str]) -> str:
    """Return a document with its blocks replaced: `<!-- lab: NAME -->` up to `<!-- end -->`."""

    def block(found: re.Match[str]) -> str:
        text = blocks.get(found[1], found[2].strip())
        return f"<!-- lab: {found[1]} -->\n{text}\n<!-- end -->"

    return re.sub(r"<!-- lab: (.+?) -->\n(.*?)<!-- end -->", block, document, flags=re.DOTALL)


async def _foresee(run: Run, *, before: str, grain: str) -> Any:
    asked = questions(run, checkpoint=before, agent=load_agent(run.specification["agent"]), grain=grain)
    spec = parse_spec(f"{before}={run.checkpoints[before]['spec']}")
    async with open_model(spec, sampling=Sampling()) as model:
        return await forecast(asked, score=model.score)


async def _tilt(run: Run, before: str, after: str, grain: str) -> Sequence[Any]:
    base, tuned = (parse_spec(f"{name}={run.checkpoints[name]['spec']}") for name in (before, after))
    return await measure(
        run, before=base, after=tuned, agent=load_agent(run.specification["agent"]), grain=grain
    )


def _values(pair: Comparison) -> dict[str, Any]:
    return {"verdict": pair.verdict, **{name: asdict(pair.metrics[name]) for name in FIGURES}}


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _cell(metric: Metric) -> str:
    if metric.after is None and metric.delta is None:
        return "–"
    if metric.name in ("tilt_A", "dist2"):
        return f"{_signed(metric.delta)} ({_signed(metric.low)} to {_signed(metric.high)})"
    if metric.delta is None:
        return _plain(metric.after)
    band = "" if metric.low is None else f", {_signed(metric.low)} to {_signed(metric.high)}"
    return f"{_plain(metric.after)} ({_signed(metric.delta)}{band})"


def _interval(value: Interval | None, *, digits: int = 3) -> str:
    if value is None or value.estimate is None:
        return "–"
    band = "" if value.low is None else f" ({value.low:.{digits}f} to {value.high:.{digits}f})"
    return f"{value.estimate:.{digits}f}{band}".replace("-", "−")


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body))


if __name__ == "__main__":
    main()
