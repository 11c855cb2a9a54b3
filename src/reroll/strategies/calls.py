"""The mechanisms that a call shows: a function, a method or a library, known by its name."""

# ruff: noqa: SIM905 -- words in a row are easier to read and to sort than a hundred quotes
from __future__ import annotations

from collections.abc import Iterable

from reroll.strategies.patterns import strides
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import Node, walk

_REGEX = {"find": "search", "findall": "find", "finditer": "find", "match": "search", "fullmatch": "search"}
_WEAK_LIBRARIES = frozenset(
    "math.sqrt math.hypot math.ceil math.floor math.inf math.pi math.log math.log2 math.log10 math.pow "
    "math.prod math.trunc math.fabs math.isclose math.dist functools.reduce itertools.compress "
    "itertools.chain itertools.islice itertools.count itertools.starmap itertools.repeat itertools.takewhile "
    "itertools.dropwhile itertools.zip_longest itertools.pairwise operator".split()
)
_MEMO = frozenset({"functools.lru_cache", "functools.cache"})
_BASES = frozenset({"bin", "hex", "oct"})
_CLEANING = frozenset(
    {"replace", "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "capitalize"}
)
_SET_METHODS = frozenset(
    "issubset issuperset difference intersection union symmetric_difference isdisjoint difference_update "
    "intersection_update".split()
)


def call(seen: Sightings, node: Node) -> None:
    """Note a function by name."""
    function = node[1]
    if function[0] == "lib":
        library(seen, function[1])
        if function[1] in {"collections.Counter"}:
            seen.strong.add("tallies")
    if function[0] != "name":
        return
    name = function[1]
    if name == "sorted":
        seen.strong.add("sorts")
    elif name in {"set", "frozenset"} and len(node) > 2:
        seen.strong.add("collects a set")
    elif name in _BASES or (name == "format" and len(node) > 3):
        seen.strong.add("writes the number in another base")
    elif name in {"ord", "chr"}:
        seen.strong.add("computes with code points")
    elif name in {"reversed"}:
        seen.strong.add("reverses")
    elif name in {"max", "min"} and len(node) == 3:
        seen.weak.add("takes an extreme")
    elif name in {"sum", "any", "all", "next"} and len(node) == 3:
        seen.visits = max(seen.visits, 1)
    elif name == "divmod":
        seen.weak.add("splits by division")
    elif strides(node):
        seen.strong.add("strides by a variable")


def method(seen: Sightings, node: Node) -> None:  # noqa: PLR0912 -- one branch for each family of methods
    """Note a method by name."""
    owner, name = node[1], node[2]
    if name == "sort":
        seen.strong.add("sorts")
    elif name in {"split", "rsplit", "splitlines", "partition"}:
        seen.strong.add("splits the text")
    elif name in _SET_METHODS:
        seen.strong.add("compares sets")
    elif name in {"translate", "maketrans"}:
        seen.strong.add("translates characters")
    elif name in {"index", "find", "rfind"} and (
        seen.is_table(owner) or owner in seen.texts or owner[0] == "str"
    ):
        seen.strong.add("finds positions in a table")
    elif name == "get" and seen.is_table(owner):
        seen.strong.add("looks up a table")
    elif name in {"append", "push", "add", "appendleft"}:
        seen.pushed.add(owner)
        if seen.depth and any(
            part[0] == "index" and part[1] == owner for arg in node[3:] for part in walk(arg)
        ):
            seen.strong.add("builds on earlier entries")
        if seen.depth and any(part[:2] == ("cmp", "in") and part[3] == owner for part in _around(seen)):
            seen.strong.add("remembers what it has seen")
    elif name in {"pop", "popleft", "shift"}:
        seen.popped.add(owner)
        if len(node) == 4 or name in {"popleft", "shift"}:
            seen.strong.add("takes from the front")
    elif name in {"remove", "insert"} and seen.depth:
        seen.strong.add(f"{name}s in place")
    elif name == "reverse":
        seen.strong.add("reverses")
    elif name in {"bit_count", "bit_length"}:
        seen.strong.add("counts bits by a built-in")
    elif name in _CLEANING:
        seen.weak.add("cleans the text")
    elif name in {"count"}:
        seen.weak.add("counts by a built-in")
    elif name == "isdigit":
        seen.weak.add("asks for digits")


def _around(seen: Sightings) -> Iterable[Node]:
    for loop in seen.loops:
        yield from walk(loop)


def library(seen: Sightings, path: str) -> None:
    """Note a library by its path."""
    module = path.split(".", maxsplit=1)[0]
    if path in _MEMO:
        seen.strong.add("remembers results")
    elif module == "re":
        name = path.rsplit(".", 1)[-1]
        seen.strong.add(f"regular expression: {_REGEX.get(name, name)}" if path != "re.compile" else "")
    elif path in _WEAK_LIBRARIES or module in {
        "string",
        "operator",
        "typing",
        "enum",
        "__future__",
        "sys",
    }:
        return
    elif module in {"math", "itertools", "collections"}:
        if path.count(".") and path not in {
            "collections.Counter",
            "collections.defaultdict",
            "collections.deque",
        }:
            seen.strong.add(f"library: {path}")
    elif path.count(".") or module in {"heapq", "bisect", "datetime", "calendar", "statistics"}:
        seen.strong.add(f"library: {module}")
