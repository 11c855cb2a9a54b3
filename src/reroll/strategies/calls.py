"""The mechanisms that a call shows: a function or a library, known by its name."""

# ruff: noqa: SIM905 -- words in a row are easier to read and to sort than a hundred quotes
from __future__ import annotations

import re
from collections.abc import Callable

from reroll.strategies.patterns import strides
from reroll.strategies.sightings import Sightings
from reroll.strategies.tree import NONE, Node

_ONE_CHARACTER = re.compile(r"\[[^\]]+\]|\\[a-zA-Z]|\.")
_ONE_KIND = re.compile(r"\^?(?:\[[^\]]+\]|\\[a-zA-Z])(?:[+*]|\{\d+,\})?\$?")
_REGEX = {"find": "search", "findall": "find", "finditer": "find", "match": "search", "fullmatch": "search"}
_WEAK_LIBRARIES = frozenset(
    "functools.reduce itertools.compress itertools.chain itertools.chain.from_iterable itertools.islice "
    "itertools.count itertools.starmap itertools.repeat itertools.takewhile itertools.dropwhile "
    "itertools.zip_longest itertools.pairwise itertools.product itertools.cycle "
    "itertools.accumulate itertools.combinations operator".split()
)
_MATHEMATICS = frozenset("math.gcd math.lcm math.comb math.perm math.factorial".split())
_SILENT_MODULES = frozenset(
    {
        "string",
        "functools",
        "operator",
        "typing",
        "enum",
        "__future__",
        "sys",
        "dataclasses",
        "abc",
        "copy",
        "warnings",
        "textwrap",
    }
)
_CONTAINERS = (
    "collections.Counter",
    "collections.defaultdict",
    "collections.deque",
    "collections.OrderedDict",
)
_WHOLE_MODULES = frozenset({"heapq", "bisect", "datetime", "calendar", "statistics"})
_MEMO = frozenset({"functools.lru_cache", "functools.cache"})
_STRONG = {
    **dict.fromkeys("bin hex oct".split(), "writes the number in another base"),
    "ord": "computes with code points",
    "sorted": "sorts",
    "reversed": "reverses",
}
_RESULTS = {"sum": "adds up", "any": "asks", "all": "asks", "next": "searches"}
_EXTREMES = frozenset({"max", "min"})


def call(seen: Sightings, node: Node) -> None:
    """Note a function by name."""
    function = node[1]
    if function[0] == "lib":
        _library_call(seen, node)
    elif function[0] == "name":
        name = function[1]
        if name in _STRONG:
            seen.strong.add(_STRONG[name])
        elif name in _RESULTS and len(node) > 2:
            _passes(seen, node)
            seen.weak.add(_RESULTS[name])
        elif name in _EXTREMES and len([part for part in node[2:] if part[0] != "kw"]) == 1:
            _passes(seen, node)
            seen.weak.add("takes an extreme")
            if any(
                part[:2] == ("kw", "key") and part[2][:1] == ("attr",) and part[2][2] == "count"
                for part in node
            ):
                seen.strong.add("counts each item anew")
        elif name in _READERS:
            _READERS[name](seen, node)


def _passes(seen: Sightings, node: Node) -> None:
    """Note that a built-in goes over all items, as the loop would that it stands for."""
    seen.visits = max(seen.visits, 1 if node[2][0] == "comp" else seen.depth + 1)


def _library_call(seen: Sightings, node: Node) -> None:
    path = node[1][1]
    if path.startswith("re."):
        _pattern(seen, path, node)
        return
    library(seen, path)
    if path == "itertools.combinations" and (len(node) < 4 or node[3][0] != "num"):
        # A fixed number of items is so many loops, one within the other.
        seen.strong.add(f"library: {path}")
    if path == "itertools.zip_longest":
        _zip(seen, ("call", node[1], *(part for part in node[2:] if part[0] != "kw")))
    if path in {"functools.reduce", "math.prod"}:
        _passes(seen, node)
        seen.weak.add("adds up")
    elif path == "itertools.accumulate":
        seen.strong.add("builds on earlier entries")
    elif path == "collections.Counter":
        seen.strong.add("tallies")


def _pattern(seen: Sightings, path: str, node: Node) -> None:
    """Note what a regular expression is used for: deleting and picking single characters only cleans."""
    name = path.removeprefix("re.")
    pattern = node[2][1] if len(node) > 2 and node[2][0] == "str" else ""
    if name == "sub" and len(node) > 3 and node[3] in {("str", ""), ("str", " ")}:
        seen.weak.add("deletes by a regular expression")
    elif name == "findall" and _ONE_CHARACTER.fullmatch(pattern):
        seen.weak.add("picks by a regular expression")
    elif name in {"match", "fullmatch", "search"} and _ONE_KIND.fullmatch(pattern):
        seen.weak.add("asks")
    else:
        library(seen, path)


def _set(seen: Sightings, node: Node) -> None:
    if len(node) > 2 and not seen.is_table(node[2]) and node[2][0] != "str":
        seen.strong.add("collects a set")


def _dict(seen: Sightings, node: Node) -> None:
    if len(node) == 3:
        seen.strong.add("indexes by key")


def _character(seen: Sightings, node: Node) -> None:
    walked = len(node) == 3 and seen.visitors.get(node[2]) == "range"
    seen.strong.add("scans a table" if walked else "computes with code points")


def _zip(seen: Sightings, node: Node) -> None:
    if len(node) == 3 and node[2][0] == "star" and _shifted(node[2][1]):
        seen.strong.add("slides a window")
    elif len(node) == 3 and node[2][0] == "star":
        seen.strong.add("turns rows into columns")


def _shifted(node: Node) -> bool:
    """Whether an expression is one sequence from several starts on."""
    return bool(
        node[0] == "comp"
        and node[2][0] == "index"
        and node[2][2][:1] == ("slice",)
        and node[2][2][1] == node[3][1]
        and node[2][2][2] == NONE
    )


def _range(seen: Sightings, node: Node) -> None:
    if strides(node) and node[4] not in seen.widths:
        seen.strong.add("strides by a variable")


def _format(seen: Sightings, node: Node) -> None:
    if len(node) > 3:
        seen.strong.add("writes the number in another base")


_READERS: dict[str, Callable[[Sightings, Node], None]] = {
    "set": _set,
    "frozenset": _set,
    "dict": _dict,
    "chr": _character,
    "zip": _zip,
    "range": _range,
    "format": _format,
}


def library(seen: Sightings, path: str) -> None:
    """Note a library by its path."""
    module = path.split(".", maxsplit=1)[0]
    if path in _MEMO:
        seen.strong.add("remembers results")
    elif module == "re":
        name = path.rsplit(".", 1)[-1]
        if name != "compile":
            seen.strong.add(f"regular expression: {_REGEX.get(name, name)}")
    elif path in _WEAK_LIBRARIES or path.startswith(_CONTAINERS) or module in _SILENT_MODULES:
        return
    elif module == "math":
        if path in _MATHEMATICS:
            seen.strong.add("library: math")
    elif module in {"itertools", "collections"}:
        if path == "itertools.groupby":
            seen.strong.add("groups neighbours")
        elif "." in path:
            seen.strong.add(f"library: {path}")
    elif "." in path or module in _WHOLE_MODULES:
        seen.strong.add(f"library: {module}")
