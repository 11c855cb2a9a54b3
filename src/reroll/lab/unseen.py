"""Families that no training ever touches: each recombines what the taught ones hold."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from reroll.lab.drafts import ITEMS, LISTS, PAIRS, RESULTS, Draft, Repair, names, numbers, pair


def _largest(rng: Random) -> Draft:
    f, xs, ys = names(rng, ("top", "most", "peak"), LISTS, ("ys", "us", "ws", "out", "done"))
    return Draft(
        family="largest", slice="unseen", function=f,
        lines=(f"def {f}({xs}):", f"    {ys} = sorted({xs})", f"    return {ys}[0]"),
        repairs=(
            Repair(
                name="sort in reverse", share=1, edits=(f"2|{ys} = sorted({xs}, reverse=True)",), shape=r"2\|"
            ),
            Repair(name="take the last", share=1, edits=(f"3|return {ys}[-1]",), shape=r"3\|"),
            Repair(name="rewrite", share=1, edits=(f"2.|return max({xs})",), shape=r"2\.\|"),
        ),
        traps=(), intent=max, arguments=lambda r: (r.sample(range(10), r.randint(3, 5)),),
    )  # fmt: skip


def _scaled(rng: Random) -> Draft:
    f, t = names(rng, ("scale", "times", "slope"), RESULTS)
    a, b = rng.choice(PAIRS)
    c = rng.randint(2, 9)
    return Draft(
        family="scaled", slice="unseen", function=f,
        lines=(f"def {f}({a}, {b}):", f"    {t} = ({b} - {a}) * {c}", f"    return {t}"),
        repairs=(
            Repair(name="swap the names", share=1, edits=(f"2|{t} = ({a} - {b}) * {c}",), shape=r"2\|"),
            Repair(name="negate the result", share=1, edits=(f"3|return -{t}",), shape=r"3\|"),
            Repair(name="rewrite", share=1, edits=(f"2.|return ({a} - {b}) * {c}",), shape=r"2\.\|"),
        ),
        traps=(), intent=lambda p, q: (p - q) * c, arguments=pair,
    )  # fmt: skip


def _weighted(rng: Random) -> Draft:
    f, xs, x, t = names(rng, ("weigh", "score", "cost"), LISTS, ITEMS, RESULTS)
    c, k = rng.randint(1, 9), rng.randint(2, 9)
    return Draft(
        family="weighted", slice="unseen", function=f,
        lines=(
            f"def {f}({xs}):", f"    {t} = {c}", f"    for {x} in {xs}:", f"        {t} = {t} + {x} * {k}",
            f"    return {t}",
        ),
        repairs=(
            Repair(name="reset the start", share=1, edits=(f"2|{t} = 0",), shape=r"2\|"),
            Repair(name="correct the result", share=1, edits=(f"5|return {t} - {c}",), shape=r"5\|"),
            Repair(name="rewrite", share=1, edits=(f"2.|return sum({xs}) * {k}",), shape=r"2\.\|"),
        ),
        traps=(), intent=lambda v: sum(v) * k, arguments=numbers,
    )  # fmt: skip


UNSEEN: dict[str, Callable[[Random], Draft]] = {"largest": _largest, "scaled": _scaled, "weighted": _weighted}
"""Family to the function that draws from it."""
