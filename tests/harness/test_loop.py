"""The loop records all once, tests equal patches once, and never turns its own failures into verdicts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from reroll.errors import LedgerError, ModelError, SandboxError, UsageError
from reroll.harness.bench import Bench, seed_of
from reroll.harness.clustering import cluster_run
from reroll.harness.loop import retest, run_checkpoint
from reroll.ledger import Ledger, Run, Specification
from reroll.records import Agent, Bug, Prompt, Sampling, Verdict
from reroll.suite import table
from reroll.testing import InMemorySandbox, ScriptedModel, make_bug

AGENT = Agent(name="lines", loop="independent", edit_format="lines", template="{{ source }}", chat=False)
BUGS = [make_bug("one"), make_bug("two", part="ood")]


def right(bug: Bug, files: Mapping[str, str]) -> Verdict:
    return Verdict.FIXED if "return 2" in files["solution.py"] else Verdict.FAILED


def run(
    folder: Path,
    model: ScriptedModel,
    sandbox: InMemorySandbox,
    *,
    attempts: int = 4,
    agent: Agent = AGENT,
    seed: int = 0,
    temperature: float = 1.0,
) -> Run:
    with Ledger(folder) as ledger:
        ledger.begin(
            Specification(
                agent=agent.name,
                agent_digest="",
                loop=agent.loop,
                sampling=Sampling(temperature=temperature),
                seed=seed,
            )
        )
        ledger.add_bugs((b.id, b.suite, b.slice, b.digest, table.to_row(b)) for b in BUGS)
        ledger.add_checkpoint(model.name, spec="scripted", digest=model.digest)
        bench = Bench(
            bugs={b.id: b for b in BUGS},
            agent=agent,
            checkpoint=model.name,
            attempts=attempts,
            seed=seed,
            ledger=ledger,
            sandbox=sandbox,
        )
        try:
            asyncio.run(run_checkpoint(bench, model))
        finally:
            cluster_run(ledger, [b.id for b in BUGS])
    return Run(folder)


def answer_by_index(prompt: Prompt, index: int) -> str:
    return ("2|return 2", "2|return 3", "no edit at all", "2+|x = 1")[index % 4]


def test_every_attempt_is_recorded_with_its_verdict(tmp_path: Path) -> None:
    frame = run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right)).attempts
    assert list(frame["verdict"]) == ["fixed", "failed", "no_patch", "failed"] * 2
    assert list(frame["index"]) == [0, 1, 2, 3] * 2
    assert list(frame["slice"]) == ["id"] * 4 + ["ood"] * 4
    assert "is not a line edit" in frame["reason"][2]


def test_equal_patches_are_tested_once(tmp_path: Path) -> None:
    sandbox = InMemorySandbox(right)
    run(tmp_path, ScriptedModel(lambda prompt, index: "2|return 2"), sandbox, attempts=20)
    baselines_and_patches = 2 * 2
    assert len(sandbox.tested) == baselines_and_patches


def test_each_attempt_has_its_own_seed(tmp_path: Path) -> None:
    model = ScriptedModel(answer_by_index)
    run(tmp_path, model, InMemorySandbox(right), attempts=32)
    seeds = [seed for _, _, seed in model.asked]
    assert len(set(seeds)) == 64
    assert seed_of(0, "suite/one", "scripted", 3) in seeds


def test_the_same_command_asks_for_nothing_that_is_there(tmp_path: Path) -> None:
    run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right))
    model, sandbox = ScriptedModel(answer_by_index), InMemorySandbox(right)
    run(tmp_path, model, sandbox)
    assert (model.asked, sandbox.tested) == ([], [])


def test_more_attempts_extend_a_run(tmp_path: Path) -> None:
    before = run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right)).attempts
    model = ScriptedModel(answer_by_index)
    after = run(tmp_path, model, InMemorySandbox(right), attempts=6).attempts
    assert [(bug, index) for bug, index, _ in model.asked] == [(b.id, i) for b in BUGS for i in (4, 5)]
    assert after[after["index"] < 4].reset_index(drop=True).equals(before)


def test_another_specification_is_refused_with_the_fields_that_differ(tmp_path: Path) -> None:
    run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right))
    with pytest.raises(UsageError, match=r"sampling was .*1\.0.* now .*0\.5.*seed was 0, now 9"):
        run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right), seed=9, temperature=0.5)


def test_another_checkpoint_of_the_same_name_is_refused(tmp_path: Path) -> None:
    run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right))
    model = ScriptedModel(answer_by_index)
    model.digest = "scripted:other"
    with pytest.raises(UsageError, match="another one"):
        run(tmp_path, model, InMemorySandbox(right))


def fails_at_first(what: Exception) -> Callable[[], Exception | None]:
    left = [what]
    return lambda: left.pop() if left else None


def test_a_dead_sandbox_is_no_verdict_and_is_tried_again(tmp_path: Path) -> None:
    def judge(bug: Bug, files: Mapping[str, str]) -> Verdict | SandboxError:
        return SandboxError("the daemon is gone") if "return 3" in files["solution.py"] else right(bug, files)

    first = run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(judge))
    assert list(first.attempts["verdict"]).count("invalid") == 2
    assert [t.attempts for t in first.tallies()["scripted"]] == [3, 3]
    second = run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right))
    assert list(second.attempts["verdict"]) == ["fixed", "failed", "no_patch", "failed"] * 2


def test_a_dead_model_is_no_verdict_and_is_tried_again(tmp_path: Path) -> None:
    def answer(prompt: Prompt, index: int) -> str | ModelError:
        return ModelError("the server is down") if index == 1 else answer_by_index(prompt, index)

    first = run(tmp_path, ScriptedModel(answer), InMemorySandbox(right))
    assert [(t.attempts, t.invalid) for t in first.tallies()["scripted"]] == [(3, 1), (3, 1)]
    assert set(first.attempts.loc[~first.attempts["counted"], "reason"]) == {"the server is down"}
    second = run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(right))
    assert [(t.attempts, t.invalid) for t in second.tallies()["scripted"]] == [(4, 0), (4, 0)]


def test_infrastructure_failures_never_lower_pass_at_1(tmp_path: Path) -> None:
    def judge(bug: Bug, files: Mapping[str, str]) -> Verdict | SandboxError:
        return SandboxError("disk full") if "x = 1" in files["solution.py"] else right(bug, files)

    tallies = run(tmp_path, ScriptedModel(answer_by_index), InMemorySandbox(judge)).tallies()["scripted"]
    assert [t.correct / t.attempts for t in tallies] == [1 / 3, 1 / 3]


def test_strategies_are_counted_per_bug(tmp_path: Path) -> None:
    one = run(tmp_path, ScriptedModel(lambda prompt, index: "2|return 2"), InMemorySandbox(right))
    for tally in one.tallies()["scripted"]:
        assert sum(tally.strategies.values()) == tally.correct == 4
        assert len(tally.strategies) == 1


def test_a_run_that_ends_between_test_and_signature_tells_strategies_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    model = ScriptedModel(lambda prompt, index: "2|return 2")
    with monkeypatch.context() as patched:
        patched.setattr("reroll.strategies.sign", ended)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, model, InMemorySandbox(right))
    assert run(tmp_path, model, InMemorySandbox(right)).attempts["coarse"].notna().all()


CHAIN = Agent(
    name="chain",
    loop="chain",
    turns=3,
    edit_format="lines",
    chat=False,
    template="{% for turn in history %}{{ turn.failures }}|{% endfor %}",
)


def test_a_chain_goes_on_until_the_visible_tests_pass(tmp_path: Path) -> None:
    def answer(prompt: Prompt, index: int) -> str:
        return "2|return 2" if prompt.text.count("visible/shown: failed") == 1 else "2|return 3"

    frame = run(tmp_path, ScriptedModel(answer), InMemorySandbox(right), agent=CHAIN, attempts=2).attempts
    assert list(frame["turn"]) == [0, 1] * 4
    assert list(frame["verdict"]) == ["failed", "fixed"] * 4


def test_a_chain_counts_once_by_its_last_turn(tmp_path: Path) -> None:
    made = run(
        tmp_path, ScriptedModel(lambda p, i: "2|return 3"), InMemorySandbox(right), agent=CHAIN, attempts=2
    )
    assert [(t.attempts, t.correct) for t in made.tallies()["scripted"]] == [(2, 0), (2, 0)]


def test_a_chain_that_was_cut_off_begins_again(tmp_path: Path) -> None:
    def answer(prompt: Prompt, index: int) -> str | ModelError:
        return ModelError("down") if prompt.text else "2|return 3"

    run(tmp_path, ScriptedModel(answer), InMemorySandbox(right), agent=CHAIN, attempts=1)
    again = run(
        tmp_path, ScriptedModel(lambda p, i: "2|return 2"), InMemorySandbox(right), agent=CHAIN, attempts=1
    )
    assert list(again.attempts["turn"]) == [0, 0]
    assert list(again.attempts["verdict"]) == ["fixed", "fixed"]


def test_a_share_of_the_patches_is_tested_twice_and_flaky_ones_are_counted(tmp_path: Path) -> None:
    verdicts = iter([Verdict.FAILED, *[Verdict.FIXED] * 400, *[Verdict.FAILED] * 400])

    def answer(prompt: Prompt, index: int) -> str:
        return f"2|return {index}"

    run(tmp_path, ScriptedModel(answer), InMemorySandbox(lambda bug, files: next(verdicts)), attempts=200)
    with Ledger(tmp_path) as ledger:
        bench = Bench(
            bugs={b.id: b for b in BUGS}, agent=AGENT, checkpoint="scripted", attempts=200, seed=0, ledger=ledger,
            sandbox=InMemorySandbox(lambda bug, files: Verdict.FAILED),
        )  # fmt: skip
        asyncio.run(retest(bench))
    tested, changed = Run(tmp_path).flakiness()
    assert 1 <= tested <= 40
    assert changed == tested


def test_a_full_disk_is_one_line_that_says_how_to_go_on(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger._db.execute("PRAGMA max_page_count = 40")

        def fill() -> None:
            for number in range(1000):
                ledger.record_invalid("b", "c", index=number, turn=0, reason="x" * 4000)

        with pytest.raises(LedgerError, match="is full; free some space and give the same command again"):
            fill()
