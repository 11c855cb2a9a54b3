"""What a run itself says about how far its comparisons can be trusted, in sentences that stand beside them.

`caveats.py` looks at the counts of a pair; here it is how the attempts were made, and which bugs belong
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reroll.report.comparison import Comparison
from reroll.report.pairing import Groups

if TYPE_CHECKING:
    from reroll.ledger import Run

PLAIN = {"temperature": 1.0, "top_p": 1.0, "top_k": 0}
"""Sampling from the policy itself, which tilt and drift are about."""
MANY = 8
"""Comparisons from which on it is said that chance has as many occasions."""


def conditions_of(run: Run, comparisons: Sequence[Comparison], *, groups: Groups = None) -> tuple[str, ...]:
    """Return what a reader of the run's comparisons must know, the weightiest first."""
    tags = run.bugs["tags"].tolist()
    notes = [
        "" if groups is not None else ungrouped(tags),
        multiplicity(len(comparisons)),
        truncated(run.specification.get("sampling") or {}),
        unsteady(*run.flakiness()),
    ]
    return tuple(note for note in notes if note)


def ungrouped(tags: Sequence[Iterable[str]]) -> str:
    """Say that bugs which share a tag PREFIX:NAME were taken as independent; `tags` are those of each bug."""
    names: dict[str, Counter[str]] = {}
    for tag in (tag for own in tags for tag in own if ":" in tag):
        prefix, _, name = tag.partition(":")
        names.setdefault(prefix, Counter())[name] += 1
    shared = {prefix: found for prefix, found in names.items() if found.total() > len(found)}
    if not shared:
        return ""
    prefix, found = max(shared.items(), key=lambda item: (item[1].total(), item[0]))
    return (
        f"{found.total()} bugs carry {len(found)} different tags {prefix}:NAME and were taken as "
        f"independent; if bugs of one {prefix} are alike, intervals are too short: --group-by {prefix}"
    )


def multiplicity(comparisons: int) -> str:
    """Say that many comparisons leave room for chance; empty for few."""
    if comparisons < MANY:
        return ""
    return (
        f"{comparisons} comparisons were made. Each is corrected for its own figures and not for the others: "
        "where nothing changed, up to one in 20 shows a loss"
    )


def unlike_the_policy(sampling: Mapping[str, Any]) -> str:
    """Return how sampling differs from the policy itself, as in `top_p 0.9`; empty where it does not."""
    return ", ".join(
        f"{key} {sampling[key]:g}" for key, plain in PLAIN.items() if sampling.get(key, plain) != plain
    )


def truncated(sampling: Mapping[str, Any]) -> str:
    """Say what sampling that differs from the policy itself means for the figures."""
    other = unlike_the_policy(sampling)
    if not other:
        return ""
    return (
        f"Sampled with {other}: the figures are about this sampling, tilt and drift not about the "
        "policy itself"
    )


def unsteady(tested: int, changed: int) -> str:
    """Say how many patches got another verdict when they were tested again."""
    if not changed:
        return ""
    return f"{changed} of {tested} patches that were tested twice got another verdict"
