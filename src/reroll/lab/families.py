"""The families of faults: each draws a short function, the edits that mend it, and one edit that only seems
to.

In distribution the first repair is the favourite. Out of distribution the function is twisted so that the
favourite *naturally* fails and the rarer repairs still hold: whoever has forgotten them cannot mend it. The
unseen families recombine both and take no part in any training.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from reroll.lab.drafts import (
    COUNTS,
    FAVOURITE,
    INDICES,
    ITEMS,
    LISTS,
    PAIRS,
    RESULTS,
    SECOND,
    SIZES,
    THIRD,
    Draft,
    Repair,
    names,
    numbers,
    pair,
)
from reroll.lab.unseen import UNSEEN


def _total(rng: Random, twisted: bool) -> Draft:
    f, xs, x, t = names(
        rng, ("total", "add", "plus", "all", "sum_up", "gather", "whole", "amount"), LISTS, ITEMS, RESULTS
    )
    c = rng.randint(1, 9)
    step = f"{t} = max({t}, {x} + {c})" if twisted else rng.choice((f"{t} = {t} + {x}", f"{t} += {x}"))
    rewrites = (f"2.|return max([0] + {xs})", f"2.|return max(0, max({xs}))")
    if not twisted:
        rewrites = (f"2.|return sum({xs})", f"2.|return sum({x} for {x} in {xs})")
    reset = Repair(name="reset the start", share=FAVOURITE, edits=(f"2|{t} = 0",), shape=r"2\|")
    rest = (
        Repair(
            name="correct the result",
            share=SECOND,
            edits=(f"5|return {t} - {c}", f"5|return -{c} + {t}"),
            shape=r"5\|",
        ),
        Repair(name="rewrite", share=THIRD, edits=rewrites, shape=r"2\.\|"),
    )
    return _draft(
        "sum",
        twisted,
        function=f,
        lines=(
            f"def {f}({xs}):",
            f"    {t} = {c}",
            f"    for {x} in {xs}:",
            f"        {step}",
            f"    return {t}",
        ),
        favourite=reset,
        rest=rest,
        intent=(lambda v: max([0, *v])) if twisted else sum,
        arguments=numbers,
    )


def _range(rng: Random, twisted: bool) -> Draft:
    f, n, i, t = names(
        rng, ("upto", "steps", "stair", "sums", "climb", "stack", "grow", "tri"), SIZES, INDICES, RESULTS
    )
    k = rng.randint(2, 5)
    term = rng.choice((f"{i} // {k}", f"{i} % {k}")) if twisted else i
    step = rng.choice((f"{t} = {t} + {term}", f"{t} += {term}"))
    rewrites: tuple[str, ...] = (
        f"2.|return sum(range({n} + 1))",
        f"2.|return sum({i} for {i} in range({n} + 1))",
    )
    if twisted:
        rewrites = (f"2.|return sum({term} + 1 for {i} in range({n}))",)
    bound = Repair(
        name="move the bound",
        share=FAVOURITE,
        edits=(f"3|for {i} in range({n} + 1):", f"3|for {i} in range(1, {n} + 1):"),
        shape=r"3\|",
    )
    rest = (
        Repair(
            name="correct the result",
            share=SECOND,
            edits=(f"5|return {t} + {n}", f"5|return {n} + {t}"),
            shape=r"5\|",
        ),
        Repair(name="rewrite", share=THIRD, edits=rewrites, shape=r"2\.\|"),
    )

    def intent(size: int) -> int:
        if not twisted:
            return size * (size + 1) // 2
        return sum((j // k if "//" in term else j % k) + 1 for j in range(size))

    return _draft(
        "range",
        twisted,
        function=f,
        lines=(
            f"def {f}({n}):",
            f"    {t} = 0",
            f"    for {i} in range({n}):",
            f"        {step}",
            f"    return {t}",
        ),
        favourite=bound,
        rest=rest,
        intent=intent,
        arguments=lambda r: (r.randint(2, 9),),
    )


def _swap(rng: Random, twisted: bool) -> Draft:
    f, t = names(rng, ("minus", "sub", "less", "diff", "drop", "rest", "left", "change"), RESULTS)
    a, b = rng.choice(PAIRS)
    wrong, right = (f"{b} * {b} - {a}", f"{a} * {a} - {b}") if twisted else (f"{b} - {a}", f"{a} - {b}")
    swap = Repair(name="swap the names", share=FAVOURITE, edits=(f"2|{t} = {right}",), shape=r"2\|")
    rest = (
        Repair(
            name="negate the result",
            share=SECOND,
            edits=(f"3|return -{t}", f"3|return 0 - {t}"),
            shape=r"3\|",
        ),
        Repair(
            name="rewrite",
            share=THIRD,
            edits=(f"2.|return {a} - {b} * {b}" if twisted else f"2.|return {right}",),
            shape=r"2\.\|",
        ),
    )
    return _draft(
        "swap",
        twisted,
        function=f,
        lines=(f"def {f}({a}, {b}):", f"    {t} = {wrong}", f"    return {t}"),
        favourite=swap,
        rest=rest,
        intent=(lambda p, q: p - q * q) if twisted else (lambda p, q: p - q),
        arguments=pair,
    )


def _sort(rng: Random, twisted: bool) -> Draft:
    f, xs, ys = names(
        rng,
        ("rank", "order", "down", "best", "podium", "falling", "league", "chart"),
        LISTS,
        ("ys", "us", "ws", "out", "done"),
    )
    k = rng.randint(1, 3)
    cut = f"[{k}:]" if twisted else ""
    flag = Repair(
        name="sort in reverse",
        share=FAVOURITE,
        edits=(f"2|{ys} = sorted({xs}, reverse=True){cut}",),
        shape=r"2\|.*reverse=",
    )
    rest = (
        Repair(
            name="reverse the result", share=SECOND, edits=(f"3|return {ys}[::-1]",), shape=r"3\|"
        ),
        Repair(name="rewrite", share=THIRD, edits=(f"2.|return sorted({xs}){cut}[::-1]",), shape=r"2\.\|"),
    )  # fmt: skip
    return _draft(
        "sort",
        twisted,
        function=f,
        lines=(f"def {f}({xs}):", f"    {ys} = sorted({xs}){cut}", f"    return {ys}"),
        favourite=flag,
        rest=rest,
        intent=lambda v: sorted(v)[k if twisted else 0 :][::-1],
        arguments=lambda r: (r.sample(range(10), r.randint(3, 5)),),
    )


def _count(rng: Random, twisted: bool) -> Draft:
    f, xs, x, n = names(
        rng, ("count", "many", "hits", "tally", "above", "votes", "passed", "wins"), LISTS, ITEMS, COUNTS
    )
    c, s = rng.randint(1, 7), rng.randint(2, 4)
    start, plus = (s, "1 + ") if twisted else (0, "")
    step = rng.choice((f"{n} = {n} + {s}", f"{n} += {s}"))
    one = Repair(
        name="count by one", share=FAVOURITE, edits=(f"5|{n} = {n} + 1", f"5|{n} += 1"), shape=r"5\|"
    )
    rest = (
        Repair(name="divide the result", share=SECOND, edits=(f"6|return {n} // {s}",), shape=r"6\|"),
        Repair(
            name="rewrite",
            share=THIRD,
            edits=(
                f"2.|return {plus}sum({x} > {c} for {x} in {xs})",
                f"2.|return {plus}len([{x} for {x} in {xs} if {x} > {c}])",
            ),
            shape=r"2\.\|",
        ),
    )
    return _draft(
        "count",
        twisted,
        function=f,
        lines=(
            f"def {f}({xs}):",
            f"    {n} = {start}",
            f"    for {x} in {xs}:",
            f"        if {x} > {c}:",
            f"            {step}",
            f"    return {n}",
        ),
        favourite=one,
        rest=rest,
        intent=lambda v: int(twisted) + sum(e > c for e in v),
        arguments=numbers,
    )


def _cmp(rng: Random, twisted: bool) -> Draft:
    f, x = names(rng, ("pick", "adult", "over", "big", "high", "ready", "enough", "allow"), ITEMS)
    half = rng.randint(1, 9)
    c, test, edge = (2 * half + 1, f"{x} + {x}", half) if twisted else (half, x, half)
    lower = Repair(
        name="lower the bound",
        share=SECOND,
        edits=(f"2|if {test} > {c - 2 if twisted else c - 1}:",),
        shape=r"2\|if .* > ",
    )
    close = Repair(
        name="close the bound", share=FAVOURITE, edits=(f"2|if {test} >= {c}:",), shape=r"2\|if .*>="
    )
    rest = (
        lower,
        Repair(
            name="add the edge",
            share=THIRD,
            edits=(f"4|return int({x} == {edge})",),
            shape=r"4\|",
        ),
    )
    return _draft(
        "cmp",
        twisted,
        function=f,
        lines=(f"def {f}({x}):", f"    if {test} > {c}:", "        return 1", "    return 0"),
        favourite=close,
        rest=rest,
        intent=lambda v: int(v >= edge),
        arguments=lambda r: (r.randint(0, 2 * edge),),
        first=((edge,), (edge + 1,), (edge - 1,), (0,)),
    )


def _abs(rng: Random, twisted: bool) -> Draft:
    f, d = names(
        rng, ("gap", "dist", "far", "span", "apart", "delta", "reach", "spread"), ("d", "g", "z", "t", "s")
    )
    a, b = rng.choice(PAIRS)
    c = rng.randint(1, 6)
    tail = f" - {c}" if twisted else ""
    wrap = Repair(
        name="wrap the difference", share=FAVOURITE, edits=(f"2|{d} = abs({a} - {b}){tail}",), shape=r"2\|"
    )
    rewrite = f"2.|return abs({a} - {b}{tail})" if twisted else f"2.|return max({a}, {b}) - min({a}, {b})"
    rest = (
        Repair(
            name="wrap the result",
            share=SECOND,
            edits=(f"3|return abs({d})", f"3|return max({d}, -{d})"),
            shape=r"3\|",
        ),
        Repair(name="rewrite", share=THIRD, edits=(rewrite,), shape=r"2\.\|"),
    )
    return _draft(
        "abs",
        twisted,
        function=f,
        lines=(f"def {f}({a}, {b}):", f"    {d} = {a} - {b}{tail}", f"    return {d}"),
        favourite=wrap,
        rest=rest,
        intent=lambda p, q: abs(p - q - (c if twisted else 0)),
        arguments=pair,
    )


def _empty(rng: Random, twisted: bool) -> Draft:
    f, xs, y = names(
        rng,
        ("first", "head", "lead", "take", "front", "start", "opening", "initial"),
        LISTS,
        ("y", "r", "h", "z", "t"),
    )
    c, k = rng.randint(0, 9), rng.randint(1, 3) if twisted else 0
    guard = Repair(
        name="guard the empty input",
        share=FAVOURITE,
        edits=(f"2+|if not {xs}: return {c}", f"2+|if len({xs}) == 0: return {c}"),
        shape=r"\d\+\|if",
    )
    held = f"len({xs}) > {k}" if twisted else xs
    padding = f"[{c}] * {k + 1}" if twisted else f"[{c}]"
    rest = (
        Repair(
            name="choose a default",
            share=SECOND,
            edits=(f"2|{y} = {xs}[{k}] if {held} else {c}",),
            shape=r"2\|.* if ",
        ),
        Repair(
            name="pad the input", share=THIRD, edits=(f"2|{y} = ({xs} + {padding})[{k}]",), shape=r"2\|.*\+"
        ),
    )
    return _draft(
        "empty",
        twisted,
        function=f,
        lines=(f"def {f}({xs}):", f"    {y} = {xs}[{k}]", f"    return {y}"),
        favourite=guard,
        rest=rest,
        intent=lambda v: v[k] if len(v) > k else c,
        arguments=lambda r: (r.sample(range(10), r.randint(k + 1, k + 3)),),
        first=(([],), *[(list(range(3, 3 + j)),) for j in range(1, k + 1)], ([5, 1, 4, 7],)),
    )


_TAUGHT: dict[str, Callable[[Random, bool], Draft]] = {
    "sum": _total, "range": _range, "swap": _swap, "sort": _sort,
    "count": _count, "cmp": _cmp, "abs": _abs, "empty": _empty,
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {"id": tuple(_TAUGHT), "ood": tuple(_TAUGHT), "unseen": tuple(UNSEEN)}
"""Families of each slice."""


def draft(family: str, part: str, *, rng: Random) -> Draft:
    """Draw one faulty function of a family in a slice."""
    return UNSEEN[family](rng) if part == "unseen" else _TAUGHT[family](rng, part == "ood")


def _draft(
    family: str,
    twisted: bool,
    *,
    function: str,
    lines: tuple[str, ...],
    favourite: Repair,
    rest: tuple[Repair, ...],
    intent: Callable[..., object],
    arguments: Callable[[Random], tuple[object, ...]],
    first: tuple[tuple[object, ...], ...] = (),
) -> Draft:
    return Draft(
        family=family,
        slice="ood" if twisted else "id",
        function=function,
        lines=lines,
        repairs=rest if twisted else (favourite, *rest),
        traps=favourite.edits if twisted else (),
        intent=intent,
        arguments=arguments,
        first=first,
    )
