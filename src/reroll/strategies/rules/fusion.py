"""Rules that see through inlined built-ins: a loop that adds, joins, searches or compares is the built-in.

They serve whole programs only. An edit is read without them, because `t = 3` mended at its start and a loop
replaced by `sum` are two repairs, although they leave the same program behind.
"""

# ruff: noqa: D401 -- a rule's docstring states its law
from __future__ import annotations

from itertools import pairwise

from reroll.strategies.rules.branches import BlockRule
from reroll.strategies.rules.conditions import is_boolean, negate
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import EMPTY, FALSE, NULL, ONE, TRUE, ZERO, Node, contains, order

_SUM: Node = ("name", "sum")
_EXTREMES = frozenset({("name", "max"), ("name", "min")})
_EMPTY_TEXT: Node = ("str", "")


def accumulating_loop(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`t = 0`, then `t = t + e` in a loop, is `t = sum(e for …)`; from `""` it is `"".join(…)`."""
    for at, node in enumerate(statements):
        if node[0] != "for" or node[4] != EMPTY:
            continue
        clauses, last = _clauses(node)
        if last is None or last[0] != "assign" or last[1][0] != "var":
            continue
        target, term = last[1], _added(last)
        if term is None or contains(term, target) or any(contains(clause, target) for clause in clauses):
            continue
        start = next((k for k in range(at - 1, -1, -1) if contains(statements[k], target)), None)
        if start is None or statements[start][:2] != ("assign", target):
            continue
        if last[2][2] != target and statements[start][2] == _EMPTY_TEXT:
            # What is put in front comes out in reverse.
            continue
        value = _total(statements[start][2], ("comp", "gen", term, *clauses))
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


def _added(assign: Node) -> Node | None:
    target, value = assign[1:]
    if value[:2] == ("bin", "+"):
        if value[2] == target:
            return value[3]  # type: ignore[no-any-return]
        if value[3] == target:
            return value[2]  # type: ignore[no-any-return]
    return None


def _total(start: Node, items: Node) -> Node | None:
    if start[0] == "num":
        total: Node = ("call", _SUM, items)
        return total if start == ZERO else ("bin", "+", total, start)
    if start == _EMPTY_TEXT:
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


def whole_quotient(node: Node, _context: Context) -> Node | None:
    """`int(a / b)` is `a // b`, for what programs divide in whole numbers."""
    if node[1] == ("name", "int") and len(node) == 3 and node[2][:2] == ("bin", "/"):
        return ("bin", "//", *node[2][2:])
    return None


def entry_by_entry(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """`d = {}`, then `d[k] = v`, is `d = {k: v}`."""
    for i, (before, node) in enumerate(pairwise(statements)):
        if before[0] != "assign" or before[2][0] != "dict" or node[0] != "assign":
            continue
        if node[1][:2] == ("index", before[1]) and not contains(node[2], before[1]):
            pair = ("pair", node[1][2], node[2])
            return (*statements[:i], ("assign", before[1], (*before[2], pair)), *statements[i + 2 :])
    return None


def membership(node: Node, _context: Context) -> Node | None:
    """`any(x == k for x in xs)` is `k in xs`; a count of a filtered list is a sum of ones."""
    function = node[1]
    if len(node) != 3 or node[2][0] != "comp":
        return None
    comp = node[2]
    if function == ("name", "any") and len(comp) == 4 and comp[2][:2] == ("cmp", "=="):
        item = comp[3][1]
        for a, b in ((comp[2][2], comp[2][3]), (comp[2][3], comp[2][2])):
            if a == item and not contains(b, item):
                return ("cmp", "in", b, comp[3][2])
    if function == ("name", "len") and comp[1] in {"list", "gen"}:
        return ("call", _SUM, ("comp", "gen", ONE, *comp[3:]))
    if function == _SUM and is_boolean(comp[2]):
        return ("call", _SUM, ("comp", "gen", ONE, *comp[3:], ("cif", comp[2])))
    return None


def counted_hits(node: Node, _context: Context) -> Node | None:
    """A count of hits that is compared with zero asks whether there is any."""
    operator, left, right = node[1:]
    for count, value in ((left, right), (right, left)):
        if value != ZERO or count[:2] != ("call", _SUM) or count[2][:3] != ("comp", "gen", ONE):
            continue
        found = _any(count[2])
        if found is None:
            return None
        if operator in {"==", "!="}:
            return ("not", found) if operator == "==" else found
        if operator == "<" and value is left:
            return found
    return None


def emptiness_of_hits(node: Node, _context: Context) -> Node | None:
    """`not [x for x in xs if c]` asks whether there is any."""
    inner = node[1]
    found = _any(inner) if inner[:2] == ("comp", "list") else None
    return None if found is None else ("not", found)


def _any(comp: Node) -> Node | None:
    if comp[-1][0] != "cif":
        return None
    return ("call", ("name", "any"), ("comp", "gen", comp[-1][1], *comp[3:-1]))


def reduced(node: Node, _context: Context) -> Node | None:
    """`reduce` with an addition is `sum` or `join`."""
    if (
        node[1] != ("lib", "functools.reduce")
        or len(node) not in {4, 5}
        or node[2][0] != "lambda"
        or len(node[2][1]) != 3
    ):
        return None
    total, item = (part[1] for part in node[2][1][1:])
    term = _added(("assign", total, node[2][2]))
    start = node[4] if len(node) == 5 else ZERO
    if term is None or contains(term, total) or (start == _EMPTY_TEXT and node[2][2][2] != total):
        return None
    return _total(start, ("comp", "gen", term, ("cfor", item, node[3])))


def first_of_list(node: Node, _context: Context) -> Node | None:
    """`[x for … if …][0]` is `next(x for … if …)`."""
    owner = node[1]
    if node[2] != ZERO:
        return None
    if owner[0] == "call" and owner[1] in {("name", "tuple"), ("name", "list")} and len(owner) == 3:
        owner = owner[2]
    if owner[0] == "comp" and owner[1] in {"list", "gen"}:
        return ("call", ("name", "next"), ("comp", "gen", *owner[2:]))
    return None


def larger_of_two(node: Node, _context: Context) -> Node | None:
    """`b if a < b else a` is `max(a, b)`."""
    test, then, other = node[1:]
    if test[:2] == ("cmp", "<") and {then, other} == {test[2], test[3]}:
        name = "max" if then == test[3] else "min"
        return ("call", ("name", name), *sorted((then, other), key=repr))
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
        return _EMPTY_TEXT if value[1:3] == (_EMPTY_TEXT, "join") else None
    results = {"sum": ZERO, "any": FALSE, "all": TRUE, "sorted": ("list",), "list": ("list",)}
    name = value[1][1] if value[1][0] == "name" else ""
    return value[3] if name == "next" and len(value) == 4 else results.get(name)


BLOCK_RULES: tuple[BlockRule, ...] = (
    accumulating_loop,
    quantified_loop,
    flag_loop,
    extreme_loop,
    kept_extreme,
    entry_by_entry,
    guarded_emptiness,
)
