"""Rules for loops: `for`, `while`, `enumerate` and walks by index are one way to visit a sequence."""

# ruff: noqa: D401 -- a rule's docstring states its law
from __future__ import annotations

from reroll.strategies.rules.branches import CONTINUE, BlockRule, without_leaving
from reroll.strategies.rules.conditions import negate, truth
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import (
    EMPTY,
    ONE,
    PURE_METHODS,
    TRUE,
    ZERO,
    Node,
    contains,
    pure,
    substitute,
    variables,
    walk,
    written,
)

_RANGE: Node = ("name", "range")
_LEN: Node = ("name", "len")
_PLAIN = frozenset({"var", "name", "lib"})
_COPIES = frozenset({"list", "tuple", "iter"})


def counting_loop(statements: tuple[Node, ...], context: Context) -> tuple[Node, ...] | None:
    """`i = a`, then `while i < b` with one `i += c`, is `for i in range(a, b, c)`."""
    for at, node in enumerate(statements):
        if node[0] != "while" or node[3] != EMPTY:
            continue
        found = _counter(node)
        if found is None:
            continue
        variable, stop, step, position = found
        start = next(
            (k for k in range(at - 1, -1, -1) if contains(statements[k], variable)),
            None,
        )
        if start is None or statements[start][:2] != ("assign", variable):
            continue
        first = statements[start][2]
        inside = variables(node)[variable[1]]
        if contains(first, variable) or context.uses[variable[1]] != inside + 1:
            continue
        body = ("block", *node[2][1:position], *node[2][position + 1 :])
        loop: Node = ("for", variable, _range(first, stop, step), body, EMPTY)
        return (*statements[:start], *statements[start + 1 : at], loop, *statements[at + 1 :])
    return None


def _counter(loop: Node) -> tuple[Node, Node, Node, int] | None:
    """Return (variable, stop, step, position of the step in the body) of a loop that counts."""
    test, body = loop[1], loop[2]
    if test[0] != "cmp" or test[1] not in {"<", "<="}:
        return None
    for variable, limit, upward in ((test[2], test[3], True), (test[3], test[2], False)):
        if variable[0] != "var":
            continue
        sign = "+" if upward else "-"
        for position in range(1, len(body)):
            step = body[position]
            if step[:2] != ("assign", variable) or step[2][:2] != ("bin", sign):
                continue
            if step[2][2] != variable and (step[2][3] != variable or not upward):
                continue
            others: Node = ("block", *body[1:position], *body[position + 1 :])
            changed = written(others)
            if variable in changed or contains(("block", *body[position + 1 :]), variable):
                break
            if any(part in changed or part == variable for part in walk(limit)) or contains(
                ("block", *body[1:position]), CONTINUE
            ):
                break
            amount = step[2][3] if step[2][2] == variable else step[2][2]
            amount = amount if upward else ("neg", amount)
            return variable, _stop(limit, inclusive=test[1] == "<=", upward=upward), amount, position
    return None


def _stop(limit: Node, *, inclusive: bool, upward: bool) -> Node:
    before: Node = limit[2] if len(limit) > 2 else limit
    if not inclusive:
        return limit
    if limit[0] == "num" and limit[1].isdigit():
        value = int(limit[1]) + (1 if upward else -1)
        return ("neg", ("num", str(-value))) if value < 0 else ("num", str(value))
    if upward and limit[:2] == ("bin", "-") and limit[3] == ONE:
        return before
    return ("bin", "+" if upward else "-", limit, ONE)


def _range(start: Node, stop: Node, step: Node) -> Node:
    if step != ONE:
        return ("call", _RANGE, start, stop, step)
    return ("call", _RANGE, stop) if start == ZERO else ("call", _RANGE, start, stop)


def loop_form(node: Node, context: Context) -> Node | None:
    """A `for` visits its sequence as plainly as its body allows."""
    body = without_leaving(node[3], CONTINUE)
    visit = visited(node[1], node[2], body, context)
    target, iterable, body = visit if visit is not None else (node[1], node[2], body)
    if iterable[0] == "call" and iterable[1] == ("name", "iter") and len(iterable) == 4:
        return _sentinel(target, iterable, body, node[4]) or node
    first = body[1] if len(body) > 1 else EMPTY
    if first[0] == "assign" and first[2] == target and target[0] == "var" and context.uses[target[1]] == 2:
        target, body = first[1], ("block", *body[2:])
    return ("for", target, iterable, body, node[4])


def _sentinel(target: Node, iterable: Node, body: Node, other: Node) -> Node | None:
    function, sentinel = iterable[2:]
    if function[0] != "lambda":
        return None
    test = function[2]
    if contains(body, target):
        test = ("walrus", target, test)
    if sentinel == ("const", "False"):
        return ("while", truth(test), body, other)
    return ("while", truth(("cmp", "!=", test, sentinel)), body, other)


def while_form(node: Node, _context: Context) -> Node | None:
    """`while True` that breaks first of all is a `while` with the opposite test."""
    body = without_leaving(node[2], CONTINUE)
    test, other = truth(node[1]), node[3]
    if test == TRUE and len(body) > 1 and body[1][0] == "if" and other == EMPTY:
        first = body[1]
        if first[2] == ("block", ("break",)):
            test, body = negate(first[1]), ("block", *first[3][1:], *body[2:])
        elif first[3] == ("block", ("break",)) and len(body) == 2:
            test, body = first[1], first[2]
    return ("while", test, body, other)


def comprehension_form(node: Node, context: Context) -> Node | None:
    """A comprehension visits its sequences as plainly as its element allows."""
    for at in range(3, len(node)):
        clause = node[at]
        if clause[0] == "cif":
            test = truth(clause[1])
            if test != clause[1]:
                return (*node[:at], ("cif", test), *node[at + 1 :])
            continue
        rest: Node = ("block", node[2], *node[at + 1 :])
        visit = visited(clause[1], clause[2], rest, context)
        if visit is not None:
            target, iterable, after = visit
            return (*node[:2], after[1], *node[3:at], ("cfor", target, iterable), *after[2:])
    return None


def visited(target: Node, iterable: Node, body: Node, context: Context) -> tuple[Node, Node, Node] | None:
    """Return (target, iterable, body) of a plainer visit of the same items; None where there is none."""
    if iterable[0] == "call" and iterable[1][0] == "name" and len(iterable) == 3:
        name, over = iterable[1][1], iterable[2]
        if name in _COPIES and not (_changes(over, body) if _is_own(over) else _may_change(body)):
            return target, over, body
        if name == "enumerate" and target[0] == "tuple" and len(target) == 3:
            return _enumerated(target, over, body, context)
    if iterable[0] == "call" and iterable[1] == _RANGE and target[0] == "var":
        return _walked(target, iterable, body, context)
    if iterable[0] == "method" and len(iterable) == 3 and iterable[2] in {"keys", "items"}:
        return _mapping(target, iterable, body)
    return None


def _plain(node: Node) -> bool:
    """Whether an expression is a place that may be read twice: a name, or an item or attribute of one."""
    if node[0] == "attr":
        return _plain(node[1])
    if node[0] == "index":
        return _plain(node[1]) and (_plain(node[2]) or node[2][0] == "num")
    return node[0] in _PLAIN


def _is_own(node: Node) -> bool:
    """Whether an expression is a variable of the code itself, or made anew of what is given."""
    while node[0] in {"method", "index"}:
        node = node[1]
    return bool(node[0] != "attr")


def _may_change(body: Node) -> bool:
    """Whether a body calls something that may change what the function does not own."""
    return any(
        (part[0] == "call" and not pure(part))
        or (part[0] == "method" and part[1][0] in {"attr", "name"} and part[2] not in PURE_METHODS)
        for part in walk(body)
    )


def _changes(over: Node, body: Node) -> bool:
    changed = written(body)
    return over in changed or any(part in changed for part in walk(over))


def _enumerated(target: Node, over: Node, body: Node, _context: Context) -> tuple[Node, Node, Node] | None:
    index, item = target[1:]
    if index[0] != "var":
        return None
    if not contains(body, index):
        return item, over, body
    if item[0] == "var" and not contains(body, item):
        return index, ("call", _RANGE, ("call", _LEN, over)), body
    if item[0] == "var" and _plain(over) and not _changes(over, body) and item not in written(body):
        return index, ("call", _RANGE, ("call", _LEN, over)), substitute(body, item, ("index", over, index))
    return None


def _walked(target: Node, iterable: Node, body: Node, context: Context) -> tuple[Node, Node, Node] | None:
    """A walk by index over a whole sequence, where the index serves to look items up and for nothing else."""
    stop = iterable[-1] if len(iterable) in {3, 4} else EMPTY
    if stop[:2] != ("call", _LEN) or (len(iterable) == 4 and not pure(iterable[2])):
        return None
    over = stop[2]
    item: Node = ("index", over, target)
    occurrences = variables(body)[target[1]]
    lookups = sum(part == item for part in walk(body))
    if occurrences == 0 or lookups != occurrences or context.uses[target[1]] != occurrences + 1:
        return None
    if not _plain(over) or _changes(over, body):
        return None
    if len(iterable) == 4:
        over = ("index", over, ("slice", iterable[2], ("none",), ("none",)))
    return target, over, substitute(body, item, target)


def _mapping(target: Node, iterable: Node, body: Node) -> tuple[Node, Node, Node] | None:
    over = iterable[1]
    if iterable[2] == "keys":
        return target, over, body
    if target[0] != "tuple" or len(target) != 3 or target[2][0] != "var":
        return None
    key, value = target[1:]
    if not contains(body, value):
        return key, over, body
    if _plain(over) and key[0] == "var" and not _changes(over, body) and value not in written(body):
        return key, over, substitute(body, value, ("index", over, key))
    return None


BLOCK_RULES: tuple[BlockRule, ...] = (counting_loop,)
