"""Read a run: tallies, bugs, patches, strategies, and the frames of `frames.py`. Nothing here writes.

A million attempts stay usable: tallies are counted by SQLite, and texts are read one bug at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reroll.errors import LedgerError, UsageError
from reroll.ledger import frames, queries, rows
from reroll.ledger.ledger import FILE, connect
from reroll.records import Completion, Judgement, Patch, Signature, Strategy, Tally

if TYPE_CHECKING:
    import pandas


class ChainTurn(NamedTuple):
    """One turn of a chain."""

    strategy: str | None
    """Strategy of its patch; None without one."""
    fixed: bool
    """Whether it is a fix."""
    visible_passed: bool
    """Whether every visible test passed, which ends a chain."""


class Run:
    """A run on disk, open for reading.

    The frames have one row a thing and plain column types, so that Parquet and `datasets` take them as they
    are; docs/formats.md documents every column.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        path = self.folder / FILE if self.folder.is_dir() else self.folder
        if not path.is_file():
            raise UsageError(f"No run at {str(folder)!r}: there is no {FILE} in it")
        self.path = path
        self.folder = path.parent
        try:
            self._db = connect(path, read_only=True)
            self.specification: dict[str, Any] = {
                field: json.loads(value) for field, value in self._db.execute("SELECT field, value FROM run")
            }
        except sqlite3.DatabaseError as error:
            raise LedgerError(f"{str(path)!r} is not a ledger, or is damaged ({error})") from error

    @property
    def name(self) -> str:
        """Name of the run: that of its folder."""
        return self.folder.resolve().name

    @cached_property
    def checkpoints(self) -> dict[str, dict[str, str]]:
        """Checkpoints in the order in which they were added: name to `spec` and `digest`."""
        found = self._read("SELECT name, spec, digest FROM checkpoint ORDER BY position")
        return {name: {"spec": spec, "digest": digest} for name, spec, digest in found}

    @cached_property
    def attempts(self) -> pandas.DataFrame:
        """One row an attempt, ordered by bug, checkpoint, index and turn."""
        return self._attempts(None)

    def attempts_of(self, bug: str) -> pandas.DataFrame:
        """Return the rows of one bug, without reading the others."""
        return self._attempts(bug)

    def _attempts(self, bug: str | None) -> pandas.DataFrame:
        frame = frames.attempts(self._db, bug, bugs=self.bug_ids, checkpoints=tuple(self.checkpoints))
        sampling = self.specification.get("sampling", {})
        return frame.assign(temperature=sampling.get("temperature"), top_p=sampling.get("top_p"))

    @cached_property
    def bugs(self) -> pandas.DataFrame:
        """One row a bug: id, suite, slice, language, runner, tags, and how many reference fixes it has."""
        return frames.bugs(self._db)

    @cached_property
    def strategies(self) -> pandas.DataFrame:
        """One row a strategy and checkpoint: attempts and correct attempts, at both grains."""
        return frames.strategies(self._db, None)

    def strategies_of(self, bug: str) -> pandas.DataFrame:
        """Return the rows of one bug, without reading the others."""
        return frames.strategies(self._db, bug)

    @cached_property
    def outcomes(self) -> pandas.DataFrame:
        """One row a tested patch and test: bug, patch, test, outcome."""
        return frames.outcomes(self._db)

    @cached_property
    def bug_ids(self) -> tuple[str, ...]:
        """Ids of the bugs, in the order of their suites."""
        return tuple(bug for (bug,) in self._read("SELECT id FROM bug ORDER BY position"))

    def bug_row(self, bug: str) -> Mapping[str, Any]:
        """Return the recorded row of a bug, for `reroll.suite.table.from_row`.

        Raises:
            UsageError: The run has no such bug.
        """
        found = self._read("SELECT record FROM bug WHERE id = ?", (self.bug_id(bug),))
        row: Mapping[str, Any] = json.loads(found[0][0])
        return row

    def tallies(self, *, grain: str = "coarse") -> dict[str, list[Tally]]:
        """Return the counts of every bug by checkpoint, strategies at the given grain.

        The unit is the attempt; for chains it is the chain, which counts by its last turn. A correct patch
        that was not clustered yet counts under `unclustered`, so that x always sums to c.
        """
        made: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in self.checkpoints}
        for bug, slice_, checkpoint, verdict, strategy, count, tokens, seconds in self._read(
            queries.TALLY, (grain,)
        ):
            entry = made.setdefault(checkpoint, {}).setdefault(bug, _empty(bug, slice_))
            if verdict == "invalid":
                entry["invalid"] += count
                continue
            entry["attempts"] += count
            entry["tokens"] += int(tokens)
            entry["seconds"] += seconds
            if verdict == "fixed":
                entry["correct"] += count
                key = strategy or "unclustered"
                entry["strategies"][key] = entry["strategies"].get(key, 0) + count
        for bug, slice_, checkpoint, count in self._read(queries.LOST):
            made.setdefault(checkpoint, {}).setdefault(bug, _empty(bug, slice_))["invalid"] += count
        return {name: [Tally(**entry) for entry in bugs.values()] for name, bugs in made.items()}

    def pools(self) -> dict[str, list[dict[str, Any]]]:
        """Return what a user without an oracle chooses from: by checkpoint, the fields of a `Pool` per bug.

        A behaviour is what tests and probes showed; an attempt without a patch is a behaviour of its own.
        """
        made: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in self.checkpoints}
        for checkpoint, bug, none, visible, fixed, count in self._read(queries.POOLS):
            empty: dict[str, Any] = {"bug": bug, "attempts": 0, "visible": 0, "fixed": 0, "clusters": []}
            pool = made[checkpoint].setdefault(bug, empty)
            pool["attempts"] += count
            pool["visible"] += count * bool(visible)
            pool["fixed"] += count * bool(fixed)
            pool["clusters"] += [(1, False)] * count if none else [(count, bool(fixed))]
        return {name: list(bugs.values()) for name, bugs in made.items()}

    def scores(self) -> dict[str, dict[str, list[tuple[float, bool]]]]:
        """Return the mean log-probability per token of every counted attempt, and whether it is a fix.

        By checkpoint and bug; a bug with an attempt whose log-probabilities are not known is left out.
        """
        made: dict[str, dict[str, list[tuple[float, bool]]]] = {name: {} for name in self.checkpoints}
        unknown: set[tuple[str, str]] = set()
        for checkpoint, bug, packed, fixed in self._db.execute(queries.SCORES):
            known = rows.unpack("d", packed)
            if not known:
                unknown.add((checkpoint, bug))
                continue
            made[checkpoint].setdefault(bug, []).append((sum(known) / len(known), bool(fixed)))
        for checkpoint, bug in unknown:
            made[checkpoint].pop(bug, None)
        return made

    def demonstrations(self, *, grain: str = "coarse") -> list[tuple[str, str, str, int, int]]:
        """Return (checkpoint, bug, strategy, distinct patches, attempts) of the correct attempts."""
        return self._read(queries.DEMONSTRATIONS, (grain,))

    def chains(self, *, grain: str = "coarse") -> Iterator[tuple[str, str, list[ChainTurn]]]:
        """Yield (bug, checkpoint, turns) of every chain, up to a turn that the harness lost."""
        for (bug, checkpoint, _), found in groupby(
            self._db.execute(queries.TURNS, (grain,)), key=lambda row: (row[0], row[1], row[2])
        ):
            whole = takewhile(lambda row: not row[3], found)
            yield bug, checkpoint, [ChainTurn(row[4], bool(row[5]), bool(row[6])) for row in whole]

    def patch(self, digest: str) -> Patch:
        """Return a recorded patch."""
        found = self._read("SELECT files FROM patch WHERE digest = ?", (digest,))
        if not found:
            raise UsageError(f"Run {self.name!r} has no patch {digest!r}")
        return Patch(files=json.loads(found[0][0]))

    def judgements(self, bug: str) -> dict[str, Judgement]:
        """Return what the sandbox found about every tested patch of a bug, by digest."""
        found = self._read("SELECT * FROM judgement WHERE bug = ?", (bug,))
        return {row[1]: rows.judgement(row[2:]) for row in found}

    def signatures(self, bug: str) -> dict[str, Signature]:
        """Return the signature of every tested patch of a bug, by digest."""
        found = self._read("SELECT patch, record FROM signature WHERE bug = ?", (bug,))
        return {patch: _signature(json.loads(record)) for patch, record in found}

    def clusters(self, bug: str) -> tuple[Strategy, ...]:
        """Return the strategies of a bug at both grains."""
        query = (
            "SELECT s.grain, s.id, s.label, m.patch FROM strategy s JOIN member m ON m.bug = s.bug AND "
            "m.grain = s.grain AND m.strategy = s.id WHERE s.bug = ? ORDER BY s.grain, s.id, m.rank"
        )
        found: dict[tuple[str, str, str], list[str]] = {}
        for grain, identifier, label, patch in self._read(query, (bug,)):
            found.setdefault((grain, identifier, label), []).append(patch)
        return tuple(
            Strategy(grain=grain, id=identifier, label=label, members=tuple(members))
            for (grain, identifier, label), members in found.items()
        )

    def completions(
        self, bug: str, checkpoint: str | None = None
    ) -> Iterator[tuple[str, int, int, str | None, Completion]]:
        """Yield (checkpoint, index, turn, patch digest, completion) of a bug's attempts."""
        for row in self._db.execute(queries.COMPLETIONS, (bug, checkpoint, checkpoint)):
            (
                _,
                name,
                number,
                turn,
                _,
                text,
                reasoning,
                finish,
                prompt,
                tokens,
                ids,
                logprobs,
                seconds,
                patch,
                _,
            ) = row
            yield (
                name,
                number,
                turn,
                patch,
                Completion(
                    text=text,
                    reasoning=reasoning,
                    finish_reason=finish,
                    prompt_tokens=prompt,
                    completion_tokens=tokens,
                    token_ids=rows.unpack("i", ids),
                    logprobs=rows.unpack("d", logprobs),
                    seconds=seconds,
                ),
            )

    def flakiness(self) -> tuple[int, int]:
        """Return (patches that were tested twice, those whose verdict changed)."""
        query = (
            "SELECT count(*), total(r.verdict != j.verdict) FROM retest r "
            "JOIN judgement j ON j.bug = r.bug AND j.patch = r.patch"
        )
        tested, changed = self._read(query)[0]
        return int(tested), int(changed)

    def bug_id(self, bug: str) -> str:
        """Return the id of a bug that a user named by its id or its short name.

        Raises:
            UsageError: The run has no such bug, or several; the text lists some.
        """
        if bug in self.bug_ids:
            return bug
        close = [held for held in self.bug_ids if held.partition("/")[2] == bug]
        if len(close) == 1:
            return close[0]
        listed = close or self.bug_ids
        shown = ", ".join(listed[:8]) + (" …" if len(listed) > 8 else "")
        raise UsageError(f"Run {self.name!r} has no bug {bug!r}: there is {shown}")

    def to_parquet(self, folder: Path | str | None = None) -> Path:
        """Write `attempts`, `bugs`, `strategies` and `outcomes` as Parquet files, and return their folder."""
        target = Path(folder) if folder is not None else self.folder / "frames"
        target.mkdir(parents=True, exist_ok=True)
        for name in ("attempts", "bugs", "strategies", "outcomes"):
            getattr(self, name).to_parquet(target / f"{name}.parquet", index=False)
        return target

    def _read(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LedgerError(f"{str(self.path)!r} cannot be read: {error}") from error


def _empty(bug: str, slice_: str) -> dict[str, Any]:
    return {
        "bug": bug,
        "slice": slice_,
        "attempts": 0,
        "correct": 0,
        "strategies": {},
        "invalid": 0,
        "tokens": 0,
        "seconds": 0.0,
    }


def _signature(record: Mapping[str, Any]) -> Signature:
    return Signature(**{**record, "atoms": tuple(record["atoms"]), "tags": tuple(record["tags"])})
