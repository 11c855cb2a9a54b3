"""Edit atoms: the smallest things that a patch does to a unit, and what a piece of code brings with it."""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from reroll.strategies.mechanisms import mechanisms
from reroll.strategies.ranks import deciding, is_algorithm
from reroll.strategies.tree import EMPTY, FALSE, NULL, Node, leaves, walk

# Different names of one idea, so that `dict(x)`, `x.copy()` and `{**x}` are all a copy.
FAMILIES = {
    **dict.fromkeys(("copy", "deepcopy", "copy.copy", "copy.deepcopy", "dict", "list", "tuple"), "copies"),
    **dict.fromkeys(("sorted", "sort", "operator.itemgetter", "operator.attrgetter"), "sorts"),
    **dict.fromkeys(("get", "setdefault", "collections.defaultdict"), "defaults"),
    **dict.fromkeys(("set", "frozenset", "add", "update"), "sets"),
    **dict.fromkeys(("lower", "upper", "casefold", "toLowerCase", "toUpperCase"), "letter case"),
    **dict.fromkeys(("strip", "lstrip", "rstrip", "trim"), "strips"),
    **dict.fromkeys(("any", "all", "some", "every"), "asks any or all"),
    **dict.fromkeys(("pop", "popleft", "shift"), "takes out"),
    **dict.fromkeys(("append", "appendleft", "extend", "push"), "appends"),
    **dict.fromkeys(("range", "len", "enumerate", "str", "int", "isinstance", "zip", "iter", "next"), ""),
}


_LOOPS = {"for": "loop", "while": "loop", "comp": "loop"}
_CONSTRUCTS = frozenset(
    {"if", "ifexp", "and", "or", "for", "while", "try", "with", "raise", "comp", "lambda"}
)


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that a patch does."""

    unit: str
    """Qualified name of the function or class; empty for the module's own statements."""
    role: str
    """What the changed place is there for: `return`, `test`, `loop range`, `start of total`, …"""
    action: str
    """What happens to it: `guard`, `operator`, `constant`, `wrap`, `replace`, `rewrite`, …"""
    family: str
    """What kind of it, as far as a strategy goes."""
    detail: str
    """The change in full, as text."""
    weight: int
    """Nodes of the tree that are touched."""

    @property
    def text(self) -> str:
        """The atom as it stands in a signature."""
        return f"{self.unit or 'module'}/{self.role}: {self.action} {self.detail}".rstrip()

    @property
    def kind(self) -> str:
        """Action and family: what a coarse strategy keeps of the atom."""
        return f"{self.action}: {self.family}" if self.family else self.action


def interface(node: Node) -> set[str]:
    """Return the functions, methods, libraries and attributes that a piece of code uses by name."""
    found: set[str] = set()
    for part in walk(node):
        kind = part[0]
        if kind == "call" and part[1][0] in {"name", "lib"}:
            found.add(part[1][1])
        elif kind in {"method", "attr"}:
            found.add(part[2])
        elif kind == "lib":
            found.add(part[1])
    return found


def brought(pieces: Iterable[Node], known: Set[str]) -> str:
    """Return what new code brings that the source did not have: mechanisms and interfaces, by family."""
    pieces = tuple(pieces)
    found = {part for part in mechanisms({"": ("block", *pieces)}).strong if part not in known}
    for name in sorted(set().union(*(interface(piece) for piece in pieces)) - known) if pieces else ():
        found.add(FAMILIES.get(name, FAMILIES.get(name.rsplit(".", 1)[-1], name)))
    return ", ".join(sorted(found - {""}))


def brings(source: Node, patched: Node, *, unit: str) -> str:
    """Return what a rewritten unit brings that it did not have: mechanisms, else interfaces by family."""
    had, has = (mechanisms({unit: form}).strong for form in (source, patched))
    new = deciding(has - had)
    if new and is_algorithm(new[0]):
        return ", ".join(new)
    names = interface(patched) - interface(source)
    found = {FAMILIES.get(name, FAMILIES.get(name.rsplit(".", 1)[-1], name)) for name in names}
    if any(part[0] == "try" for part in walk(patched)) and not any(part[0] == "try" for part in walk(source)):
        found.add("catches errors")
    # A list that is appended to and one that is built at once are two wordings.
    return ", ".join(sorted({*new, *found} - {"", "appends"}))


def skeleton(node: Node) -> str:
    """Return the constructs that a piece of code is made of, for code without a mechanism of its own."""
    kinds = {part[0] for part in walk(node)} & _CONSTRUCTS
    return " ".join(sorted({_LOOPS.get(kind, kind) for kind in kinds}))


def question(test: Node) -> str:
    """Return what kind of question a test asks."""
    kind = test[0]
    if kind in {"and", "or"}:
        found = sorted({question(part) for part in test[1:]})
        return found[0] if len(found) == 1 else " and ".join(found)
    if kind == "not":
        return question(test[1])
    if kind == "cmp":
        if NULL in test[2:]:
            return "absence"
        return {"<": "order", "<=": "order", "in": "membership", "not in": "membership"}.get(
            test[1], "equality"
        )
    if kind in {"var", "name", "attr", "index"}:
        return "emptiness"
    if kind == "call" and test[1] == ("name", "isinstance"):
        return "type"
    return "condition"


def guard(node: Node) -> str | None:
    """Return how a statement guards (`return on emptiness`, …), or None where it does not."""
    if node[0] != "if" or node[3] != EMPTY or not leaves(node[2]) or len(node[2]) > 3:
        return None
    return f"{node[2][-1][0]} on {question(node[1])}"


def entries(node: Node) -> str | None:
    """Return the literal data of a collection or text as one line, or None where it is not literal."""
    kind = node[0]
    if kind in {"num", "const"}:
        return str(node[1])
    if kind == "str":
        return repr(node[1])
    if kind == "neg":
        inner = entries(node[1])
        return None if inner is None else f"-{inner}"
    if kind in {"list", "tuple", "set", "dict", "pair"}:
        inner_texts = [entries(part) for part in node[1:]]
        if any(text is None for text in inner_texts):
            return None
        mark = {"list": "[]", "set": "{}", "dict": "{}"}.get(kind, "()")
        return mark[0] + " ".join(str(text) for text in inner_texts) + mark[1]
    return str(node[1]) if node in {FALSE, NULL} else None
