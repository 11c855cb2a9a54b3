"""Short phrases for strategies: what a person reads instead of the code."""

# ruff: noqa: PLR0911 -- one return for each kind of node
from __future__ import annotations

from collections.abc import Sequence

from reroll.strategies.atoms import Atom

LONGEST = 72
_QUESTIONS = {
    "emptiness": "empty input",
    "absence": "None",
    "order": "values out of range",
    "membership": "known items",
    "equality": "a special value",
    "type": "the wrong type",
    "condition": "a special case",
}
_ACTIONS = {
    "constant": "changes the constant in {place}",
    "text": "sets the text in {place} to {family}",
    "variable": "uses another variable in {place}",
    "operator": "changes the operator in {place}",
    "swap operands": "swaps the operands in {place}",
    "swap arguments": "swaps the arguments in {place}",
    "negate": "turns round {place}",
    "add condition": "also asks for {family} in {place}",
    "drop condition": "drops a condition from {place}",
    "add filter": "filters by {family} in {place}",
    "drop filter": "drops the filter of {place}",
    "add argument": "adds the argument {family} in {place}",
    "drop argument": "drops the argument {family} in {place}",
    "change arguments": "changes the arguments in {place}",
    "call": "calls {family} in {place}",
    "wrap": "puts {family} around {place}",
    "unwrap": "takes {family} off {place}",
    "replace": "computes {place} anew: {family}",
    "insert": "inserts: {family} ({place})",
    "delete": "deletes {place}",
    "move": "moves {place}",
    "rewrite": "rewrites {unit}: {family}",
    "entries": "sets {place} to {family}",
    "reorder entries": "reorders the entries of {place}",
    "add": "adds {unit}",
    "change data": "changes {place}",
}
_WRAPPERS = {"+": "an addition", "-": "a subtraction", "*": "a factor", "/": "a division", "//": "a division",
             "%": "a remainder", "item": "an item access", "slice": "a slice", "": "something"}  # fmt: skip


def edit_label(atom: Atom, atoms: int) -> str:
    """Return a phrase for an edit whose dominant atom is given, of `atoms` in all."""
    text = _phrase(atom)
    unit = atom.unit.rstrip(".").split(".")[-1]
    if unit and atom.action not in {"rewrite", "add", "guard"}:
        text += f" of {unit}"
    if atoms > 1:
        text += f" (+{atoms - 1})"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _phrase(atom: Atom) -> str:
    if atom.action == "guard":
        leaving, _, asked = atom.family.partition(" on ")
        verb = {"raise": "rejects", "continue": "skips", "break": "stops at"}.get(leaving, "guards")
        what = " and ".join(_QUESTIONS.get(part, part) for part in asked.split(" and "))
        return f"{verb} {what}"
    if atom.action.startswith("wrap in"):
        return (
            f"puts the {atom.role} under a test of {atom.family}"
            if " if" in atom.action
            else (f"puts the {atom.role} into a {atom.action.removeprefix('wrap in ')}")
        )
    if atom.action.startswith("unwrap "):
        return f"removes the {atom.action.removeprefix('unwrap ')} around the {atom.role}"
    if atom.action == "constant":
        return _constant(atom)
    if atom.action == "bound":
        return f"moves the bound of the {atom.role.removesuffix(' range')}"
    family = atom.family
    if atom.action in {"wrap", "unwrap"}:
        family = _WRAPPERS.get(family, family)
    if atom.action == "operator" and ("test" in atom.role or "loop test" in atom.role):
        return f"moves the bound of the {atom.role}"
    pattern = _ACTIONS.get(atom.action, "{action} in {place}")
    unit = atom.unit.rstrip(".").split(".")[-1] or "the module"
    place = "the module's statements" if atom.role == "statements" else f"the {atom.role}"
    text = pattern.format(place=place, family=family, unit=unit, action=atom.action)
    return text.rstrip(": ").replace(" : ", ": ")


def _constant(atom: Atom) -> str:
    before, _, after = atom.detail.partition(" → ")
    if atom.role.startswith("start of"):
        return f"starts {atom.role.removeprefix('start of ')} at {after}"
    if atom.role.startswith("loop range"):
        return f"moves the {atom.role} from {before} to {after}"
    return f"changes {before} to {after} in the {atom.role}"


def program_label(key: Sequence[str]) -> str:
    """Return a phrase for a whole program by its mechanisms."""
    text = ", ".join(key) or "computes directly"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
