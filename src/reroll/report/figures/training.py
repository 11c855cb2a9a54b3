"""What the run says about training: where the mass moved, what its fixes would teach, what was foretold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reroll.report.comparison import ALL, Metric
from reroll.report.figures import charts
from reroll.report.figures.charts import Row
from reroll.report.figures.figure import Figure, Panel, mark
from reroll.report.numerals import percent
from reroll.report.view import Estimate, RunView
from reroll.statistics.intervals import Interval

MOVES = {"tilt_A": "Toward the base's favourites: tilt A", "dist2": "In whatever direction: Dist²"}
"""Metric of a comparison to its panel."""
KAPPAS = {
    "kappa": "Kappa, from exact log-ratios",
    "kappa_beyond": "Kappa beyond general sharpening",
    "kappa_counts": "Kappa, from counts",
}
"""Field of a tilt to its panel."""
PARTS = {
    "strategies": "shows a new strategy",
    "rephrased": "says it in other words",
    "copies": "is a copy",
}
"""Field of an audit to what such a demonstration does."""
STAGES = {
    "ideal": "ideal RL",
    "one_round": "one round",
    "fixed_point": "fixed point",
    "balanced": "balanced",
}
"""Stage of a forecast to its short name."""
STAGES_EXPLAINED = (
    "Ideal RL keeps the base's ratios among fixes. One round distils from a frozen base, the fixed point "
    "from the student itself, and balanced shows every strategy equally often."
)
FORETOLD = {"D_4": "Strategies among four fixes, D₄", "echo": "Echo: two fixes alike"}
"""Figure of a forecast to its panel."""


def moved(view: RunView) -> Figure:
    """Draw tilt and drift of every pair, and the kappas that were scored, one panel a slice."""
    panels: list[Panel] = []
    rows: list[tuple[Any, ...]] = []
    for metric, title in MOVES.items():
        found = {
            part: [
                (c.after, _of_metric(c.metrics[metric]))
                for c in view.comparisons
                if c.slice == part and metric in c.metrics
            ]
            for part in view.slices
        }
        panels += _dots(view, found, title=title, metric=metric, rows=rows)
    for field, title in KAPPAS.items():
        kept = {
            part: [
                (tilt.after, _of_interval(value))
                for tilt in view.tilts
                if tilt.slice == part and (value := getattr(tilt, field)) is not None
            ]
            for part in view.slices
        }
        panels += _dots(view, kept, title=title, metric=field, rows=rows)
    pooled = [tilt for tilt in view.tilts if tilt.slice == ALL] or list(view.tilts)
    return Figure(
        id="moved",
        title="Where did the mass move?",
        caption="Among correct fixes: right of the line, training moved toward what the base already "
        "preferred. Both are 0 where it kept the ratios between equally correct fixes.",
        definition="tilt",
        panels=tuple(panels),
        columns=("figure", "slice", "checkpoint", "value", "low", "high"),
        rows=tuple(rows),
        notes=tuple(dict.fromkeys(words for tilt in pooled for words in (tilt.sentence, *tilt.notes))),
    )


def demonstrations(view: RunView) -> Figure:
    """Draw what a checkpoint's own fixes would show it, as shares of its demonstrations."""
    marks: list[Row] = []
    rows: list[tuple[Any, ...]] = []
    for name, audit in view.audits.items():
        if not audit.demonstrations:
            continue
        lacking = sum(len(labels) for labels in audit.missing.values())
        counts = (audit.demonstrations, audit.bugs, audit.strategies, audit.rephrased, audit.copies)
        rows.append((name, *counts, audit.one_strategy, lacking))
        for field, words in PARTS.items():
            number = getattr(audit, field)
            share = number / audit.demonstrations
            tip = f"{name}: {percent(share)} of {audit.demonstrations} fixes, each {words}"
            marks.append({"checkpoint": name, "part": words, "share": share, "tip": tip})
    panels: tuple[Panel, ...] = ()
    if marks:
        alternative = "; ".join(str(row["tip"]) for row in marks)
        chart = charts.stacks(marks, checkpoints=view.checkpoints, parts=list(PARTS.values()))
        panels = (Panel(title="Of a checkpoint's own fixes, each …", chart=chart, alternative=alternative),)
    return Figure(
        id="demonstrations",
        title="What would a checkpoint learn from its own fixes?",
        caption="Self-distillation shows a model its own correct attempts. Copies and rewordings of a "
        "strategy push it further toward that one; only the first part shows it another way. "
        "The command reroll demos with --balance writes a set that covers the strategies evenly.",
        definition="demonstrations",
        panels=panels,
        columns=(
            "checkpoint",
            "demonstrations",
            "bugs",
            "strategies",
            "in other words",
            "copies",
            "bugs with one strategy",
            "known strategies not shown",
        ),
        rows=tuple(rows),
    )


def forecast(view: RunView) -> Figure:
    """Draw what the base alone foretells of each kind of training."""
    panels: list[Panel] = []
    rows: list[tuple[Any, ...]] = []
    names = list(STAGES.values())
    for outlook in view.outlooks:
        for metric, title in FORETOLD.items():
            data = []
            for stage, name in STAGES.items():
                estimate = outlook.stages.get(stage, {}).get(metric, Estimate(value=None))
                if estimate.value is not None:
                    rows.append(
                        (outlook.checkpoint, metric, name, estimate.value, estimate.low, estimate.high)
                    )
                    data.append(mark(name, 0, estimate, what=metric))
            if data:
                domain = (0.0, 1.0) if metric == "echo" else (1.0, _ceiling(data))
                chart = charts.dots(data, checkpoints=names, domain=domain)
                words = "; ".join(str(row["tip"]) for row in data)
                panels.append(
                    Panel(title=f"{title} · from {outlook.checkpoint}", chart=chart, alternative=words)
                )
    notes = tuple(note for outlook in view.outlooks for note in outlook.notes)
    return Figure(
        id="forecast",
        title="What does the base alone foretell?",
        caption="Computed from the base's own fixes and how much each is helped by seeing another one, "
        f"before any training. {STAGES_EXPLAINED}",
        definition="forecast",
        panels=tuple(panels),
        columns=("base", "figure", "training", "value", "low", "high"),
        rows=tuple(rows),
        notes=notes,
    )


def _dots(
    view: RunView,
    found: dict[str, list[tuple[str, Estimate]]],
    *,
    title: str,
    metric: str,
    rows: list[tuple[Any, ...]],
) -> Iterable[Panel]:
    """Yield one panel of dots a slice, all on one axis that holds 0, and add their data to `rows`."""
    known = {
        part: [(name, e) for name, e in pairs if e.value is not None and e.low is not None]
        for part, pairs in found.items()
    }
    every = [e for pairs in known.values() for _, e in pairs]
    ends = [0.0, *(e.low or 0.0 for e in every), *(e.high or 0.0 for e in every)]
    reach = (max(ends) - min(ends)) * 0.04 or 1.0
    domain = (min(ends) - reach, max(ends) + reach)
    for part, pairs in known.items():
        rows += [(metric, part, name, e.value, e.low, e.high) for name, e in pairs]
        data = [mark(name, 0, estimate, what=metric) for name, estimate in pairs]
        if data:
            chart = charts.dots(data, checkpoints=view.checkpoints, domain=domain)
            words = "; ".join(str(row["tip"]) for row in data)
            yield Panel(title=f"{title} · {part}", chart=chart, alternative=words)


def _ceiling(data: list[Row]) -> float:
    return max(2.0, min(4.0, max(float(row["high"]) for row in data) * 1.05))


def _of_metric(metric: Metric) -> Estimate:
    return Estimate(value=metric.delta, low=metric.low, high=metric.high)


def _of_interval(found: Interval) -> Estimate:
    return Estimate(value=found.estimate, low=found.low, high=found.high)
