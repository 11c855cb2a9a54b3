"""From a patch, or a whole program, to its signature.

`sign` compares the units of each changed file in edit form; a unit of which little is left is described by
the mechanisms of its new body. `program_signature` does the latter for a program that stands alone. Equal
files are read once: parsing, lowering and normal forms are cached by content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from reroll.records import Signature
from reroll.strategies.atoms import Atom, brings, skeleton
from reroll.strategies.canonical import Outline, Unit, outline
from reroll.strategies.edit import Edit
from reroll.strategies.inlining import inlined
from reroll.strategies.label import edit_label, program_label
from reroll.strategies.mechanisms import Mechanisms, mechanisms
from reroll.strategies.naming import NEW, partners, renamed
from reroll.strategies.repair import repair
from reroll.strategies.rules import edit_form, program_form
from reroll.strategies.scope import renumber
from reroll.strategies.tree import Node, size

CACHED_UNITS = 65536
UNPARSED = Signature(
    unit="", dominant="unparsed", atoms=(), tags=("unparsed",), label="does not parse", parsed=False
)
UNCHANGED = Signature(unit="", dominant="none", atoms=(), tags=(), label="changes only the wording")
_SUFFIXES = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "typescript", ".tsx": "typescript", ".java": "java", ".go": "go", ".rs": "rust", ".c": "c",
    ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".hpp": "cpp",
}  # fmt: skip


def sign(source: Mapping[str, str], patched: Mapping[str, str], *, language: str = "python") -> Signature:
    """Return what a patch does to the code.

    Args:
        source: The project before the patch: path to text.
        patched: The project after the patch; files that are the same may be left out of both.
        language: Language of files whose suffix says nothing, and of those whose suffix says this one.

    Returns:
        The signature: equal signatures are one fine strategy, equal `unit` and `dominant` one coarse
        strategy, each within one bug and one behaviour.

    Raises:
        MissingDependency: The language's grammar is not installed.

    """
    atoms: list[Atom] = []
    means: list[str] = []
    for path in sorted(source.keys() | patched.keys()):
        before, after = source.get(path, ""), patched.get(path, "")
        if before == after:
            continue
        try:
            found = _file_edit(before, after, path=path, language=language)
        except RecursionError:
            # Nested a thousand deep: no one wrote this by hand, and no one is to wait for it.
            found = None
        if found is None:
            return UNPARSED
        atoms.extend(found[0])
        means.extend(found[1:])
    return _signature(atoms, "; ".join(filter(None, means)))


def _file_edit(before: str, after: str, *, path: str, language: str) -> tuple[list[Atom], str] | None:
    """Return the atoms of one file's edit, and what it brings; None where the file does not parse."""
    name = _SUFFIXES.get(PurePosixPath(path).suffix, "")
    if not name and PurePosixPath(path).suffix:
        return [Atom("", f"file {path}", "change data", _short(after), "", 1)], ""
    old, new = outline(before, name=name or language), outline(after, name=name or language)
    if not new.parsed:
        return None
    changed = [
        key for key in dict.fromkeys((*old.texts, *new.texts)) if old.texts.get(key) != new.texts.get(key)
    ]
    atoms = [atom for key in changed for atom in _unit_atoms(key, old, new)]
    # A unit that only reads differently has no atoms, and says nothing about what a patch brings.
    edited = dict.fromkeys(atom.unit for atom in atoms)
    units_before = [old.unit(key) for key in edited if key in old.texts]
    units_after = [new.unit(key) for key in edited if key in new.texts]
    return atoms, repair(units_before, units_after, atoms=atoms)


def _unit_atoms(path: str, old: Outline, new: Outline) -> list[Atom]:
    if path not in old.texts:
        unit = new.unit(path)
        if not path:
            return Edit("", ("block",), names={}).between(edit_form(unit.tree))
        found = _described([unit])
        return [Atom(path, "unit", "add", ", ".join(found.key), _print(unit), size(unit.tree))]
    if path not in new.texts:
        unit = old.unit(path)
        if not path:
            return Edit("", edit_form(unit.tree), names={}).between(("block",))
        return [Atom(path, "unit", "delete", "", "", size(unit.tree))]
    return list(_changed(old.unit(path), new.unit(path)))


@lru_cache(maxsize=CACHED_UNITS)
def _changed(before: Unit, after: Unit) -> tuple[Atom, ...]:
    source, patched = _edit_form(before.tree), edit_form(after.tree)
    names = dict(enumerate(before.names))
    called = dict(enumerate(after.names))
    fresh: frozenset[int] = frozenset()
    # Once the patch's own names for values are gone, more of its variables are known by their company.
    for _ in range(2):
        mapping = partners(source, patched, source_names=names, patched_names=called)
        fresh = frozenset(number for number in mapping.values() if number >= NEW)
        if all(number == other for number, other in mapping.items()):
            break
        called = {mapping[number]: called.get(number, "") for number in mapping}
        patched = edit_form(renamed(patched, mapping), passing=fresh)
    if source == patched:
        return ()
    names |= {number: f"new{number - NEW + 1}" for number in fresh}
    edit = Edit(before.path, source, names=names)
    atoms = edit.between(patched)
    if edit.rewritten:
        return (_rewrite(before, after, source),)
    return tuple(atoms)


@lru_cache(maxsize=CACHED_UNITS)
def _edit_form(tree: Node) -> Node:
    # Statements are told apart by identity when they are numbered, so that no two may be one object.
    return renamed(edit_form(tree), {})


def _rewrite(before: Unit, after: Unit, source: Node) -> Atom:
    form = program_form(after.tree)
    family = brings(program_form(before.tree), form, unit=after.path)
    if not family:
        found = mechanisms({after.path: form})
        parts = (", ".join(found.key), "" if found.strong else skeleton(form))
        family = "; ".join(part for part in parts if part)
    return Atom(before.path, "whole", "rewrite", family, _print(after), size(source) + size(form))


def _described(units: Iterable[Unit]) -> Mechanisms:
    units = list(units)
    forms = inlined({unit.path: program_form(unit.tree) for unit in units}, program_form)
    return mechanisms(forms, written={unit.path: unit.tree for unit in units})


def _print(*units: Unit) -> str:
    """Return a fingerprint of units in program form."""
    return _short(repr([renumber(program_form(unit.tree)) for unit in units]))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _signature(atoms: list[Atom], means: str) -> Signature:
    if not atoms:
        return UNCHANGED
    weights: dict[str, int] = {}
    for atom in atoms:
        weights[atom.unit] = weights.get(atom.unit, 0) + atom.weight
    unit = max(sorted(weights), key=lambda path: weights[path])
    dominant = max((atom for atom in atoms if atom.unit == unit), key=_dominance)
    changed = [atom.unit for atom in atoms if atom.action not in {"add", "delete"}]
    place = unit if unit in changed or not changed else max(sorted(changed), key=lambda path: weights[path])
    return Signature(
        unit=place or "module" if means else f"{unit or 'module'}/{dominant.role}",
        dominant=means or dominant.kind,
        atoms=tuple(sorted(atom.text for atom in atoms)),
        tags=tuple(sorted({atom.kind for atom in atoms})),
        label=edit_label(dominant, len(atoms)),
    )


def _dominance(atom: Atom) -> tuple[bool, int]:
    """Rank an atom: what a patch puts in says more than what it takes out."""
    return (atom.action != "delete", atom.weight)


def program_signature(code: str, *, language: str = "python") -> Signature:
    """Return what a whole program does, by its mechanisms.

    Args:
        code: The program's text.
        language: Its language.

    Returns:
        A signature whose `dominant` is the strategy and whose `atoms` hold the fingerprint of the normal
        form: programs with equal atoms are the same but for wording.

    Raises:
        MissingDependency: The language's grammar is not installed.

    """
    return _program_signature(code, language)


@lru_cache(maxsize=CACHED_UNITS)
def _program_signature(code: str, language: str) -> Signature:
    found = outline(code, name=language)
    if not found.parsed:
        return UNPARSED
    try:
        units = [found.unit(path) for path in found.texts]
        if all(unit.tree == ("block",) for unit in units):
            units.append(
                Unit("", ("block", *(("expr", ("lib", path)) for path in found.imports.values())), ())
            )
        described = _described(units)
    except RecursionError:
        return UNPARSED
    key = described.key
    return Signature(
        unit="program",
        dominant="; ".join(key) or "computes directly",
        atoms=(_program_print(units),),
        tags=tuple(sorted(described.strong | described.weak)),
        label=program_label(key),
    )


def _program_print(units: list[Unit]) -> str:
    """Return a fingerprint in which the program's own names do not count."""
    forms = [repr(renumber(program_form(unit.tree))) for unit in units]
    own = [unit.path.strip(".").split(".")[-1].split("#")[0] for unit in units if unit.path]
    own += re.findall(r"\('assign', \('name', '(\w+)'\)", "".join(forms))
    text = "\n".join(forms)
    for number, name in enumerate(dict.fromkeys(own)):
        text = re.sub(rf"'{re.escape(name)}'", f"'own{number}'", text)
    return _short(text)
