"""Which mechanisms decide: ranks, and what a mechanism makes incidental.

A program shows many mechanisms, and most of them only serve another: a recursion reverses its list, a tally
is compared with a count. The mechanisms of the highest rank that is present decide; what one of them implies
is left out. A mechanism without a rank never decides.
Where no algorithm decides, the manners that a program shows are named beside what does.
"""

from __future__ import annotations

from collections.abc import Iterable


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(";"))


_PARADIGM = _phrases("calls itself; halves by calls; splits in the middle by calls; remembers results")
_ALGORITHM = _phrases(
    """
    halves an interval; splits in the middle; moves two ends inward; takes remainders in turn;
    tries divisors; divides out factors; stops at the square root; strides by a variable; marks positions;
    peels digits; reads digits as text; writes the number in another base; uses a closed formula;
    tests bits by position; takes the lowest bit; combines bits; counts bits by a built-in;
    keeps a stack; works off a list; takes from the front; builds on earlier entries;
    swaps neighbours; swaps distant items; inserts in place; removes in place;
    tallies; counts each item anew; finds each item anew; remembers what it has seen; compares sets;
    library; regular expression; translates characters; flattens by a built-in; groups neighbours;
    rewrites the text; rewrites until nothing changes; keys cases by truth value; improves a guess;
    builds up by a factor; weighs by powers; weighs by position; sums running sums
    """
)
_ORDER = _phrases("sorts")
_DATA = _phrases(
    """
    scans a table; looks up a table; finds positions in a table; collects a set; indexes by key;
    chains tests; compares a full count; splits the text; slides a window; turns rows into columns;
    computes with code points; computes with truth values; reverses at once
    """
)
_RESULT = _phrases(
    """
    nests visits; adds up; asks; searches; takes an extreme; collects;
    puts in front; takes from the end; uses up a number; takes a root
    """
)
_FORM = _phrases(
    "nests visits; repeats; reverses; deletes by a regular expression; picks by a regular expression"
)
_NOTHING = _phrases("computes without a loop")
_AT_ONCE = _phrases("calculates at once")
_RANKS = (_PARADIGM, _ALGORITHM, _ORDER, _DATA, _RESULT, _FORM, _NOTHING)

_MANNERS = _phrases(
    """
    nests three visits; fills a grid; takes remainders;
    mirrors; walks from the end; pads a text
    """
)
"""By which means: they are named beside what decides, unless an algorithm does."""
_DIRECTIONS = _phrases("puts in front; walks from the end; mirrors; pads a text")
"""Manners that matter only for what is put in order."""
_REPRESENTATIONS = _phrases("computes with code points; library: calendar; library: datetime")
"""What the data is made of. That alone says little of what is done: the result is named beside it."""

_READING = _phrases("chains tests; looks up a table; finds positions in a table; computes with code points")
"""How the value of a digit or letter is read."""
_IMPLIED: dict[str, frozenset[str]] = {
    "sorts": _phrases("groups neighbours"),
    "inserts in place": _phrases("builds on earlier entries"),
    "takes remainders in turn": _phrases("tries divisors"),
    "splits in the middle by calls": _phrases("halves by calls"),
    "tallies": _phrases("marks positions; remembers what it has seen"),
    "works off a list": _phrases(
        "takes from the front; remembers what it has seen; keeps a stack; builds on earlier entries"
    ),
    "keeps a stack": _phrases("builds on earlier entries"),
    "compares sets": _phrases("collects a set"),
    "swaps distant items": _phrases("moves two ends inward"),
    "strides by a variable": _phrases("stops at the square root; remembers what it has seen"),
    **dict.fromkeys(("builds up by a factor", "weighs by position", "sums running sums"), _READING),
    "weighs by powers": _READING | {"weighs by position"},
    "improves a guess": _phrases("halves an interval; splits in the middle"),
    "divides out factors": _phrases("tries divisors; peels digits"),
    "scans a table": _phrases("looks up a table; indexes by key; computes with code points"),
    "looks up a table": _phrases("indexes by key; computes with code points; computes with truth values"),
    "computes with code points": _phrases("chains tests"),
    "rewrites until nothing changes": _phrases("removes in place; rewrites the text"),
    "collects a set": _phrases("compares a full count; sorts"),
    "removes in place": _phrases("finds each item anew"),
    "rewrites the text": _phrases("regular expression"),
    "compares a full count": _phrases("scans a table; looks up a table"),
}


def family(mechanism: str) -> str:
    """Return what kind of mechanism it is, without which one: `library` for `library: heapq`."""
    return mechanism.partition(":")[0].partition(" of ")[0]


def is_algorithm(mechanism: str) -> bool:
    """Whether a mechanism makes a strategy by itself, whatever data it works on."""
    return any(family(mechanism) in rank for rank in (_PARADIGM, _ALGORITHM, _ORDER))


def deciding(found: Iterable[str]) -> tuple[str, ...]:
    """Return the mechanisms that make the strategy, sorted."""
    kept = set(found)
    if "collects" not in kept:
        kept -= _DIRECTIONS
    for mechanism in sorted(kept):
        implied = _IMPLIED.get(family(mechanism), frozenset())
        kept = {other for other in kept if family(other) not in implied}
    for rank in _RANKS:
        chosen = {mechanism for mechanism in kept if family(mechanism) in rank}
        if chosen:
            if not any(is_algorithm(mechanism) for mechanism in chosen):
                chosen |= kept & _MANNERS
            if chosen - _MANNERS <= _REPRESENTATIONS:
                chosen |= kept & (_RESULT | _AT_ONCE)
            return tuple(sorted(chosen))
    return ()
