"""Short phrases for strategies: what a person reads instead of the code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reroll.strategies.atoms import Atom
from reroll.strategies.phrases import name_of, place_of, question_of, verbs_of

LONGEST = 84
_SIMPLE = {
    "variable": "uses another variable for {place}",
    "operator": "changes the operator in {place}",
    "swap operands": "swaps the operands in {place}",
    "swap arguments": "swaps the arguments in {place}",
    "negate": "turns round {place}",
    "drop condition": "drops a condition from {place}",
    "drop filter": "drops the filter of {place}",
    "add argument": "adds the argument {family} in {place}",
    "drop argument": "drops the argument {family} of {place}",
    "change arguments": "changes the arguments in {place}",
    "delete": "removes {place}",
    "move": "moves {place}",
    "reorder entries": "reorders the entries of {place}",
    "change data": "changes {place}",
}
_AROUND = {
    "+": "adds to {place}", "-": "subtracts from {place}", "*": "multiplies {place}", "/": "divides {place}",
    "//": "divides {place}", "%": "takes a remainder of {place}", "item": "takes an item of {place}",
    "slice": "takes a part of {place}", "sorts": "sorts {place}", "copies": "copies {place}",
    "strips": "strips {place}", "letter case": "ignores letter case in {place}", "": "wraps {place}",
    "or": "adds a condition to {place}", "and": "adds a condition to {place}", "reverses": "reverses {place}",
    "neg": "negates {place}", "not": "turns round {place}",
}  # fmt: skip
_PIECES = {
    "assign": "a variable", "assign a literal": "a variable", "for": "a loop", "while": "a loop",
    "expr": "a call", "with": "a with block", "try": "error handling", "if": "a case", "return": "a return",
    "def": "a function", "raise": "an error",
}  # fmt: skip


def edit_label(atom: Atom, atoms: int) -> str:
    """Return a phrase for an edit whose dominant atom is given, of `atoms` in all."""
    unit = name_of(atom.unit)
    text = _phrase(atom, unit, place_of(atom.role, unit))
    more = f" (and {atoms - 1} more)" if atoms > 1 else ""
    room = LONGEST - len(more)
    return (text if len(text) <= room else text[: room - 1].rstrip() + "…") + more


def _phrase(atom: Atom, unit: str, place: str) -> str:
    action, _, kind = atom.action.partition(" in ")
    if kind:
        return _put_inside(atom, kind, place)
    if atom.action.startswith("unwrap "):
        return f"removes the {atom.action.removeprefix('unwrap ')} around {place}"
    writer = _WRITERS.get(action)
    if writer is not None:
        return writer(atom, unit, place)
    pattern = _SIMPLE.get(action, "{action} in {place}")
    if action == "operator" and "test" in atom.role:
        pattern = "moves the bound of {place}"
    return pattern.format(place=place, family=atom.family, action=action)


def _put_inside(atom: Atom, kind: str, place: str) -> str:
    if kind == "if":
        return f"asks for {question_of(atom.family)} around {place}"
    return {
        "try": f"catches errors in {place}",
        "with": f"puts {place} into a with block",
    }.get(kind, f"puts {place} into a loop")


def _guard(atom: Atom, _unit: str, _place: str) -> str:
    leaving, _, asked = atom.family.partition(" on ")
    verb = {"raise": "rejects", "continue": "skips", "break": "stops at"}.get(leaving, "guards")
    return f"{verb} {question_of(asked)}"


def _constant(atom: Atom, unit: str, place: str) -> str:
    before, _, after = atom.detail.partition(" → ")
    if atom.role.startswith("start of"):
        return f"starts {atom.role.removeprefix('start of ')} at {after} in {unit}"
    return f"changes {before} to {after} in {place}"


def _wrap(atom: Atom, _unit: str, place: str) -> str:
    if atom.family.startswith("choice on "):
        return f"makes {place} depend on {question_of(atom.family.removeprefix('choice on '))}"
    if atom.family in _AROUND:
        return _AROUND[atom.family].format(place=place)
    verbs = verbs_of(atom.family)
    if verbs in _AROUND:
        return _AROUND[verbs].format(place=place)
    return f"{verbs} around {place}" if verbs else f"wraps {place}"


def _unwrap(atom: Atom, _unit: str, place: str) -> str:
    what = {"+": "an addition", "-": "a subtraction", "*": "a factor", "/": "a division", "//": "a division",
            "%": "a remainder", "item": "an item access", "slice": "a slice"}.get(atom.family)  # fmt: skip
    return f"takes {what or atom.family or 'something'} off {place}"


def _inserted(atom: Atom, _unit: str, place: str) -> str:
    kind, _, asked = atom.family.partition(" on ")
    if kind == "if" and asked:
        return f"adds a case for {question_of(asked)} to {place}"
    if atom.family in _PIECES:
        return f"adds {_PIECES[atom.family]} to {place}"
    verbs = verbs_of(atom.family)
    return f"adds a step to {place}: {verbs}" if verbs else f"adds to {place}"


def _replaced(atom: Atom, _unit: str, place: str) -> str:
    verbs = verbs_of(atom.family)
    return f"computes {place} differently" + (f": {verbs}" if verbs else "")


def _rewritten(atom: Atom, unit: str, _place: str) -> str:
    verbs = verbs_of(atom.family)
    return f"rewrites {unit}" + (f" so that it {verbs}" if verbs else "")


def _added(atom: Atom, unit: str, _place: str) -> str:
    verbs = verbs_of(atom.family)
    return f"adds {unit}" + (f", which {verbs}" if verbs and verbs != "needs no loop" else "")


def _asked(atom: Atom, _unit: str, place: str) -> str:
    how = "filters by" if atom.action == "add filter" else "also asks for"
    return f"{how} {question_of(atom.family)} in {place}"


def _entries(atom: Atom, _unit: str, place: str) -> str:
    short = atom.family if len(atom.family) < LONGEST // 3 and "(" not in atom.family[1:] else ""
    return f"sets {place} to {short}" if short else f"changes the data in {place}"


_WRITERS: dict[str, Callable[[Atom, str, str], str]] = {
    "guard": _guard,
    "constant": _constant,
    "bound": lambda _atom, _unit, place: f"moves the bound of {place}".replace("what the loop", "the loop")
    .replace(" goes over", ""),
    "text": lambda atom, _unit, place: f"sets the text in {place} to {atom.family}",
    "wrap": _wrap,
    "unwrap": _unwrap,
    "insert": _inserted,
    "replace": _replaced,
    "rewrite": _rewritten,
    "entries": _entries,
    "add": _added,
    "add condition": _asked,
    "add filter": _asked,
    "call": lambda atom, _unit, place: f"calls {atom.family.split(', ', maxsplit=1)[0]} in {place}",
}  # fmt: skip


def program_label(key: Sequence[str]) -> str:
    """Return a phrase for a whole program by its mechanisms."""
    text = ", ".join(key) or "computes directly"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
