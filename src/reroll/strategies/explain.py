"""Why two patches are, or are not, one strategy: the parts of their signatures, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from reroll.records import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of two signatures."""

    name: str
    """`behaviour`, `parsed`, `place`, `kind of edit`, or `edit atom`."""
    first: str | None
    """What the first patch has; None where it has nothing of the kind."""
    second: str | None
    """What the second patch has."""
    grains: tuple[str, ...]
    """Grains for which this part must agree."""

    @property
    def agrees(self) -> bool:
        """Whether the two patches have the same."""
        return self.first == self.second


def explain(
    a: Signature, b: Signature, *, behaviour_a: str | None = None, behaviour_b: str | None = None
) -> tuple[Part, ...]:
    """Return the parts of two signatures: the patches are one strategy of a grain where all its parts agree.

    Args:
        a: Signature of the first patch.
        b: Signature of the second patch, of the same bug.
        behaviour_a: Behaviour key of the first patch; left out of the comparison where None.
        behaviour_b: Behaviour key of the second patch.

    """
    both = ("coarse", "fine")
    parts: list[Part] = []
    if behaviour_a is not None or behaviour_b is not None:
        parts.append(Part(name="behaviour", first=behaviour_a, second=behaviour_b, grains=both))
    parts.append(Part(name="parsed", first=_word(a.parsed), second=_word(b.parsed), grains=both))
    parts.append(Part(name="place", first=a.unit, second=b.unit, grains=both))
    parts.append(Part(name="kind of edit", first=a.dominant, second=b.dominant, grains=both))
    for atom in sorted({*a.atoms, *b.atoms}):
        # Atoms form a multiset: one that occurs twice in one patch only is a difference.
        for number in range(max(a.atoms.count(atom), b.atoms.count(atom))):
            first = atom if number < a.atoms.count(atom) else None
            second = atom if number < b.atoms.count(atom) else None
            parts.append(Part(name="edit atom", first=first, second=second, grains=("fine",)))
    return tuple(parts)


def _word(parsed: bool) -> str:
    return "yes" if parsed else "no"
