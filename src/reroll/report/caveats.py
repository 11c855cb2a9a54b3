"""What to bear in mind about a comparison, and what more data would settle: the weightiest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt

from reroll.report.verdicts import FEWEST_BUGS, INCONCLUSIVE, Margins
from reroll.statistics.intervals import Interval
from reroll.statistics.measures import Estimate, Pair
from reroll.statistics.power import bugs_needed

LOST = 0.01
"""Share of a checkpoint's attempts whose loss is too small to bias anything that is read."""
EXPLORATORY_BUGS = 100
"""Below, the retry gain has little power at sizes that matter (docs/method.md §8)."""


def caveats(
    pairs: Sequence[Pair],
    found: Mapping[str, Estimate],
    *,
    verdict: str,
    asked: Sequence[int],
    k: int,
    b: int,
    excluded: Sequence[str],
    margins: Margins,
) -> tuple[str, ...]:
    """Return the notes of a comparison; `asked` are the ks that were wanted, `k` is the largest supported."""
    notes = [
        _same(pairs),
        _settle(found, verdict=verdict, b=b, total=len(pairs), margins=margins),
        _strategies(pairs, found[f"D_{b}"], b=b),
        _dropped(pairs, asked=asked, k=k),
        _attempts(pairs, k=k),
        _power(len(pairs)),
        _groups(found["pass@1"].change),
        _lost(pairs),
        _excluded(excluded),
        _uneven(pairs),
        _informative(pairs),
    ]
    return tuple(note for note in notes if note)


def attempts_for(pairs: Sequence[Pair], *, b: int, bugs: int = FEWEST_BUGS) -> int | None:
    """Return the attempts per bug with which about `bugs` bugs should have b correct ones in both arms.

    None where too few bugs were fixed by both checkpoints at all.
    """
    rates = sorted((min(x.correct / x.attempts, y.correct / y.attempts) for x, y in pairs), reverse=True)
    if len(rates) < bugs or rates[bugs - 1] == 0:
        return None
    return ceil((b + 1) / rates[bugs - 1])


def _same(pairs: Sequence[Pair]) -> str:
    if any(x != y for x, y in pairs):
        return ""
    return (
        "Both checkpoints have the same attempts: tilt and drift need independent ones and mean nothing here"
    )


def _settle(found: Mapping[str, Estimate], *, verdict: str, b: int, total: int, margins: Margins) -> str:
    """Say how many bugs would turn an inconclusive comparison into another one."""
    if verdict != INCONCLUSIVE:
        return ""
    needed = [
        _bugs(found[f"D_{b}"].change, total=total, margin=margins.strategies),
        _bugs(found["rescued_fraction"].change, total=total, margin=margins.rescued),
    ]
    known = [bugs for bugs in needed if bugs is not None]
    if not known:
        return ""
    if max(known) <= total:
        return "The intervals come near a margin or 0: a few more bugs or attempts would settle it"
    return (
        f"About {max(known)} bugs like these would settle it, {total} were run; "
        "more attempts per bug make it fewer (`reroll plan --from` says how many)"
    )


def _bugs(change: Interval, *, total: int, margin: float) -> int | None:
    if not change.standard_error or change.estimate is None:
        return None
    deviation = change.standard_error * sqrt(total)
    return bugs_needed(deviation, max(abs(change.estimate), margin))


def _strategies(pairs: Sequence[Pair], primary: Estimate, *, b: int) -> str:
    if any(tally.correct and not tally.strategies for pair in pairs for tally in pair):
        return "Some correct attempts have no strategy: the strategy figures leave their bugs out"
    arms = [sum(pair[arm].correct >= b for pair in pairs) for arm in (0, 1)]
    eligible = primary.change.units
    if eligible < FEWEST_BUGS:
        more = attempts_for(pairs, b=b)
        how = f"about {more} attempts per bug would do" if more else "more bugs that both can fix are needed"
        need = f"D_{b} needs {b} correct attempts in both arms on {FEWEST_BUGS} bugs"
        return f"{need}; {eligible} have them: {how}"
    if eligible < len(pairs):
        return (
            f"D_{b} rests on the {eligible} of {len(pairs)} bugs with {b} correct attempts in both arms "
            f"({arms[0]} before, {arms[1]} after)"
        )
    return ""


def _dropped(pairs: Sequence[Pair], *, asked: Sequence[int], k: int) -> str:
    beyond = sorted(j for j in asked if j > k)
    if not beyond:
        return ""
    fewest = min(min(x.attempts, y.attempts) for x, y in pairs)
    names = ", ".join(f"pass@{j}" for j in beyond)
    return f"{names} left out: {max(beyond)} attempts per bug are needed, the fewest is {fewest}"


def _attempts(pairs: Sequence[Pair], *, k: int) -> str:
    fewest = min(min(x.attempts, y.attempts) for x, y in pairs)
    if fewest >= 2 * k:
        return ""
    return (
        f"pass@{k} from {fewest} attempts is noisy within a bug; {2 * k} attempts per bug would tighten "
        f"every figure about {k} attempts"
    )


def _power(bugs: int) -> str:
    if bugs >= EXPLORATORY_BUGS:
        return ""
    return (
        f"With {bugs} bugs, read gain, rescued fraction and pass@k as exploratory: "
        f"{EXPLORATORY_BUGS} or more are needed to see changes of a few points"
    )


def _groups(change: Interval) -> str:
    if change.groups is None:
        return ""
    few = f", fewer than {FEWEST_BUGS} of which are no evidence" if change.groups < FEWEST_BUGS else ""
    return f"The {change.units} bugs are {change.groups} groups, the units of intervals and tests{few}"


def _lost(pairs: Sequence[Pair]) -> str:
    before, after = (sum(pair[arm].invalid for pair in pairs) for arm in (0, 1))
    if not before + after:
        return ""
    made = [sum(pair[arm].attempts + pair[arm].invalid for pair in pairs) for arm in (0, 1)]
    shares = sorted(lost / number for lost, number in zip((before, after), made, strict=True))
    uneven = shares[1] > max(LOST, 2 * shares[0])
    why = ". One lost far more of its own, so what is lost may not be like the rest" if uneven else ""
    return (
        f"The harness lost {before} attempts before and {after} after; they count neither way, "
        f"and worst and best case stand beside pass@k{why}"
    )


def _excluded(excluded: Sequence[str]) -> str:
    if not excluded:
        return ""
    shown = ", ".join(excluded[:5]) + (", …" if len(excluded) > 5 else "")
    return f"{len(excluded)} bugs left out, without a counted attempt of both checkpoints: {shown}"


def _uneven(pairs: Sequence[Pair]) -> str:
    uneven = sum(x.attempts != y.attempts for x, y in pairs)
    if not uneven:
        return ""
    return (
        f"The checkpoints have different numbers of attempts on {uneven} bugs: the figures are comparable, "
        "bugs gained and lost are not"
    )


def _informative(pairs: Sequence[Pair]) -> str:
    several = sum(len(x.strategies) > 1 for x, _ in pairs)
    if several == len(pairs) or not any(x.strategies for x, _ in pairs):
        return ""
    return f"Only {several} of {len(pairs)} bugs show two correct strategies before; only they tell of tilt"
