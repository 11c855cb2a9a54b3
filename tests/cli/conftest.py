"""A small run of two checkpoints, made through the real loop with the public fakes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from reroll.harness.bench import Bench
from reroll.harness.clustering import cluster_run
from reroll.harness.loop import run_checkpoint
from reroll.ledger import Ledger, Specification
from reroll.records import Agent, Bug, Prompt, Sampling, Verdict, digest
from reroll.suite import table
from reroll.testing import InMemorySandbox, ScriptedModel, make_bug

AGENT = Agent(name="lines", loop="independent", edit_format="lines", template="{{ source }}", chat=False)
SOURCE = "def f(x):\n    y = x\n    return y + 1\n"
BASE = ("3|return y", "2|y = x - 1", "2.|return x", "3|return y + 2")
TUNED = ("3|return y", "3|return y", "3|return y", "3|return y + 2")
RIGHT = ("return y\n", "y = x - 1\n", "return x\n")


def judge(bug: Bug, files: Mapping[str, str]) -> Verdict:
    return Verdict.FIXED if any(part in files["solution.py"] for part in RIGHT) else Verdict.FAILED


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "small"
    bugs = [make_bug(f"bug-{n:02d}", source=SOURCE, part="id" if n % 2 else "ood") for n in range(12)]
    with Ledger(folder) as ledger:
        ledger.begin(
            Specification(
                agent=AGENT.name,
                agent_digest=digest(AGENT),
                loop=AGENT.loop,
                sampling=Sampling(max_tokens=40),
                seed=0,
            )
        )
        ledger.add_bugs((b.id, b.suite, b.slice, b.digest, table.to_row(b)) for b in bugs)
        for name, answers in (("base", BASE), ("tuned", TUNED)):
            model = ScriptedModel(_speaker(answers), name=name)
            ledger.add_checkpoint(name, spec="hf:x", digest=model.digest)
            bench = Bench(
                bugs={b.id: b for b in bugs},
                agent=AGENT,
                checkpoint=name,
                attempts=16,
                seed=0,
                ledger=ledger,
                sandbox=InMemorySandbox(judge),
            )
            asyncio.run(run_checkpoint(bench, model))
        cluster_run(ledger, [b.id for b in bugs])
    return folder


def _speaker(answers: tuple[str, ...]) -> Callable[[Prompt, int], str]:
    return lambda prompt, index: answers[(index + len(prompt.bug)) % len(answers)]
