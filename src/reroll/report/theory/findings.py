"""What was found about a run by scoring it, kept beside its ledger: tilts and forecasts.

`reroll tilt` and `reroll forecast` need the checkpoints, and a report is written where there are none. So
each of them leaves what it found in the folder of the run, and the report shows what is there:

    RUN/tilt/<before>-<after>-<grain>.json   {"kind": "tilt", "version": 1, "before", "after", "grain",
                                              "attempts": {checkpoint: attempts of the run by then},
                                              "tilts": [one object a slice, `all` first: the fields of
                                                        `theory.tilt.Tilt`]}
    RUN/forecast/<checkpoint>-<grain>.json   {"kind": "forecast", "version": 1, "checkpoint", "grain",
                                              "attempts": {…}, "forecast": `theory.outlook.document`,
                                              "lines": [the same in words]}

A finding of the same pair and grain takes the place of the last one. Where a run has grown since, the
finding's `attempts` are fewer than the run's, and `outdated` says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.errors import LedgerError
from reroll.report.view import Estimate, Outlook

if TYPE_CHECKING:
    from reroll.ledger import Run
    from reroll.report.theory.tilt import Tilt

VERSION = 1
KINDS = ("tilt", "forecast")


def keep(run: Run, kind: str, *, names: tuple[str, ...], grain: str, found: Mapping[str, Any]) -> Path:
    """Write one finding into the folder of its run, and return its path.

    Args:
        run: the run that it is about.
        kind: `tilt` or `forecast`.
        names: the checkpoints that it is about.
        grain: of the strategies.
        found: what was found, as JSON values.

    Raises:
        LedgerError: the folder cannot be written.
    """
    path = run.folder / kind / f"{'-'.join(names)}-{grain}.json"
    value = {"kind": kind, "version": VERSION, "grain": grain, "attempts": _attempts(run, names), **found}
    try:
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(beside, path)  # whoever reads meanwhile sees the old one or the new one
    except OSError as error:
        raise LedgerError(f"{str(path)!r} cannot be written: {error.strerror}") from error
    return path


def kept(run: Run, kind: str) -> list[dict[str, Any]]:
    """Return the findings of one kind, ordered by file name; those of an unknown version are left out.

    Raises:
        LedgerError: a file is no finding; the text says which.
    """
    values = []
    for path in sorted((run.folder / kind).glob("*.json")):
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LedgerError(f"{str(path)!r} is no {kind}: {error}; remove it and measure again") from error
        if isinstance(value, dict) and (value.get("kind"), value.get("version")) == (kind, VERSION):
            values.append(value)
    return values


def outdated(finding: Mapping[str, Any], run: Run) -> bool:
    """Tell whether the run has gained attempts of these checkpoints since the finding."""
    return bool(finding["attempts"] != _attempts(run, tuple(finding["attempts"])))


def tilts_of(run: Run, *, grain: str) -> tuple[Tilt, ...]:
    """Return the tilts that are kept for checkpoints of the run, at a grain."""
    from reroll.report.theory.tilt import from_document

    return tuple(
        from_document(value)
        for finding in kept(run, "tilt")
        if finding["grain"] == grain and {finding["before"], finding["after"]} <= set(run.checkpoints)
        for value in finding["tilts"]
    )


def outlooks_of(run: Run, *, grain: str) -> tuple[Outlook, ...]:
    """Return the forecasts that are kept for checkpoints of the run, at a grain."""
    found = []
    for finding in kept(run, "forecast"):
        if finding["grain"] != grain or finding["checkpoint"] not in run.checkpoints:
            continue
        forecast = finding["forecast"]
        unknown = forecast["unknown"]
        first = next(iter(unknown.items()), None)
        found.append(
            Outlook(
                checkpoint=finding["checkpoint"],
                bugs=len(forecast["bugs"]),
                stages={
                    stage: {
                        name: Estimate(value=value["estimate"], low=value["low"], high=value["high"])
                        for name, value in values.items()
                    }
                    for stage, values in forecast["stages"].items()
                },
                notes=(f"{len(unknown)} bugs have no forecast, such as {first[0]}: {first[1]}",)
                if first
                else (),
            )
        )
    return tuple(found)


def outdated_notes(run: Run) -> tuple[str, ...]:
    """Return a sentence for every finding that knows fewer attempts than the run has."""
    return tuple(
        f"The {kind} of {' → '.join(finding['attempts'])} is older than the last attempts: "
        f"`reroll {kind}` makes it anew"
        for kind in KINDS
        for finding in kept(run, kind)
        if outdated(finding, run)
    )


def _attempts(run: Run, names: tuple[str, ...]) -> dict[str, int]:
    tallies = run.tallies()
    return {name: sum(tally.attempts for tally in tallies.get(name, ())) for name in names}
