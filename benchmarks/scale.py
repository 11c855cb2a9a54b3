"""What a large run costs: writing, signing, clustering, comparing and reporting a real ledger.

    python benchmarks/scale.py [--bugs 2000] [--attempts 100] [--keep DIR] [--quick] [--json]

A ledger is written through the ledger's own interface: bugs of the forge, five checkpoints, completions
drawn from each bug's reference fixes and from wrong line edits, with token ids and log-probabilities.
The verdicts are set, not tested (`benchmarks/sandbox.py` times that), and everything after them is what a
run does: a signature for every distinct patch, strategies, `reroll compare` and `reroll report` as
processes of their own, with their peak memory.

The default is a run of a million attempts. Prints a table; with `--json`, one object on the last line.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from reroll.harness.clustering import cluster_run
from reroll.lab.edits import amend
from reroll.lab.forge import FILE, bugs
from reroll.ledger import Ledger, Specification
from reroll.patch import reference_patch
from reroll.records import Attempt, Bug, Completion, Judgement, Patch, Sampling, Verdict
from reroll.strategies import sign
from reroll.suite.table import to_row

CHECKPOINTS = {"base": 0.35, "early": 0.45, "self-distilled": 0.55, "grpo": 0.6, "rejection": 0.65}
"""Share of right answers by checkpoint."""
SLICES = 2
"""Slices of the forge that the bugs come from."""
WRONG_EDITS = 24
"""Distinct wrong patches that a bug's attempts are drawn from."""


@dataclass(slots=True)
class Costs:
    """Seconds and memory by step."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def timed(self, step: str, work: Callable[[], int], *, unit: str) -> None:
        """Run one step in this process; `work` returns how many things it handled."""
        start = time.perf_counter()
        count = work()
        seconds = time.perf_counter() - start
        self._note({"step": step, "seconds": seconds, "count": count, "unit": unit})

    def command(self, step: str, *arguments: str) -> None:
        """Run one `reroll` command as a process, with its peak memory."""
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "reroll", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert process.stderr is not None
        said = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status):
            sys.exit(f"reroll {' '.join(arguments)} failed: {said}")
        seconds = time.perf_counter() - start
        self._note({"step": step, "seconds": seconds, "peak_bytes": usage.ru_maxrss * 1024})

    def _note(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        rate = f"{row['count'] / row['seconds']:>9,.0f} {row['unit']}/s" if "count" in row else ""
        peak = f"{row['peak_bytes'] / 2**20:>7,.0f} MiB" if "peak_bytes" in row else ""
        print(f"{row['step']:<24}{row['seconds']:>8.1f} s  {peak}{rate}", flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What the attempts of one bug are drawn from."""

    bug: Bug
    right: tuple[Patch, ...]
    wrong: tuple[Patch, ...]

    def draw(self, rng: Random, *, right: float) -> Patch:
        """Draw a patch; the first fixes are the likeliest, as in a model with a favourite."""
        held = self.right if rng.random() < right else self.wrong
        return held[min(int(rng.expovariate(0.7)), len(held) - 1)] if held is self.right else rng.choice(held)


def main() -> None:
    """Parse the command line, run the steps, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bugs", type=int, default=2_000)
    parser.add_argument("--attempts", type=int, default=100, help="per bug and checkpoint")
    parser.add_argument("--keep", type=Path, help="write the run here and keep it")
    parser.add_argument("--quick", action="store_true", help="40 bugs, 40 attempts each")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.bugs, options.attempts = 40, 40
    folder = options.keep or Path(tempfile.mkdtemp(prefix="reroll-scale-"))
    try:
        found = measure(folder, count=options.bugs, attempts=options.attempts)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    print(f"{found['attempts']:,} attempts, {found['distinct']:,} distinct patches, ", end="")
    print(f"ledger {found['ledger_bytes'] / 2**20:,.0f} MiB, index {found['index_bytes'] / 2**20:.2f} MiB")
    if options.json:
        print(json.dumps(found))


def measure(folder: Path, *, count: int, attempts: int) -> dict[str, Any]:
    """Make a run of `count` bugs and measure each step on it."""
    costs = Costs()
    pools: list[Pool] = []

    def generate() -> int:
        pools.extend(_pools(count))
        return len(pools)

    costs.timed("generate bugs", generate, unit="bugs")
    with Ledger(folder) as ledger:
        costs.timed("record attempts", lambda: _attempts(ledger, pools, attempts), unit="attempts")
        costs.timed("sign patches and record verdicts", lambda: _judgements(ledger, pools), unit="patches")
        costs.timed("cluster", lambda: _cluster(ledger, pools, attempts), unit="attempts")
    run, site = str(folder), folder / "report"
    costs.command("reroll compare", "compare", run)
    costs.command("reroll compare --json", "compare", run, "--json")
    costs.command("reroll report", "report", run, "--out", str(site))
    return {
        "attempts": count * attempts * len(CHECKPOINTS),
        "distinct": sum(len(pool.right) + len(pool.wrong) for pool in pools),
        "ledger_bytes": (folder / "run.sqlite").stat().st_size,
        "index_bytes": (site / "index.html").stat().st_size,
        "steps": costs.rows,
    }


def _pools(count: int) -> Iterator[Pool]:
    for bug in itertools.islice(bugs(bugs=-(-count // SLICES)), count):
        rng = Random(bug.id)
        lines = bug.source[FILE].splitlines()
        right = tuple(reference_patch(bug, name) for name in bug.fixes)
        wrong = {patch.digest: patch for patch in _wrong(lines, rng)}
        yield Pool(
            bug=bug,
            right=right,
            wrong=tuple(p for d, p in wrong.items() if d not in {r.digest for r in right}),
        )


def _wrong(lines: list[str], rng: Random) -> Iterator[Patch]:
    names = sorted(set(re.findall(r"[a-z]+", " ".join(lines))))
    for _ in range(WRONG_EDITS):
        text = f"{rng.choice(names)} = {rng.choice(names)} + {rng.randrange(9)}"
        after = amend(lines, f"{rng.randint(1, len(lines))}{rng.choice(('', '+'))}|{text}")
        if after is not None:
            yield Patch(files={FILE: "\n".join(after) + "\n"})


def _attempts(ledger: Ledger, pools: list[Pool], attempts: int) -> int:
    """Write every attempt through the interface that a run uses, one commit each."""
    ledger.begin(
        Specification(agent="lines", agent_digest="0" * 64, loop="independent", sampling=Sampling(), seed=0)
    )
    ledger.add_bugs((p.bug.id, p.bug.suite, p.bug.slice, p.bug.digest, to_row(p.bug)) for p in pools)
    for name in CHECKPOINTS:
        ledger.add_checkpoint(name, spec=f"hf:{name}", digest=name)
    written = 0
    for name, right in CHECKPOINTS.items():
        for pool in pools:
            rng = Random(f"{pool.bug.id}/{name}")
            share = min(1.0, right * rng.uniform(0, 2))
            for index in range(attempts):
                tokens = rng.randint(6, 14)
                completion = Completion(
                    text="x" * 24,
                    finish_reason="stop",
                    prompt_tokens=55,
                    completion_tokens=tokens,
                    token_ids=tuple(range(tokens)),
                    logprobs=(-0.5,) * tokens,
                    seconds=0.01,
                )
                ledger.record_attempt(
                    Attempt(
                        bug=pool.bug.id,
                        checkpoint=name,
                        index=index,
                        turn=0,
                        seed=index,
                        completion=completion,
                        patch=pool.draw(rng, right=share),
                    )
                )
                written += 1
    return written


def _judgements(ledger: Ledger, pools: list[Pool]) -> int:
    for pool in pools:
        tests = [f"visible/{case.name}" for case in pool.bug.tests.visible]
        tests += [f"hidden/{case.name}" for case in pool.bug.tests.hidden]
        for patch in (*pool.right, *pool.wrong):
            fixed = patch in pool.right
            failing = "" if fixed else Random(patch.digest).choice(tests)
            judgement = Judgement(
                verdict=Verdict.FIXED if fixed else Verdict.FAILED,
                outcomes={test: "failed" if test == failing else "passed" for test in tests},
                probes={"probe(1)": "1", "probe(2)": "2"} if fixed else {},
                seconds=dict.fromkeys(tests, 0.001),
                wall_seconds=0.01,
                cpu_seconds=0.01,
            )
            source = pool.bug.source
            signature = sign(source, patch.apply(source), language="python")
            ledger.record_judgement(pool.bug.id, patch, judgement, signature=signature)
    return sum(len(pool.right) + len(pool.wrong) for pool in pools)


def _cluster(ledger: Ledger, pools: list[Pool], attempts: int) -> int:
    cluster_run(ledger, [pool.bug.id for pool in pools])
    return len(pools) * attempts * len(CHECKPOINTS)


if __name__ == "__main__":
    main()
