"""One design with what was measured of it, and the table that a run makes."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil

from designs.attempts import PATCHES, Outcomes, Test
from reroll.container import Sandbox

AT_ONCE = 2
"""Attempts that are tested at a time, by every design."""
BASE = "docker run --rm"
CHECKED, PASSED = "per test", "all or nothing"


@dataclass
class Design:
    """One way to test a patch."""

    name: str
    test: Test
    attempts: int
    """Attempts in one slice."""
    kind: str = "other"
    """`reroll`, `floor` (no isolation) or `other`."""
    check: str = CHECKED
    """How its outcomes are compared with plain pytest."""
    pids: Callable[[], Iterable[int]] | None = None
    """The processes that do its work beside this one; None where they cannot be told."""
    rates: list[float] = field(default_factory=list)
    millis: list[float] = field(default_factory=list)
    cpu_millis: list[float] = field(default_factory=list)

    async def measure(self, truth: Mapping[str, Outcomes]) -> None:
        """Run one slice, and check its outcomes."""
        names = [name for _, name in zip(range(self.attempts), list(PATCHES) * 1000, strict=False)]
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with gate:
                begun = time.perf_counter()
                outcomes = await self.test(PATCHES[name])
                self.millis.append((time.perf_counter() - begun) * 1000)
                self._compare(name, outcomes, truth[name])

        pids = list(self.pids()) if self.pids else []
        cpu, begun = spent(pids), time.perf_counter()
        await asyncio.gather(*(one(name) for name in names))
        self.rates.append(len(names) / (time.perf_counter() - begun))
        if self.pids:
            self.cpu_millis.append((spent(pids) - cpu) / len(names) * 1000)

    def _compare(self, name: str, outcomes: Outcomes, wanted: Outcomes) -> None:
        same = outcomes == wanted if self.check == CHECKED else all(outcomes.values()) == all(wanted.values())
        if not same:
            raise SystemExit(f"{self.name} differs from pytest on {name!r}: {outcomes} against {wanted}")


def spent(pids: Sequence[int]) -> float:
    """Return the processor seconds of this process, of others, and of all that they waited for."""
    total = 0.0
    for pid in (os.getpid(), *pids):
        times = psutil.Process(pid).cpu_times()
        # What this process waited for belongs to other designs.
        total += sum(times[:2]) if pid == os.getpid() else sum(times[:4])
    return total


def places(sandbox: Sandbox) -> list[int]:
    """Return the supervisors of a sandbox's workers, which are told by their owner or by their user."""
    workers = sandbox.seated
    users = {getattr(worker, "_made", {}).get("command", [""])[0] for worker in workers} - {""}
    owners = [process.pid for w in workers if (process := getattr(w, "_process", None)) is not None]
    below = {c.pid for pid in owners for c in psutil.Process(pid).children(recursive=True)}
    found = []
    for process in psutil.process_iter(["cmdline"]):
        arguments = process.info["cmdline"] or []
        serves = any(argument.endswith("sandbox/supervisor.py") for argument in arguments[:5])
        if serves and (process.pid in below or users & set(arguments)):
            found.append(process.pid)
    return found


def table(designs: Sequence[Design]) -> list[dict[str, Any]]:
    """Return one row per design, the fastest last."""
    base = next((design for design in designs if design.name == BASE), designs[0])
    rows = []
    for design in sorted(designs, key=lambda design: statistics.median(design.rates)):
        ratios = [rate / other for rate, other in zip(design.rates, base.rates, strict=True)]
        quantiles = statistics.quantiles(design.millis, n=20)
        cpu = statistics.median(design.cpu_millis) if design.cpu_millis else None
        rows.append(
            {
                "design": design.name,
                "kind": design.kind,
                "attempts_per_second": round(statistics.median(design.rates), 1),
                "median_ms": round(statistics.median(design.millis), 1),
                "p95_ms": round(quantiles[18], 1),
                "cpu_ms": None if cpu is None else round(cpu, 1),
                "times_docker_run": round(statistics.median(ratios), 1),
                "attempts": len(design.millis),
                "outcomes": design.check,
            }
        )
    return rows


def against(rows: Sequence[Mapping[str, Any]], designs: Sequence[Design]) -> list[str]:
    """Return what the isolation and the confirmation of passes cost, as sentences, within rounds."""
    rates = {design.name: design.rates for design in designs}
    said = []
    for runner in ("pytest", "lite", "cases"):
        floor = rates.get(f"fork server, {runner}")
        for row in rows if floor else ():
            name = str(row["design"])
            if name.startswith("reroll") and f", {runner}" in name:
                share = statistics.median(a / b for a, b in zip(rates[name], floor or (), strict=True))
                said.append(f"{name}: {share:.0%} of the rate of the fork server without isolation")
    return said


def load() -> str:
    """Return the machine's load and size, which belong to every figure."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
