"""Write a run: one SQLite file, each thing as it completes, so that `kill -9` loses nothing that was done.

The same specification resumes a run, more attempts, bugs or checkpoints extend it, and anything else is
refused with the fields that differ. Reading is left to `reroll.ledger.run`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from reroll.errors import LedgerError, UsageError
from reroll.ledger import rows
from reroll.records import Attempt, Judgement, Patch, Sampling, Signature, Strategy

FILE = "run.sqlite"
"""Name of the ledger in the folder of its run."""

_SCHEMA = Path(__file__).with_name("schema.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What must be equal for a run to go on: it decides what an attempt is."""

    agent: str
    """Name of the agent."""
    agent_digest: str
    """Hash of its templates and settings."""
    loop: str
    """`independent`, `chain` or `reference`: what the unit of the statistics is."""
    sampling: Sampling
    """How completions are drawn."""
    seed: int
    """Seed of the run."""


class Ledger:
    """The open ledger of one run; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(f"Folder {str(folder)!r} cannot be made: {error.strerror}") from error
        with self._guard():
            self._db = connect(self.path)
            self._db.executescript(_SCHEMA.read_text(encoding="utf-8"))

    def __enter__(self) -> Ledger:
        """Return the ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish writing and close."""
        self._db.close()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise LedgerError(_explain(error, self.path)) from error

    def _write(self, statement: str, values: Sequence[Any]) -> None:
        with self._guard(), self._db:
            self._db.execute(statement, values)

    def _read(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._guard():
            return self._db.execute(query, values).fetchall()

    def begin(self, specification: Specification) -> None:
        """Claim the run for a specification, or check that it is the one it was begun with.

        Raises:
            UsageError: The run was begun with another specification; the text names the fields.
        """
        wanted = {key: json.dumps(value, sort_keys=True) for key, value in asdict(specification).items()}
        held = dict(self._read("SELECT field, value FROM run"))
        differing = [key for key, value in wanted.items() if key in held and held[key] != value]
        if differing:
            fields = "; ".join(f"{key} was {held[key]}, now {wanted[key]}" for key in differing)
            raise UsageError(
                f"Run {str(self.folder)!r} was made with another specification: {fields}. Use another --out"
            )
        with self._guard(), self._db:
            self._db.executemany("INSERT OR IGNORE INTO run VALUES (?, ?)", wanted.items())

    def add_bugs(self, described: Iterable[tuple[str, str, str, str, Mapping[str, Any]]]) -> None:
        """Add bugs as (id, suite, slice, digest, row) that the run does not hold yet.

        Raises:
            UsageError: A bug of that id is there with other contents.
        """
        held = dict(self._read("SELECT id, digest FROM bug"))
        with self._guard(), self._db:
            for bug, suite, slice_, digest, row in described:
                if bug in held:
                    if held[bug] != digest:
                        raise UsageError(
                            f"Bug {bug!r} has changed since run {str(self.folder)!r} began. Use another --out"
                        )
                    continue
                self._db.execute(
                    "INSERT INTO bug SELECT ?, (SELECT count(*) FROM bug), ?, ?, ?, ?",
                    (bug, suite, slice_, digest, json.dumps(row, ensure_ascii=False)),
                )

    def add_checkpoint(self, name: str, *, spec: str, digest: str) -> None:
        """Add a checkpoint, or check that it is the one that the run knows by this name.

        Raises:
            UsageError: Another checkpoint has this name in the run.
        """
        held = self._read("SELECT digest FROM checkpoint WHERE name = ?", (name,))
        if held and held[0][0] != digest:
            raise UsageError(
                f"Checkpoint {name!r} is another one than in run {str(self.folder)!r} "
                f"({held[0][0][:16]}…, now {digest[:16]}…). Give it another name, or use another --out"
            )
        self._write(
            "INSERT OR IGNORE INTO checkpoint SELECT ?, (SELECT count(*) FROM checkpoint), ?, ?",
            (name, spec, digest),
        )

    def held(self, checkpoint: str) -> dict[str, set[tuple[int, int]]]:
        """Return the attempts of a checkpoint that are recorded: bug to (index, turn)."""
        found: dict[str, set[tuple[int, int]]] = {}
        query = "SELECT bug, number, turn FROM attempt WHERE checkpoint = ?"
        for bug, number, turn in self._read(query, (checkpoint,)):
            found.setdefault(bug, set()).add((number, turn))
        return found

    def counted(self, checkpoint: str) -> tuple[int, int]:
        """Return how many attempts of a checkpoint have a verdict, and how many of them are fixed."""
        query = (
            "SELECT count(*), total(j.verdict = 'fixed') FROM attempt a LEFT JOIN judgement j "
            "ON j.bug = a.bug AND j.patch = a.patch "
            "WHERE a.checkpoint = ? AND (a.patch IS NULL OR j.bug IS NOT NULL)"
        )
        tested, fixed = self._read(query, (checkpoint,))[0]
        return int(tested), int(fixed)

    def unjudged(self, checkpoint: str) -> list[tuple[str, str]]:
        """Return (bug, patch digest) of recorded attempts whose patch was not tested yet."""
        return self._read(
            "SELECT DISTINCT a.bug, a.patch FROM attempt a LEFT JOIN judgement j ON j.bug = a.bug AND "
            "j.patch = a.patch WHERE a.checkpoint = ? AND a.patch IS NOT NULL AND j.bug IS NULL",
            (checkpoint,),
        )

    def tested_once(self) -> list[tuple[str, str]]:
        """Return (bug, patch digest) of the patches that were tested but not retested."""
        return self._read(
            "SELECT j.bug, j.patch FROM judgement j LEFT JOIN retest r "
            "ON r.bug = j.bug AND r.patch = j.patch WHERE r.bug IS NULL ORDER BY j.bug, j.patch"
        )

    def record_attempt(self, attempt: Attempt) -> None:
        """Write one attempt and its patch; an earlier note that it was lost is dropped."""
        patch = attempt.patch
        with self._guard(), self._db:
            if patch is not None:
                self._record_patch(patch)
            self._db.execute(
                f"INSERT OR IGNORE INTO attempt VALUES ({', '.join('?' * 15)})",
                (
                    *(attempt.bug, attempt.checkpoint, attempt.index, attempt.turn, attempt.seed),
                    *rows.completion_values(attempt.completion),
                    *(patch.digest if patch else None, attempt.reason and rows.storable(attempt.reason)),
                ),
            )
            self._db.execute(
                "DELETE FROM invalid WHERE bug = ? AND checkpoint = ? AND number = ? AND turn = ?",
                (attempt.bug, attempt.checkpoint, attempt.index, attempt.turn),
            )

    def record_invalid(self, bug: str, checkpoint: str, *, index: int, turn: int, reason: str) -> None:
        """Note that the harness lost an attempt; the same command tries it again."""
        self._write(
            "INSERT OR REPLACE INTO invalid VALUES (?, ?, ?, ?, ?)", (bug, checkpoint, index, turn, reason)
        )

    def whole_chains(self, bug: str, checkpoint: str, *, turns: int) -> set[int]:
        """Return the chains that ended: every turn was taken, or the last patch passed the visible tests."""
        query = (
            "SELECT a.number FROM attempt a LEFT JOIN judgement j ON j.bug = a.bug AND j.patch = a.patch "
            "WHERE a.bug = ? AND a.checkpoint = ? AND (j.visible_passed = 1 OR "
            "(a.turn = ? AND (a.patch IS NULL OR j.bug IS NOT NULL)))"
        )
        return {number for (number,) in self._read(query, (bug, checkpoint, turns - 1))}

    def drop_chain(self, bug: str, checkpoint: str, index: int) -> None:
        """Forget the turns of a chain that was cut off: a chain is whole or it is not there."""
        for table in ("attempt", "invalid"):
            self._write(
                f"DELETE FROM {table} WHERE bug = ? AND checkpoint = ? AND number = ?",
                (bug, checkpoint, index),
            )

    def record_judgement(
        self, bug: str, patch: Patch, judgement: Judgement, *, signature: Signature | None
    ) -> None:
        """Write what the sandbox found about one patch of one bug, and what the patch does to the code.

        Both or neither: a patch that was tested is not looked at again, so its signature would stay unknown.
        `signature` is None for the source as it is.
        """
        with self._guard(), self._db:
            self._record_patch(patch)
            key = (bug, patch.digest)
            values = (*key, *rows.judgement_values(judgement))
            self._db.execute(f"INSERT OR REPLACE INTO judgement VALUES ({', '.join('?' * 13)})", values)
            if signature is not None:
                record = json.dumps(asdict(signature))
                self._db.execute("INSERT OR REPLACE INTO signature VALUES (?, ?, ?)", (*key, record))

    def record_retest(self, bug: str, patch: str, judgement: Judgement) -> None:
        """Write the second test of a patch, by which flakiness is measured."""
        outcomes = json.dumps(dict(judgement.outcomes))
        self._write(
            "INSERT OR REPLACE INTO retest VALUES (?, ?, ?, ?)", (bug, patch, judgement.verdict, outcomes)
        )

    def record_strategies(self, bug: str, strategies: Iterable[Strategy]) -> None:
        """Replace the strategies of a bug; they follow from signatures and outcomes."""
        with self._guard(), self._db:
            for table in ("strategy", "member"):
                self._db.execute(f"DELETE FROM {table} WHERE bug = ?", (bug,))
            for strategy in strategies:
                key = (bug, strategy.grain)
                self._db.execute(
                    "INSERT INTO strategy VALUES (?, ?, ?, ?)", (*key, strategy.id, strategy.label)
                )
                self._db.executemany(
                    "INSERT INTO member VALUES (?, ?, ?, ?, ?)",
                    [(*key, patch, strategy.id, rank) for rank, patch in enumerate(strategy.members)],
                )

    def judgement(self, bug: str, patch: str) -> Judgement | None:
        """Return what is known about one patch of one bug, or None."""
        found = self._read("SELECT * FROM judgement WHERE bug = ? AND patch = ?", (bug, patch))
        return rows.judgement(found[0][2:]) if found else None

    def patch(self, digest: str) -> Patch:
        """Return a recorded patch."""
        found = self._read("SELECT files FROM patch WHERE digest = ?", (digest,))
        if not found:
            raise LedgerError(f"{self.path} lacks patch {digest!r}: the ledger is damaged")
        return Patch(files=json.loads(found[0][0]))

    def _record_patch(self, patch: Patch) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO patch VALUES (?, ?)",
            (patch.digest, json.dumps(dict(patch.files), ensure_ascii=False)),
        )


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a ledger's file; a write is durable when the process dies, not only when it ends well."""
    if read_only:
        return sqlite3.connect(f"file:{path.resolve().as_posix()}?mode=ro", uri=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _explain(error: sqlite3.DatabaseError, path: Path) -> str:
    text = str(error)
    if "full" in text:
        return f"The disk of {str(path)!r} is full; free some space and give the same command again"
    if "not a database" in text or "malformed" in text:
        return f"{str(path)!r} is not a ledger, or is damaged ({text}); restore it or use another --out"
    if "locked" in text:
        return f"{str(path)!r} is in use by another reroll; wait for it, or use another --out"
    if "readonly" in text or "unable to open" in text:
        return f"{str(path)!r} cannot be written: {text}"
    return f"{str(path)!r}: {text}"
