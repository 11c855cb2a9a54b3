"""A run of chains, made through the real loop with the public fakes: its life table, in records, words and pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from rich.console import Console

from reroll.harness.bench import Bench
from reroll.harness.chains import run_chains
from reroll.harness.clustering import cluster_run
from reroll.ledger import Ledger, Run, Specification
from reroll.records import Agent, Bug, Prompt, Sampling, digest
from reroll.report.figures import figures
from reroll.report.from_run import loops
from reroll.report.site.from_run import view_of
from reroll.report.site.writer import write_site
from reroll.report.terminal import life_tables
from reroll.report.view import Loop
from reroll.suite import table
from reroll.testing import InMemorySandbox, ScriptedModel, make_bug

AGENT = Agent(
    name="retry",
    loop="chain",
    turns=3,
    edit_format="lines",
    template="{{ history | length }}:{{ source }}",
    chat=False,
)
SOURCE = "def f(x):\n    y = x\n    return y + 1\n"
WRONG, OTHER, TRAP, FIX = "3|return y + 2", "2|y = x + 5", "3|return y + 9", "3|return y"
BASE = ((FIX,), (WRONG, FIX), (WRONG, OTHER, FIX), (WRONG, TRAP))
TUNED = ((FIX,), (FIX,), (WRONG, WRONG, WRONG), (WRONG, WRONG, WRONG))


def judge(bug: Bug, files: Mapping[str, str]) -> Mapping[str, str]:
    """Return outcomes: the trap passes what is visible and is wrong."""
    text = files["solution.py"]
    fixed, trap = "return y\n" in text, "y + 9" in text
    return {
        "visible/shown": "passed" if fixed or trap else "failed",
        "hidden/kept": "passed" if fixed else "failed",
    }


def speaker(chains: tuple[tuple[str, ...], ...]) -> Callable[[Prompt, int], str]:
    def say(prompt: Prompt, index: int) -> str:
        return chains[index % len(chains)][int(prompt.text.partition(":")[0])]

    return say


@pytest.fixture(scope="module")
def chained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return write(tmp_path_factory.mktemp("runs") / "chained", chains=4)


def write(folder: Path, *, chains: int) -> Run:
    """Make a run with that many chains per bug and checkpoint."""
    bugs = [make_bug(f"bug-{n}", source=SOURCE, part="id" if n % 2 else "ood") for n in range(6)]
    specification = Specification(
        agent=AGENT.name, agent_digest=digest(AGENT), loop=AGENT.loop, sampling=Sampling(), seed=0
    )
    with Ledger(folder) as ledger:
        ledger.begin(specification)
        ledger.add_bugs((b.id, b.suite, b.slice, b.digest, table.to_row(b)) for b in bugs)
        for name, answers in (("base", BASE), ("tuned", TUNED)):
            model = ScriptedModel(speaker(answers), name=name)
            ledger.add_checkpoint(name, spec="hf:x", digest=model.digest)
            bench = Bench(
                bugs={b.id: b for b in bugs},
                agent=AGENT,
                checkpoint=name,
                attempts=chains,
                seed=0,
                ledger=ledger,
                sandbox=InMemorySandbox(judge),
            )
            asyncio.run(_run(bench, model))
        cluster_run(ledger, [b.id for b in bugs])
    return Run(folder)


async def _run(bench: Bench, model: ScriptedModel) -> None:
    async with bench.sandbox:
        found = {bug.id: await bench.sandbox.judge(bug, bug.source) for bug in bench.bugs.values()}
        await run_chains(bench, model, held={}, baselines=found)


@pytest.fixture(scope="module")
def tables(chained: Run) -> dict[str, Loop]:
    return {loop.checkpoint: loop for loop in loops(chained, grain="coarse") if loop.slice == "all"}


def test_the_life_table_counts_chains(tables: dict[str, Loop]) -> None:
    rows = [(row.at_risk, row.solved, row.stopped) for row in tables["base"].turns]
    assert rows == [(24, 6, 0), (18, 6, 6), (6, 6, 0)]
    assert [row.cumulative.value for row in tables["base"].turns] == pytest.approx([1 / 4, 1 / 2, 3 / 4])


def test_a_false_fix_is_never_solved(tables: dict[str, Loop]) -> None:
    assert tables["base"].turns[-1].cumulative.value < 1


def test_the_echo_after_a_failure_tells_the_checkpoints_apart(tables: dict[str, Loop]) -> None:
    assert tables["base"].echo.value == 0
    assert tables["tuned"].echo.value == 1


def test_every_slice_has_its_table(chained: Run) -> None:
    assert {loop.slice for loop in loops(chained, grain="coarse")} == {"all", "id", "ood"}


def test_the_terminal_shows_every_turn(tables: dict[str, Loop]) -> None:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(life_tables(list(tables.values())))
    assert "stopped" in capture.get()
    assert capture.get().count("tuned") == 3


def test_the_report_speaks_of_chains(chained: Run, tmp_path: Path) -> None:
    view = view_of(chained)
    found = {figure.id: figure for figure in figures(view)}
    assert view.unit == "chain"
    assert "choice" not in found
    assert "Do further chains still add fixes?" in found["fixes"].title
    index = write_site(view, tmp_path).read_text(encoding="utf-8")
    assert "What does each further turn buy?" in index
    assert (tmp_path / "figures" / "turns.png").is_file()


def test_a_run_that_cannot_be_compared_has_a_report_that_says_why(tmp_path: Path) -> None:
    view = view_of(write(tmp_path / "short", chains=1))
    assert view.comparisons == ()
    assert any(note.startswith("No answer: Retries cannot be judged") for note in view.notes)
    assert "No answer:" in write_site(view, tmp_path / "site").read_text(encoding="utf-8")
