"""What is left after many attempts: a soak of clean and hostile patches on the same workers.

    python benchmarks/soak.py [--backend docker|bubblewrap] [--attempts N] [--quick] [--json]

Clean attempts of all runners are judged with 2 % hostile ones among them, the attacks and forgeries of
`tests/isolation`. Every clean attempt must be told what plain pytest tells, per test, and no hostile one may
end as fixed. Memory and descriptors of this process and of the workers are noted throughout.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from designs.attempts import NAMES, PATCHES, Outcomes, bugs
from designs.measuring import AT_ONCE, load, places
from designs.processes import plain
from reroll.container import Sandbox, open_sandbox
from reroll.records import Bug, Judgement, Limits, Verdict

ATTEMPTS, QUICK = 50_000, 300
HOSTILE = 0.02
BATCH = 100
LIMITS = Limits(seconds=1.5, memory_bytes=256 << 20)
ISOLATION = Path(__file__).parents[1] / "tests" / "isolation"
AFTER = "\n\ndef clip(x, low, high):\n    return max(low, min(x, high)) if won else None\n"
SHARES = {"cases": 0.7, "lite": 0.2, "pytest": 0.1}
"""How often each runner has its turn."""


def hostile() -> list[tuple[str, str]]:
    """Return the attacks by name; each would give right answers if it got what it wanted."""
    attacks = tomllib.loads((ISOLATION / "attacks.toml").read_text())["attack"]
    return [
        (attack["name"], f"won = False\n{attack['code']}\n{attack.get('after', AFTER)}") for attack in attacks
    ]


@dataclass
class Soak:
    """The attempts of one soak, and what was seen."""

    sandbox: Sandbox
    truth: dict[str, Outcomes]
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    attacks: list[tuple[str, str]] = field(default_factory=hostile)
    judged: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    own: list[tuple[float, int]] = field(default_factory=list)
    """Resident MiB and descriptors of this process, after each batch."""
    workers: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    """The same of every worker, by its process."""

    async def one(self, forms: dict[str, Bug]) -> None:
        """Judge one patch, clean or hostile."""
        runner = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
        bug = forms[runner]
        if self.chance.random() < HOSTILE:
            self.judged["hostile"] += 1
            name, text = self.chance.choice(self.attacks)
            judgement = await self.sandbox.judge(bug, {"clip.py": text}, probes=False)
            if judgement.verdict is Verdict.FIXED:
                self.wrong.append(f"{runner}, {name}: fixed")
            return
        self.judged[runner] += 1
        name = self.chance.choice(list(PATCHES))
        judgement = await self.sandbox.judge(bug, {"clip.py": PATCHES[name]}, probes=False)
        if difference := self._difference(judgement, self.truth[name]):
            self.wrong.append(f"{runner}, {name}: {difference}")

    @staticmethod
    def _difference(judgement: Judgement, wanted: Outcomes) -> str:
        passed = [outcome == "passed" for outcome in judgement.outcomes.values()]
        if dict(zip(NAMES, passed, strict=True)) != wanted:
            return f"{judgement.verdict}, {dict(judgement.outcomes)}, {judgement.evidence}"
        expected = Verdict.FIXED if all(wanted.values()) else Verdict.FAILED
        if judgement.verdict is not expected:
            return f"{judgement.verdict}, {judgement.evidence} after {judgement.wall_seconds:.2f} s"
        return ""

    def note(self) -> None:
        """Look at this process and at the workers."""
        self.own.append(_size(psutil.Process()))
        for pid in places(self.sandbox):
            try:
                self.workers.setdefault(pid, []).append(_size(psutil.Process(pid)))
            except psutil.NoSuchProcess:
                continue

    def growth(self) -> dict[str, Any]:
        """Return how memory and descriptors of the workers and of this process went."""
        quarter = max(len(self.own) // 4, 1)
        # A worker loads runners in its first attempts, and is looked at from its second note on.
        lives = [notes[1:] for notes in self.workers.values() if len(notes) > 3]
        return {
            "own_mib": [round(_middle(self.own[part], 0), 1) for part in _ends(quarter)],
            "own_descriptors": [_middle(self.own[part], 1) for part in _ends(quarter)],
            "workers": len(self.workers),
            "longest_life_attempts": max((len(life) for life in lives), default=0) * BATCH // AT_ONCE,
            "worker_growth_mib": round(max((life[-1][0] - life[0][0] for life in lives), default=0.0), 2),
            "worker_growth_descriptors": max((life[-1][1] - life[0][1] for life in lives), default=0),
        }


def _ends(quarter: int) -> tuple[slice, slice]:
    return slice(quarter, 2 * quarter), slice(-quarter, None)


def _middle(notes: list[tuple[float, int]], which: int) -> float:
    return statistics.median(note[which] for note in notes) if notes else 0.0


def _size(process: psutil.Process) -> tuple[float, int]:
    return process.memory_info().rss / 2**20, process.num_fds()


async def soak(backend: str, attempts: int) -> dict[str, Any]:
    """Judge the attempts, and return what was seen."""
    truth = {name: await plain(text) for name, text in PATCHES.items()}
    forms = bugs(limits=LIMITS)
    before, begun = load(), time.monotonic()
    async with open_sandbox(backend, workers=AT_ONCE) as sandbox:
        plans = {name: await sandbox.plan(bug) for name, bug in forms.items() if name != "cases"}
        if not plans["lite"].lite or plans["pytest"].lite:
            raise SystemExit(f"The forms of the tests have the wrong runners: {plans['lite'].real_because}")
        run = Soak(sandbox, truth)
        for done in range(0, attempts, BATCH):
            await asyncio.gather(*(run.one(forms) for _ in range(min(BATCH, attempts - done))))
            run.note()
            if done % 2000 == 0:
                print(f"{done + BATCH} of {attempts}, {len(run.wrong)} wrong", file=sys.stderr, flush=True)
        return {
            "backend": backend,
            "attempts": attempts,
            "judged": dict(run.judged),
            "wrong": len(run.wrong),
            "what": run.wrong[:10],
            "disagreements": dict(sandbox.disagreements),
            "seconds": round(time.monotonic() - begun, 1),
            "recycled": sandbox.recycled,
            **run.growth(),
            "before": before,
            "after": load(),
        }


def main() -> None:
    """Print what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help=f"judge {QUICK} attempts")
    parser.add_argument("--attempts", type=int, default=ATTEMPTS, help="attempts to judge, clean and hostile")
    parser.add_argument("--backend", default="bubblewrap", help="docker or bubblewrap")
    parser.add_argument("--json", action="store_true", help="print JSON on one line")
    options = parser.parse_args()
    found = asyncio.run(soak(options.backend, QUICK if options.quick else options.attempts))
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:26} {value}" for name, value in found.items()))
    if found["wrong"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
