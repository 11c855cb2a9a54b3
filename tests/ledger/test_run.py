"""A run is read as frames, and what is wrong with its file is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

import reroll
from reroll.errors import LedgerError, UsageError
from reroll.ledger import Ledger, Run, Specification
from reroll.ledger.rows import pack, unpack
from reroll.records import Attempt, Completion, Judgement, Patch, Sampling, Signature, Verdict
from reroll.suite import table
from reroll.testing import make_bug

BUG = make_bug()
PATCH = Patch(files={"solution.py": "def f():\n    return 2\n"})
COMPLETION = Completion(
    text="2|return 2\ud800",
    prompt_tokens=5,
    completion_tokens=3,
    token_ids=(1, 2, 70000),
    logprobs=(-0.5, -0.25, 0.0),
)
JUDGEMENT = Judgement(
    verdict=Verdict.FIXED,
    outcomes={"visible/a": "passed", "hidden/b": "passed"},
    seconds={"visible/a": 0.25},
    probes={"f()": "2"},
    evidence=("seen",),
    wall_seconds=0.5,
    peak_memory_bytes=7,
)
SIGNATURE = Signature(
    unit="f",
    dominant="return constant",
    atoms=("return constant",),
    tags=("return",),
    label="returns another",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Ledger(tmp_path / "run") as ledger:
        ledger.begin(
            Specification(
                agent="a", agent_digest="", loop="independent", sampling=Sampling(temperature=0.7), seed=1
            )
        )
        ledger.add_bugs([(BUG.id, BUG.suite, BUG.slice, BUG.digest, table.to_row(BUG))])
        ledger.add_checkpoint("base", spec="hf:x", digest="d")
        for index in range(3):
            ledger.record_attempt(
                Attempt(
                    bug=BUG.id,
                    checkpoint="base",
                    index=index,
                    turn=0,
                    seed=index,
                    completion=COMPLETION,
                    patch=PATCH,
                )
            )
        ledger.record_judgement(BUG.id, PATCH, JUDGEMENT, signature=SIGNATURE)
    return tmp_path / "run"


def test_attempts_are_a_frame_with_the_documented_columns(folder: Path) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    frame = reroll.open(folder).attempts
    assert list(frame["correct"]) == [True] * 3
    assert set(frame["temperature"]) == {0.7}
    assert all(f"| `{column}` |" in documented for column in frame.columns)


def test_judgements_and_completions_come_back_whole(folder: Path) -> None:
    run = Run(folder)
    assert run.judgements(BUG.id) == {PATCH.digest: JUDGEMENT}
    assert run.signatures(BUG.id) == {PATCH.digest: SIGNATURE}
    name, index, turn, patch, completion = next(iter(run.completions(BUG.id)))
    assert (name, index, turn, patch) == ("base", 0, 0, PATCH.digest)
    assert completion.token_ids == COMPLETION.token_ids
    assert completion.logprobs == COMPLETION.logprobs


def test_the_bug_comes_back_from_its_row(folder: Path) -> None:
    assert table.from_row(Run(folder).bug_row(BUG.id)) == BUG


def test_frames_load_as_a_data_set(folder: Path) -> None:
    import datasets

    target = reroll.open(folder).to_parquet()
    loaded = datasets.load_dataset(
        "parquet", data_files=str(target / "attempts.parquet"), split="train", cache_dir=str(folder / "cache")
    )
    assert loaded["verdict"] == ["fixed"] * 3


def test_an_unknown_bug_lists_those_that_exist(folder: Path) -> None:
    with pytest.raises(UsageError, match="suite/bug"):
        Run(folder).bug_row("nonsense")


def test_the_short_name_of_a_bug_is_enough(folder: Path) -> None:
    assert Run(folder).bug_row("bug")["suite"] == "suite"


def test_a_folder_without_a_run_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No run at"):
        reroll.open(tmp_path)


def test_a_damaged_ledger_is_one_line(folder: Path) -> None:
    (folder / "run.sqlite").write_bytes(b"not a database at all" * 400)
    for path in folder.glob("run.sqlite-*"):
        path.unlink()
    with pytest.raises(LedgerError, match="damaged"):
        Run(folder)
    with pytest.raises(LedgerError, match="damaged"), Ledger(folder):
        pass


def test_a_changed_bug_is_refused(folder: Path) -> None:
    other = make_bug(source="def f():\n    return 9\n")
    with Ledger(folder) as ledger, pytest.raises(UsageError, match="has changed"):
        ledger.add_bugs([(other.id, other.suite, other.slice, other.digest, table.to_row(other))])


@pytest.mark.parametrize(("code", "numbers"), [("i", (0, -1, 2**31 - 1)), ("d", (0.1, -1e300)), ("d", ())])
def test_numbers_survive_packing(code: str, numbers: tuple[float, ...]) -> None:
    assert unpack(code, pack(code, numbers)) == numbers
