"""Words for what a label speaks of: places of the source, what code brings, and what tests ask for."""

from __future__ import annotations

import re

QUESTIONS = {
    "emptiness": "empty input",
    "absence": "None",
    "order": "values out of range",
    "membership": "known items",
    "equality": "a special value",
    "type": "the wrong type",
    "condition": "a special case",
}
_VERBS = {
    "copies": "copies", "sorts": "sorts", "defaults": "uses a default", "sets": "uses a set",
    "letter case": "ignores letter case", "strips": "strips", "asks any or all": "asks for any or all",
    "takes out": "takes items out", "appends": "appends", "catches errors": "catches errors",
    "collects": "collects the items", "asks": "answers yes or no", "searches": "searches",
    "adds up": "adds up", "nests visits": "loops within a loop", "repeats": "loops until a condition",
    "computes without a loop": "needs no loop", "stores by key": "stores by key", "filters": "filters",
    "asks for digits": "asks for digits", "isdigit": "asks for digits", "and": "joins conditions",
    "or": "joins conditions", "if": "branches", "ifexp": "chooses by a condition", "for": "loops",
    "while": "loops",
    "loop": "loops", "comp": "builds a list at once", "try": "catches errors", "with": "uses a with block",
    "lambda": "uses a function", "raise": "raises", "max": "takes the larger", "min": "takes the smaller",
    "reverses": "reverses", "reverses at once": "reverses", "tallies": "tallies",
    "sum": "adds up", "round": "rounds",
    "abs": "takes the absolute value", "join": "joins texts",
    "split": "splits the text", "reversed": "reverses", "float": "makes a float", "bool": "asks for truth",
}  # fmt: skip
_SILENT = frozenset(
    [
        "assign", "attr", "bin", "block", "call", "cmp", "def", "except", "expr", "fstr", "index", "list",
        "method", "name", "neg", "not", "params", "slice", "tuple", "var", "dict", "set", "str",
    ]
)  # fmt: skip
_VAGUE = ("needs no loop", "loops", "collects the items")
"""Said only where there is nothing else to say."""
_ORDINALS = {"2": "second", "3": "third", "4": "fourth", "5": "fifth"}
_PLACES = (
    (re.compile(r"return(?: (?P<n>\d+))?"), "the {n} value returned by {unit}", "what {unit} returns"),
    (re.compile(r"test(?: (?P<n>\d+))?"), "the {n} test in {unit}", "the test in {unit}"),
    (
        re.compile(r"loop range(?: (?P<n>\d+))?"),
        "what the {n} loop in {unit} goes over",
        "what the loop in {unit} goes over",
    ),
    (re.compile(r"loop test(?: (?P<n>\d+))?"), "the {n} loop's test in {unit}", "the loop's test in {unit}"),
    (re.compile(r"start of (?P<t>.+?)(?: \d+)?"), "", "the start of {t} in {unit}"),
    (re.compile(r"value of (?P<t>.+?)(?: \d+)?"), "", "the value of {t} in {unit}"),
    (re.compile(r"update of (?P<t>.+?)(?: \d+)?"), "", "how {t} is updated in {unit}"),
    (re.compile(r"target of .+"), "", "what is assigned in {unit}"),
    (re.compile(r"call of (?P<t>.+?)(?: \d+)?"), "", "the call of {t} in {unit}"),
    (re.compile(r"(?:body|class body|statements|def|whole|unit)"), "", "{unit}"),
    (re.compile(r"try"), "", "the error handling of {unit}"),
    (re.compile(r"with"), "", "the with block of {unit}"),
    (re.compile(r"(?:end of )?loop"), "", "the loop of {unit}"),
    (re.compile(r"(?:other )?branch"), "", "a branch of {unit}"),
    (re.compile(r"default"), "", "the default argument of {unit}"),
)


def place_of(role: str, unit: str) -> str:
    """Return a place of the source in words, given its role and the name of its function."""
    for pattern, counted, plain in _PLACES:
        match = pattern.fullmatch(role)
        if match is not None:
            found = {key: value for key, value in match.groupdict().items() if value}
            if "n" in found:
                return counted.format(n=_ORDINALS.get(found["n"], f"{found['n']}th"), unit=unit)
            return plain.format(unit=unit, **found)
    return f"the {role} of {unit}"


def name_of(unit: str) -> str:
    """Return how a function is called in a label: its own name, with the class where that says too little."""
    parts = unit.rstrip(".").split(".")
    short = parts[-1].split("#")[0]
    if short.startswith("__") and len(parts) > 1:
        return f"{parts[-2]}.{short}"
    return short or "the module"


def verbs_of(family: str) -> str:
    """Return what code does, in words, given what it brings; empty where that says nothing to a reader."""
    found: list[str] = []
    parts = [part for part in re.split(r"[;,] ", re.sub(r" \W+$", "", family)) if part]
    modules = {part.partition(": ")[2].split(".")[0] for part in parts if part.startswith("library: ")}
    for part in parts:
        for word in part.split(" ") if part.replace(" ", "").isalpha() and part not in _VERBS else (part,):
            phrase = _verb(word if word in _VERBS else part, modules)
            if phrase and phrase not in found:
                found.append(phrase)
    for vague in _VAGUE:
        if len(found) > 1 and vague in found:
            found.remove(vague)
    used = [phrase.removeprefix("uses ") for phrase in found if phrase.startswith("uses ")]
    if len(used) > 1:
        found = [phrase for phrase in found if not phrase.startswith("uses ")]
        found.append("uses " + " and ".join(used[:2]))
    found = found[-3:]
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + " and " + found[-1] if found else ""


def _verb(part: str, modules: set[str]) -> str:
    kind, _, detail = part.partition(": ")
    if kind == "library":
        return f"uses {detail.split('.')[-1] if detail.count('.') else detail}"
    if kind == "regular expression" or part.startswith("re."):
        return "uses a regular expression"
    if part in _VERBS:
        return _VERBS[part]
    if part in _SILENT or part.split(".", maxsplit=1)[0] in modules:
        return ""
    if " " in part:
        return part
    return f"uses {part.rsplit('.', maxsplit=1)[-1]}" if part.isidentifier() or "." in part else ""


def question_of(family: str) -> str:
    """Return what a test asks for, in words."""
    return " and ".join(QUESTIONS.get(part, part) for part in family.split(" and "))
