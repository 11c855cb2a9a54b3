"""A run as pandas frames: one row a thing, plain column types; docs/formats.md documents every column."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reroll.ledger import queries

if TYPE_CHECKING:
    import pandas


def attempts(
    db: sqlite3.Connection, bug: str | None, *, bugs: Sequence[str], checkpoints: Sequence[str]
) -> pandas.DataFrame:
    """Return one row an attempt, of one bug or of all, ordered by bug, checkpoint, index and turn."""
    import pandas

    query = queries.about(queries.ATTEMPTS, bug, attempt="a.bug", invalid="i.bug")
    frame = pandas.read_sql_query(query, db, params=None if bug is None else (bug, bug))
    frame = frame.assign(
        _bug=frame["bug"].map({held: place for place, held in enumerate(bugs)}),
        _checkpoint=frame["checkpoint"].map({held: place for place, held in enumerate(checkpoints)}),
    )
    frame = frame.sort_values(["_bug", "_checkpoint", "index", "turn"], kind="stable", ignore_index=True)
    frame = frame.drop(columns=["_bug", "_checkpoint"])
    frame = frame.assign(visible_passed=frame["visible_passed"].astype(bool))
    frame.insert(8, "correct", frame["verdict"] == "fixed")
    frame.insert(9, "counted", frame["verdict"] != "invalid")
    for column in ("seed", "prompt_tokens", "completion_tokens"):
        frame[column] = frame[column].astype("Int64")
    return frame


def bugs(db: sqlite3.Connection) -> pandas.DataFrame:
    """Return one row a bug: id, suite, slice, language, runner, tags, and how many reference fixes it has."""
    import pandas

    found = db.execute("SELECT id, suite, slice, record FROM bug ORDER BY position")
    described = [(bug, suite, slice_, json.loads(record)) for bug, suite, slice_, record in found]
    return pandas.DataFrame(
        {
            "bug": [bug for bug, *_ in described],
            "suite": [suite for _, suite, *_ in described],
            "slice": [slice_ for _, _, slice_, _ in described],
            "language": [row["language"] for *_, row in described],
            "runner": [row["tests"]["runner"] for *_, row in described],
            "tags": [list(row["tags"]) for *_, row in described],
            "reference_fixes": [len(row["fixes"]) for *_, row in described],
        }
    )


def strategies(db: sqlite3.Connection, bug: str | None) -> pandas.DataFrame:
    """Return one row a strategy and checkpoint, of one bug or of all: attempts and fixes, at both grains."""
    import pandas

    query = queries.about(queries.STRATEGIES, bug, strategy="s.bug")
    return pandas.read_sql_query(query, db, params=None if bug is None else (bug,))


def outcomes(db: sqlite3.Connection) -> pandas.DataFrame:
    """Return one row a tested patch and test."""
    import pandas

    found = db.execute("SELECT bug, patch, outcomes FROM judgement ORDER BY bug, patch")
    flat = [(b, p, test, outcome) for b, p, text in found for test, outcome in json.loads(text).items()]
    return pandas.DataFrame(flat, columns=["bug", "patch", "test", "outcome"])
