"""Rules that see through inlined built-ins: a loop that adds, joins, searches or compares is the built-in.

They serve whole programs only. An edit is read without them, because `t = 3` mended at its start and a loop
replaced by `sum` are two repairs, although they leave the same program behind.
"""

# ruff: noqa: D401 -- a rule's docstring states its law
from __future__ import annotations

from itertools import pairwise

from reroll.strategies.rules.branches import BlockRule
from reroll.strategies.rules.conditions import negate
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import EMPTY, FALSE, NULL, ONE, TRUE, ZERO, Node, contains, order

_SUM: Node = ("name", "sum")
_EXTREMES = frozenset({("name", "max"), ("name", "min")})
EMPTY_TEXT: Node = ("str", "")


def accumulating_loop(statements: tuple[Node, ...], context: Context) -> tuple[Node, ...] | None:
    """`t = 0`, then `t = t + e` in a loop, is `t = sum(e for …)`; from `""` it is `"".join(…)`."""
    for at, node in enumerate(statements):
        if node[0] != "for" or node[4] != EMPTY:
            continue
        clauses, last = _clauses(node)
        if last is None or last[0] != "assign" or last[1][0] != "var":
            continue
        target, term = last[1], added(last)
        if term is None or contains(term, target) or any(contains(clause, target) for clause in clauses):
            continue
        start = next((k for k in range(at - 1, -1, -1) if contains(statements[k], target)), None)
        if start is None or statements[start][:2] != ("assign", target):
            continue
        if last[2][2] != target and statements[start][2] == EMPTY_TEXT:
            # What is put in front comes out in reverse.
            continue
        value = total_of(statements[start][2], ("comp", "gen", term, *clauses))
        if statements[start][2] == ("list",) and last[2][2] == target:
            item: Node = ("var", max([*context.uses, 0]) + 1)
            value = ("comp", "list", item, *clauses, ("cfor", item, term))
        if value is None:
            continue
        new = ("assign", target, value)
        return (*statements[:start], *statements[start + 1 : at], new, *statements[at + 1 :])
    return None


def _clauses(loop: Node) -> tuple[list[Node], Node | None]:
    clauses: list[Node] = []
    node = loop
    while True:
        if node[0] == "for" and node[4] == EMPTY:
            clauses.append(("cfor", node[1], node[2]))
            body = node[3]
        elif node[0] == "if" and node[3] == EMPTY:
            clauses.append(("cif", node[1]))
            body = node[2]
        else:
            return clauses, node
        if len(body) != 2:
            return clauses, None
        node = body[1]


def added(assign: Node) -> Node | None:
    """Return what an assignment adds to its own target; None where it does something else."""
    target, value = assign[1:]
    if value[:2] == ("bin", "+"):
        if value[2] == target:
            return value[3]  # type: ignore[no-any-return]
        if value[3] == target:
            return value[2]  # type: ignore[no-any-return]
    return None


def total_of(start: Node, items: Node) -> Node | None:
    """Return the sum, or the text, that items make from a start; None where it is neither."""
    if start[0] == "num":
        total: Node = ("call", _SUM, items)
        return total if start == ZERO else ("bin", "+", total, start)
    if start == EMPTY_TEXT:
        return ("method", start, "join", items)
    return None


def quantified_loop(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """A loop that leaves with True, False or a found value at the first hit is `any`, `all` or `next`."""
    if len(statements) < 2 or statements[-2][0] != "for" or statements[-1][0] != "return":
        return None
    clauses, last = _clauses(statements[-2])
    if last is None or last[0] != "return" or clauses[-1][0] != "cif" or statements[-2][4] != EMPTY:
        return None
    found, otherwise = last[1], statements[-1][1]
    test, visits = clauses[-1][1], clauses[:-1]
    if (found, otherwise) == (TRUE, FALSE):
        value: Node = ("call", ("name", "any"), ("comp", "gen", test, *visits))
    elif (found, otherwise) == (FALSE, TRUE):
        value = ("call", ("name", "all"), ("comp", "gen", negate(test), *visits))
    else:
        value = ("call", ("name", "next"), ("comp", "gen", found, *clauses), otherwise)
    return (*statements[:-2], ("return", value))


def flag_loop(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """A flag that a loop sets is `any` or `all`."""
    for start, (before, node) in enumerate(pairwise(statements)):
        if before[0] != "assign" or before[2] not in {TRUE, FALSE} or node[0] != "for":
            continue
        body = node[3]
        if len(body) != 2 or body[1][0] != "if" or body[1][3] != EMPTY:
            continue
        hit = [part for part in body[1][2][1:] if part != ("break",)]
        opposite = FALSE if before[2] == TRUE else TRUE
        if hit != [("assign", before[1], opposite)]:
            continue
        test = body[1][1]
        name, test = ("any", test) if before[2] == FALSE else ("all", negate(test))
        value = ("call", ("name", name), ("comp", "gen", test, ("cfor", node[1], node[2])))
        return (*statements[:start], ("assign", before[1], value), *statements[start + 2 :])
    return None


def extreme_loop(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """A loop that keeps the larger or the smaller is `max` or `min`."""
    for start, (before, node) in enumerate(pairwise(statements)):
        if before[0] != "assign" or node[0] != "for" or len(node[3]) != 2:
            continue
        target, item, step = before[1], node[1], node[3][1]
        if step[:2] != ("assign", target) or step[2][:1] != ("call",) or step[2][1] not in _EXTREMES:
            continue
        if set(step[2][2:]) != {target, item}:
            continue
        name = step[2][1][1]
        over = node[2]
        if over[0] == "index" and over[2][:2] == ("slice", ONE):
            over = over[1]
        value = ("call", ("name", name), over)
        return (*statements[:start], ("assign", target, value), *statements[start + 2 :])
    return None


def kept_extreme(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`if t < e: t = e` is `t = max(t, e)`."""
    for i, node in enumerate(statements):
        if node[0] != "if" or node[3] != EMPTY or len(node[2]) != 2 or node[2][1][0] != "assign":
            continue
        target, value = node[2][1][1:]
        unset: Node = ("cmp", "is", target, NULL)
        tests = [part for part in node[1][1:] if part != unset] if node[1][0] == "or" else [node[1]]
        if target[0] != "var" or len(tests) != 1:
            continue
        if tests[0] in {("cmp", "<", target, value), ("cmp", "<", value, target)}:
            name = "max" if tests[0][2] == target else "min"
            kept: Node = ("assign", target, ("call", ("name", name), *sorted((target, value), key=order)))
            return (*statements[:i], kept, *statements[i + 1 :])
    return None


def guarded_emptiness(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """A test for emptiness before a computation that gives the same for nothing changes nothing."""
    for i, node in enumerate(statements[:-1]):
        if node[0] != "if" or node[3] != EMPTY or len(node[2]) != 2 or node[2][1][0] != "return":
            continue
        subject = node[1][1] if node[1][0] == "not" else None
        if subject is None or subject[0] != "var":
            continue
        if _result_for_nothing(statements[i + 1 :], subject) == node[2][1][1]:
            return (*statements[:i], *statements[i + 1 :])
    return None


def _result_for_nothing(statements: tuple[Node, ...], subject: Node) -> Node | None:
    """Return what statements give where `subject` is empty, as far as it is plain to see."""
    if len(statements) != 1 or statements[0][0] != "return":
        return None
    value = statements[0][1]
    if value[0] == "comp" and value[3][:1] == ("cfor",) and value[3][2] == subject:
        return {"list": ("list",), "dict": ("dict",)}.get(value[1])
    items = (
        value[2]
        if value[0] == "call" and len(value) > 2
        else value[3]
        if value[0] == "method" and len(value) > 3
        else NULL
    )
    over = items[3][2] if items[0] == "comp" else items
    if over != subject:
        return None
    if value[0] == "method":
        return EMPTY_TEXT if value[1:3] == (EMPTY_TEXT, "join") else None
    results = {"sum": ZERO, "any": FALSE, "all": TRUE, "sorted": ("list",), "list": ("list",)}
    name = value[1][1] if value[1][0] == "name" else ""
    return value[3] if name == "next" and len(value) == 4 else results.get(name)


BLOCK_RULES: tuple[BlockRule, ...] = (
    accumulating_loop,
    quantified_loop,
    flag_loop,
    extreme_loop,
    kept_extreme,
    guarded_emptiness,
)
