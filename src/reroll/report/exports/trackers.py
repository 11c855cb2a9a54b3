"""The figures of a run in an experiment tracker: Weights & Biases, MLflow or trackio, where asked for.

`scalars` says what is logged; the rest is one small function a tracker. None of them is a dependency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any

from reroll.errors import MissingDependency, UsageError
from reroll.report.comparison import Comparison
from reroll.report.words import verdict_words

EXTRA = "trackers"
"""Extra of the package that installs them."""


def scalars(comparisons: Sequence[Comparison]) -> dict[str, float]:
    """Return figures by `SLICE/AFTER/METRIC/PART`, part being before, after, delta, low, high or p.

    What the data do not define is left out. `@` becomes `_at_`, which every tracker accepts.
    """
    found = {}
    for comparison in comparisons:
        for metric in comparison.metrics.values():
            name = metric.name.replace("@", "_at_")
            for part in ("before", "after", "delta", "low", "high", "p"):
                value = getattr(metric, part)
                if value is not None and isfinite(value):
                    found[f"{comparison.slice}/{comparison.after}/{name}/{part}"] = float(value)
    return found


def log_comparisons(
    comparisons: Sequence[Comparison],
    *,
    tracker: str,
    project: str,
    run: str,
    specification: Mapping[str, Any] | None = None,
    report: Path | None = None,
) -> None:
    """Log the figures and verdicts of a run.

    Args:
        comparisons: what to log.
        tracker: `wandb`, `mlflow` or `trackio`; credentials and addresses are the tracker's own business.
        project: name of the project or experiment.
        run: name of the run there.
        specification: what defines the run, logged as its configuration.
        report: folder of the report, attached where the tracker keeps files.

    Raises:
        UsageError: for another tracker, or what a tracker says that does not take the figures.
        MissingDependency: if the tracker is not installed.
    """
    if tracker not in TRACKERS:
        raise UsageError(f"No tracker {tracker!r}; there are {', '.join(TRACKERS)}")
    try:
        module = import_module(tracker)
    except ImportError as error:
        raise MissingDependency(tracker, extra=EXTRA) from error
    verdicts = {f"{c.slice}/{c.after}/verdict": verdict_words(c) for c in comparisons}
    settings = {"project": project, "run": run, "config": {**(specification or {}), **verdicts}}
    try:
        TRACKERS[tracker](module, scalars(comparisons), settings, report)
    except Exception as error:  # a tracker's own errors have no common base, and mean its settings
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise UsageError(f"{tracker} did not take the figures: {first}") from error


def _wandb(module: Any, figures: dict[str, float], settings: Mapping[str, Any], report: Path | None) -> None:
    started = module.init(project=settings["project"], name=settings["run"], config=settings["config"])
    started.log(figures)
    if report is not None:
        artifact = module.Artifact(f"{settings['run']}-report", type="report")
        artifact.add_dir(str(report))
        started.log_artifact(artifact)
    started.finish()


def _mlflow(module: Any, figures: dict[str, float], settings: Mapping[str, Any], report: Path | None) -> None:
    module.set_experiment(settings["project"])
    with module.start_run(run_name=settings["run"]):
        module.log_params({name: str(value)[:500] for name, value in settings["config"].items()})
        module.log_metrics(figures)
        if report is not None:
            module.log_artifacts(str(report), artifact_path="report")


def _trackio(module: Any, figures: dict[str, float], settings: Mapping[str, Any], _: Path | None) -> None:
    module.init(project=settings["project"], name=settings["run"], config=settings["config"])
    module.log(figures)
    module.finish()


TRACKERS: dict[str, Callable[[Any, dict[str, float], Mapping[str, Any], Path | None], None]] = {
    "wandb": _wandb,
    "mlflow": _mlflow,
    "trackio": _trackio,
}
"""Tracker to the function that logs to it; the name is also the module's."""
