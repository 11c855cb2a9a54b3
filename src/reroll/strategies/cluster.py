"""From signatures to strategies: classes of equal keys, named by their content.

A key is read off one patch alone, so that the classes do not depend on the order of the patches, do not move
when patches are added, and cost one dictionary entry each. Nothing is compared with anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reroll.records import Signature, Strategy, digest

GRAINS = ("fine", "coarse")
_ID_LENGTH = 10

Item = tuple[str, Signature, str]
"""Patch digest, signature, behaviour key."""


def strategy_id(signature: Signature, behaviour: str, *, grain: str) -> str:
    """Return the id of a patch's strategy within its bug: `f-…` or `c-…`.

    Fine is behaviour and the whole edit; coarse is behaviour, the place and the dominant kind of edit. A
    patch that does not parse shares a strategy with its like only.
    """
    if not signature.parsed:
        key: list[object] = [behaviour, "unparsed"]
    elif grain == "fine":
        key = [behaviour, signature.unit, signature.dominant, signature.atoms]
    else:
        key = [behaviour, signature.unit, signature.dominant]
    return f"{grain[0]}-{digest(key)[:_ID_LENGTH]}"


def cluster(items: Iterable[Item], known: Sequence[Strategy] = ()) -> tuple[Strategy, ...]:
    """Return the strategies of one bug, at both grains.

    Args:
        items: Patch digest, signature and behaviour key of each attempt of one bug; equal patches may repeat.
        known: Strategies of the same bug that were found earlier: they keep id, label and members.

    Returns:
        Fine ones first, then the most frequent first; members are distinct patches, the most central first.

    """
    found: list[Strategy] = []
    patches, frequency = _distinct(items)
    for grain in GRAINS:
        groups: dict[str, list[Item]] = {}
        for item in patches:
            groups.setdefault(strategy_id(item[1], item[2], grain=grain), []).append(item)
        earlier = {strategy.id: strategy for strategy in known if strategy.grain == grain}
        sizes = {name: sum(frequency[item] for item in group) for name, group in groups.items()}
        for name in sorted(groups.keys() | earlier.keys(), key=lambda name: (-sizes.get(name, 0), name)):
            strategy = _strategy(name, grain, groups[name], frequency) if name in groups else earlier[name]
            found.append(_merged(earlier[name], strategy) if name in earlier else strategy)
    return tuple(found)


def _distinct(items: Iterable[Item]) -> tuple[list[Item], Counter[Item]]:
    frequency = Counter(items)
    return sorted(frequency, key=lambda item: (item[0], item[2])), frequency


def _strategy(name: str, grain: str, group: Sequence[Item], frequency: Counter[Item]) -> Strategy:
    ordered = _by_centrality(group, frequency)
    members = tuple(dict.fromkeys(patch for patch, _, _ in ordered))
    return Strategy(id=name, grain=grain, label=ordered[0][1].label, members=members)


def _by_centrality(group: Sequence[Item], frequency: Counter[Item]) -> list[Item]:
    """Return the members by how much of their edit they share with the others; equal ones by digest.

    An atom that most members have speaks for a patch, one that few have speaks against it.
    """
    total = sum(frequency[item] for item in group)
    shares: Counter[str] = Counter()
    for item in group:
        for atom in set(item[1].atoms):
            shares[atom] += frequency[item]

    def central(item: Item) -> tuple[float, int, str]:
        score = sum(2 * shares[atom] - total for atom in set(item[1].atoms))
        return (-score, -frequency[item], item[0])

    return sorted(group, key=central)


def _merged(earlier: Strategy, now: Strategy) -> Strategy:
    members = tuple(dict.fromkeys((*now.members, *earlier.members)))
    return replace(now, label=earlier.label, members=members)
