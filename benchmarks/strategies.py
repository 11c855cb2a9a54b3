"""How often the strategies are right, and how fast they are.

Three parts, each a table on the terminal or a key of `--json`:

- labelled programs or fixes (`--programs`, `--pairs`): agreement with people's labels, per problem and
overall, the share merged of each kind of pair, and the curve of recall against false merges. Without a file
of pairs they follow from the labels: the same with one label and sublabel, different with two labels,
borderline where a row names the other label as such. A row with `source` and `patched` is a fix, one with
`code` a program;
- suites: agreement of the coarse grain with reference fixes, each fix also reworded mechanically, and with
the generators' own strategies;
- speed: signatures per second on one core, and the time to cluster.

    python benchmarks/strategies.py --programs programs.jsonl --pairs pairs.jsonl --json
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from reroll.errors import RerollError
from reroll.records import Signature
from reroll.statistics.validity import Agreement, agreement
from reroll.strategies import cluster, program_signature, sign
from reroll.strategies.reword import RULES

_RESAMPLES = 2000
_THRESHOLDS = (1.0, 0.75, 0.5, 0.34, 0.01)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--programs", type=Path, help="labelled programs, JSON Lines")
    parser.add_argument("--pairs", type=Path, help="pairs of them that are the same or different, JSON Lines")
    parser.add_argument("--only-programs", action="store_true", help="leave out suites and speed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="fewer bugs and shorter timings")
    options = parser.parse_args()
    result: dict[str, Any] = {}
    if options.programs:
        rows = _rows(options.programs)
        result |= programs(rows, _rows(options.pairs) if options.pairs else labelled_pairs(rows))
    else:
        result["programs"] = "skipped: no --programs file was given"
    if not options.only_programs:
        result["suites"] = suites(quick=options.quick)
        result["speed"] = speed(quick=options.quick)
    print(json.dumps(result) if options.json else "\n".join(_lines(result)))
    return 0


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


# -- labelled programs ---------------------------------------------------------------------------------------


def programs(rows: Sequence[Mapping[str, Any]], pairs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return agreement with labels, and the share of each kind of pair that is merged."""
    signatures = {row["program_id"]: _signature(row) for row in rows}
    by_problem: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_problem[row["problem"]].append(row)
    agreements = {
        problem: agreement(
            [row["strategy"] for row in members],
            [signatures[row["program_id"]].dominant for row in members],
        )
        for problem, members in sorted(by_problem.items())
        if len(members) > 1
    }
    compared = [(kind(pair), *_sides(pair, signatures)) for pair in pairs]
    return {
        "problems": {problem: _figures(found) for problem, found in agreements.items()},
        **_overall(list(agreements.values())),
        "merged": _merged(compared),
        "curve": curve(compared),
        "left": [
            {
                "kind": kind(pair),
                "a": pair["a"],
                "b": pair.get("b"),
                "first": a.dominant,
                "second": b.dominant,
            }
            for pair, (name, a, b) in zip(pairs, compared, strict=True)
            if (a.dominant == b.dominant) != (pair["relation"] == "same") and name != "borderline"
        ],
    }


def labelled_pairs(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the pairs that labels alone make: one label with two sublabels is ambiguous, and makes none."""
    found: list[dict[str, Any]] = []
    for a, b in combinations(rows, 2):
        if a["problem"] != b["problem"]:
            continue
        pair = {"problem": a["problem"], "a": a["program_id"], "b": b["program_id"]}
        if a["strategy"] != b["strategy"]:
            arguable = b["strategy"] in a.get("borderline", ()) or a["strategy"] in b.get("borderline", ())
            found.append({**pair, "relation": "different", "borderline": arguable})
        elif a.get("substrategy") == b.get("substrategy"):
            found.append({**pair, "relation": "same"})
    return found


def _signature(row: Mapping[str, Any]) -> Signature:
    if "patched" not in row:
        return _read(row["code"], row)
    language = row.get("language", "python")
    signature = sign({"code": row["source"]}, {"code": row["patched"]}, language=language)
    return replace(signature, dominant=f"{signature.unit}: {signature.dominant}")


def _read(code: str, row: Mapping[str, Any]) -> Signature:
    return program_signature(code, language=row.get("language", "python"))


def kind(pair: Mapping[str, Any]) -> str:
    """Return the kind of a pair: `same`, the name of a rewording, `different` or `borderline`."""
    if pair["relation"] == "different":
        return "borderline" if pair.get("borderline") else "different"
    return str(pair.get("transform") or "same")


def _sides(pair: Mapping[str, Any], signatures: Mapping[str, Signature]) -> tuple[Signature, Signature]:
    if "code_b" in pair:
        return signatures[pair["a"]], _read(pair["code_b"], pair)
    return signatures[pair["a"]], signatures[pair["b"]]


def _merged(compared: Iterable[tuple[str, Signature, Signature]]) -> dict[str, Any]:
    hits: dict[str, list[bool]] = defaultdict(list)
    for name, a, b in compared:
        hits[name].append(a.dominant == b.dominant)
    return {name: sum(found) / len(found) for name, found in sorted(hits.items())}


def curve(compared: Sequence[tuple[str, Signature, Signature]]) -> list[dict[str, Any]]:
    """Return recall on people's `same` pairs and false merges, from the finest reading to the coarsest."""
    readings: list[tuple[str, Callable[[Signature, Signature], bool]]] = [
        ("equal normal forms", lambda a, b: a.atoms == b.atoms),
        ("all mechanisms equal", lambda a, b: a.tags == b.tags),
        ("deciding mechanisms equal (the product)", lambda a, b: a.dominant == b.dominant),
    ]
    readings += [(f"mechanisms alike >= {least}", _at_least(least)) for least in _THRESHOLDS]
    points = []
    for name, same in readings:
        true = [same(a, b) for label, a, b in compared if label == "same"]
        false = [same(a, b) for label, a, b in compared if label == "different"]
        if true and false:
            points.append(
                {
                    "reading": name,
                    "recall": sum(true) / len(true),
                    "recall_interval": _wilson(sum(true), len(true)),
                    "false_merges": sum(false) / len(false),
                    "false_merges_interval": _wilson(sum(false), len(false)),
                }
            )
    return points


def _at_least(least: float) -> Callable[[Signature, Signature], bool]:
    return lambda a, b: _alike(a, b) >= least


def _alike(a: Signature, b: Signature) -> float:
    x, y = set(a.dominant.split("; ")), set(b.dominant.split("; "))
    return len(x & y) / len(x | y)


def _wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    z, share = 1.96, hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return (max(0.0, centre - half), min(1.0, centre + half))


def _figures(found: Agreement) -> dict[str, float | None]:
    return {
        "precision": found.precision,
        "recall": found.recall,
        "f1": found.f1,
        "b_cubed_precision": found.b_cubed_precision,
        "b_cubed_recall": found.b_cubed_recall,
        "ari": found.adjusted_rand,
    }


def _overall(found: Sequence[Agreement]) -> dict[str, Any]:
    """Return means over problems, with percentile intervals over resampled problems."""
    result: dict[str, Any] = {}
    for name in ("precision", "recall", "f1", "b_cubed_precision", "b_cubed_recall", "ari"):
        values = [value for one in found if (value := _figures(one)[name]) is not None]
        if values:
            result[name] = sum(values) / len(values)
            result[f"{name}_interval"] = _bootstrap(values)
    return result


def _bootstrap(values: Sequence[float]) -> tuple[float, float]:
    rng = random.Random(0)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(_RESAMPLES))
    return (means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES)])


# -- suites --------------------------------------------------------------------------------------------------


def suites(*, quick: bool) -> dict[str, Any]:
    """Return agreement at the coarse grain with the strategies that suites state."""
    return {
        "starter": _reworded("starter", most=12 if quick else None),
        "forge": _reference("forge:bugs=16,seed=7" if quick else "forge:bugs=128,seed=7"),
        "paths": _reference("paths:bugs=16,seed=7" if quick else "paths:bugs=128,seed=7"),
    }


def _reworded(name: str, *, most: int | None) -> Any:
    """Compare every reference fix, and every mechanical rewording of it, with the fix's own name."""
    from reroll.patch import reference_patch
    from reroll.suite import load

    try:
        bugs = [bug for bug in load(name).bugs if bug.language == "python" and bug.fixes][:most]
    except RerollError as error:
        return f"skipped: {error}"
    found: list[Agreement] = []
    kept: dict[str, list[bool]] = defaultdict(list)
    for bug in bugs:
        truth: list[str] = []
        predicted: list[tuple[str, str]] = []
        for fix in bug.fixes:
            patch = reference_patch(bug, fix)
            files = patch.apply(bug.source)
            plain = _coarse(sign(bug.source, files))
            truth.append(fix)
            predicted.append(plain)
            for rule, reword in RULES.items():
                edited = {path for path in patch.files if path.endswith(".py") and path in files}
                again = {path: reword(text) if path in edited else text for path, text in files.items()}
                truth.append(fix)
                predicted.append(_coarse(sign(bug.source, again)))
                kept[rule].append(predicted[-1] == plain)
        found.append(agreement(truth, predicted))
    merged = {rule: sum(same) / len(same) for rule, same in kept.items()}
    return {"bugs": len(found), **_overall(found), "merged": merged}


def _reference(wanted: str) -> Any:
    """Compare the reference fixes of a generated suite with their names: each must stand alone."""
    from reroll.patch import reference_patch
    from reroll.suite import load

    try:
        bugs = load(wanted).bugs
    except RerollError as error:
        return f"skipped: {error}"
    found = []
    for bug in bugs:
        names = list(bug.fixes)
        files = [reference_patch(bug, name).apply(bug.source) for name in names]
        # Each fix twice, once in other words, so that agreement asks for merging as well as for parting.
        again = [{path: RULES["reformat"](text) for path, text in project.items()} for project in files]
        predicted = [_coarse(sign(bug.source, project)) for project in files + again]
        found.append(agreement(names + names, predicted))
    return {"bugs": len(found), **_overall(found)}


def _coarse(signature: Signature) -> tuple[str, str]:
    return (signature.unit, signature.dominant)


# -- speed ---------------------------------------------------------------------------------------------------

_SMALL = """def total{n}(items, rate):
    value = {n}
    for item in items:
        value += item * rate
    return value
"""


def speed(*, quick: bool) -> dict[str, float]:
    """Return signatures per second of processor time, for distinct patches, and the time of a clustering."""
    number = 400 if quick else 4000
    small = _SMALL.format(n=3)
    fixes = [small.replace("value = 3", f"value = {k}") for k in range(4, 4 + number)]
    guarded = [
        small.replace("    return", f"    if not items:\n        return {k}\n    return")
        for k in range(number)
    ]
    source = "\n\n".join(_SMALL.format(n=n) for n in range(334))
    large = [
        source.replace("value = 7\n", f"value = {k}\n") for k in range(1000, 1000 + (10 if quick else 60))
    ]
    sign({"a.py": small}, {"a.py": small + "\n"})
    signature = sign({"a.py": small}, {"a.py": fixes[0]})
    items = [(str(k), signature, str(k % 50)) for k in range(10_000 if quick else 100_000)]
    started = time.process_time()
    cluster(items)
    clustering = time.process_time() - started
    return {
        "small_functions_per_second": _rate(small, fixes),
        "small_functions_with_new_code_per_second": _rate(small, guarded),
        "files_of_2000_lines_per_second": _rate(source, large),
        "lines_of_large_file": float(source.count("\n")),
        "cluster_attempts": float(len(items)),
        "cluster_seconds": clustering,
    }


def _rate(source: str, fixes: Sequence[str]) -> float:
    started = time.process_time()
    for fix in fixes:
        sign({"a.py": source}, {"a.py": fix})
    return len(fixes) / (time.process_time() - started)


# -- printing ------------------------------------------------------------------------------------------------


def _lines(result: Any, prefix: str = "") -> Iterable[str]:
    if isinstance(result, Mapping):
        for name, value in result.items():
            yield from _lines(value, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(result, list | tuple) and not all(isinstance(part, float) for part in result):
        for number, part in enumerate(result, start=1):
            yield from _lines(part, f"{prefix}[{number}]")
    elif isinstance(result, float):
        yield f"{prefix:<60} {result:.4g}"
    elif isinstance(result, list | tuple):
        yield f"{prefix:<60} {' to '.join(f'{part:.3f}' for part in result)}"
    else:
        yield f"{prefix:<60} {result}"


if __name__ == "__main__":
    sys.exit(main())
