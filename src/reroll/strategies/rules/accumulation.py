"""Rules for building collections: append loops, comprehensions, generators, `map` and `filter`."""

# ruff: noqa: D401 -- a rule's docstring states its law
from __future__ import annotations

from reroll.strategies.rules.branches import BlockRule
from reroll.strategies.rules.conditions import truth
from reroll.strategies.rules.context import Context
from reroll.strategies.tree import EMPTY, NULL, ZERO, Node, contains, substitute, variables

CONSUMERS = frozenset(
    [
        "all",
        "any",
        "dict",
        "enumerate",
        "filter",
        "frozenset",
        "iter",
        "list",
        "map",
        "max",
        "min",
        "next",
        "set",
        "sorted",
        "sum",
        "tuple",
        "zip",
        "reversed",
    ]
)
_BUILT = {"list": "list", "set": "set", "tuple": "tuple", "frozenset": "set", "dict": "dict"}


def appending(node: Node, _context: Context) -> Node | None:
    """`xs += [e]` and `xs = xs + [e]` append."""
    target, value = node[1:]
    if value[:3] == ("bin", "+", target) and value[3][0] == "list" and len(value[3]) == 2:
        return ("expr", ("method", target, "append", value[3][1]))
    return None


def updating(node: Node, _context: Context) -> Node | None:
    """`d.update({k: v})` is `d[k] = v`."""
    call = node[1]
    if (
        call[0] != "method"
        or call[2] != "update"
        or len(call) != 4
        or call[3][0] != "dict"
        or len(call[3]) != 2
    ):
        return None
    pair = call[3][1]
    return ("assign", ("index", call[1], pair[1]), pair[2]) if pair[0] == "pair" else None


def extending(node: Node, context: Context) -> Node | None:
    """`r.extend(xs)` appends each item of `xs`."""
    call = node[1]
    if call[0] != "method" or call[2] != "extend" or len(call) != 4:
        return None
    item: Node = ("var", _fresh(node, context))
    step: Node = ("expr", ("method", call[1], "append", item))
    return ("for", item, call[3], ("block", step), EMPTY)


def chained(node: Node, context: Context) -> Node | None:
    """`chain.from_iterable(xs)` and `sum(xs, [])` are the items of the items."""
    whole = node[1] == ("lib", "itertools.chain.from_iterable") and len(node) == 3
    if not whole and (node[1] != ("name", "sum") or node[3:] != (("list",),)):
        return None
    first = _fresh(node, context)
    row, item = ("var", first), ("var", first + 1)
    return ("comp", "gen" if whole else "list", item, ("cfor", row, node[2]), ("cfor", item, row))


def asked_before(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """A test whether a key is there, before its entry is updated, is `get` with a default.

    `if k in d: d[k] += x` with `else: d[k] = x`, and `if k not in d: d[k] = c` before `d[k] += x`.
    """
    for i, node in enumerate(statements):
        if node[0] != "if" or node[1][0] != "cmp" or node[1][1] not in {"in", "not in"}:
            continue
        entry: Node = ("index", node[1][3], node[1][2])
        arms = node[2:4] if node[1][1] == "in" else (node[3], node[2])
        if any(len(arm) > 2 or (len(arm) == 2 and arm[1][:2] != ("assign", entry)) for arm in arms):
            continue
        if len(arms[0]) == 2 and len(arms[1]) == 2:
            update, start = arms[0][1][2], arms[1][1][2]
            if update[:2] == ("bin", "+") and start in update[2:] and entry in update[2:] and start != entry:
                return (*statements[:i], _updated(entry, ZERO, start), *statements[i + 1 :])
        elif arms[0] == EMPTY and len(arms[1]) == 2 and i + 1 < len(statements):
            after = statements[i + 1]
            if after[:2] == ("assign", entry) and after[2][:2] == ("bin", "+") and entry in after[2][2:]:
                step = after[2][3] if after[2][2] == entry else after[2][2]
                return (*statements[:i], _updated(entry, arms[1][1][2], step), *statements[i + 2 :])
    return None


def _updated(entry: Node, start: Node, step: Node) -> Node:
    return ("assign", entry, ("bin", "+", ("method", entry[1], "get", entry[2], start), step))


def collecting_loop(statements: tuple[Node, ...], _context: Context) -> tuple[Node, ...] | None:
    """A loop that only fills an empty collection is a comprehension."""
    for at, node in enumerate(statements):
        if node[0] != "for" or node[4] != EMPTY:
            continue
        found = _filled(node)
        if found is None:
            continue
        target, kind, comprehension = found
        start = next((k for k in range(at - 1, -1, -1) if contains(statements[k], target)), None)
        if start is None or statements[start] != ("assign", target, _empty(kind)):
            continue
        if contains(comprehension, target):
            continue
        new = ("assign", target, comprehension)
        return (*statements[:start], *statements[start + 1 : at], new, *statements[at + 1 :])
    return None


def _empty(kind: str) -> Node:
    return ("call", ("name", "set")) if kind == "set" else (kind,)


def _filled(loop: Node) -> tuple[Node, str, Node] | None:
    """Return (collection, kind, comprehension) where the loop does nothing but fill a collection."""
    clauses: list[Node] = []
    node = loop
    while True:
        if node[0] == "for" and node[4] == EMPTY:
            clauses.append(("cfor", node[1], node[2]))
            body = node[3]
        elif node[0] == "if" and node[3] == EMPTY:
            clauses.append(("cif", node[1]))
            body = node[2]
        elif node[0] == "if" and len(node[2]) == len(node[3]) == 2:
            return _either(node, clauses)
        else:
            break
        if len(body) != 2:
            return None
        node = body[1]
    return _one(node, clauses)


def _one(node: Node, clauses: list[Node]) -> tuple[Node, str, Node] | None:
    if node[0] == "assign" and node[1][0] == "index" and node[1][1][0] == "var":
        pair = ("pair", node[1][2], node[2])
        return node[1][1], "dict", ("comp", "dict", pair, *clauses)
    if node[0] == "expr" and node[1][0] == "method" and node[1][1][0] == "var" and len(node[1]) == 4:
        kind = {"append": "list", "add": "set"}.get(node[1][2])
        if kind is not None:
            return node[1][1], kind, ("comp", kind, node[1][3], *clauses)
    return None


def _either(node: Node, clauses: list[Node]) -> tuple[Node, str, Node] | None:
    """Both arms fill the same collection: one element that depends on the test."""
    arms = [_one(arm[1], clauses) for arm in node[2:4]]
    if arms[0] is None or arms[1] is None or arms[0][:2] != arms[1][:2] or arms[0][1] == "dict":
        return None
    element = ("ifexp", node[1], arms[0][2][2], arms[1][2][2])
    return arms[0][0], arms[0][1], ("comp", arms[0][1], element, *clauses)


def mapped(node: Node, context: Context) -> Node | None:
    """`map` and `filter` are generators."""
    if node[1] == ("name", "map") and len(node) > 4:
        return _mapped_together(node, context)
    if node[1] not in {("name", "map"), ("name", "filter")} or len(node) != 4:
        return None
    function, over = node[2:]
    variable: Node = ("var", _fresh(node, context))
    if function[0] == "lambda" and len(function[1]) == 2:
        parameter = function[1][1][1]
        value = substitute(function[2], parameter, variable)
    elif function == NULL:
        value = variable
    elif function[0] in {"name", "lib", "var"}:
        value = ("call", function, variable)
    elif function[0] == "attr":
        value = (
            ("method", variable, function[2])
            if function[1] == ("name", "str")
            else ("method", function[1], function[2], variable)
        )
    else:
        return None
    if node[1][1] == "map":
        return ("comp", "gen", value, ("cfor", variable, over))
    return ("comp", "gen", variable, ("cfor", variable, over), ("cif", truth(value)))


def _mapped_together(node: Node, context: Context) -> Node | None:
    """`map(f, xs, ys)` calls `f` with the items of a zip."""
    function, sequences = node[2], node[3:]
    first = _fresh(node, context)
    items: tuple[Node, ...] = tuple(("var", first + k) for k in range(len(sequences)))
    if function[0] == "lambda" and len(function[1]) == len(items) + 1:
        value = function[2]
        for param, item in zip(function[1][1:], items, strict=True):
            value = substitute(value, param[1], item)
    elif function[0] in {"name", "lib", "var"}:
        value = ("call", function, *items)
    else:
        return None
    return ("comp", "gen", value, ("cfor", ("tuple", *items), ("call", ("name", "zip"), *sequences)))


def _fresh(node: Node, context: Context) -> int:
    return max([*context.uses, *variables(node)], default=-1) + 1


def built(node: Node, _context: Context) -> Node | None:
    """`list(x for …)` is `[x for …]`, and what consumes a sequence does not ask what kind it is."""
    function = node[1]
    if function[0] != "name" or len(node) < 3:
        return None
    name, first = function[1], node[2]
    if first[0] == "comp" and name in _BUILT and len(node) == 3 and first[1] in {"gen", "list", _BUILT[name]}:
        if name == "dict":
            element = first[2]
            if element[0] == "tuple" and len(element) == 3:
                return ("comp", "dict", ("pair", *element[1:]), *first[3:])
            return None
        if name != "tuple":
            return ("comp", _BUILT[name], *first[2:])
    if name not in CONSUMERS:
        return None
    arguments = tuple(_stream(part) for part in node[2:])
    return (*node[:2], *arguments) if arguments != node[2:] else None


def _stream(node: Node) -> Node:
    """Return what a consumer of items sees: no brackets around a comprehension, no copy of a sequence."""
    if node[0] == "comp" and node[1] == "list":
        node = ("comp", "gen", *node[2:])
    if node[0] == "comp" and node[1] == "gen" and len(node) == 4 and node[2] == node[3][1]:
        node = node[3][2]
    if (
        node[0] == "call"
        and node[1] in {("name", "list"), ("name", "tuple"), ("name", "iter")}
        and len(node) == 3
    ):
        node = node[2]
    return node


def joined(node: Node, _context: Context) -> Node | None:
    """`join` consumes a sequence, whatever its kind."""
    if node[2] != "join" or len(node) != 4:
        return None
    argument = _stream(node[3])
    return (*node[:3], argument) if argument != node[3] else None


def streamed(node: Node, _context: Context) -> Node | None:
    """A comprehension over a comprehension is one, where the inner element is used once or is a name."""
    if node[3][0] != "cfor" or node[3][2][0] != "comp" or node[3][2][1] not in {"gen", "list"}:
        return None
    variable, inner = node[3][1], node[3][2]
    if variable[0] != "var":
        return None
    rest: Node = ("block", node[2], *node[4:])
    if inner[2][0] != "var" and variables(rest)[variable[1]] > 1:
        return None
    rest = substitute(rest, variable, inner[2])
    return (*node[:2], rest[1], *inner[3:], *rest[2:])


def spread(node: Node, _context: Context) -> Node | None:
    """`[*xs]` is `list(xs)`."""
    return ("call", ("name", "list"), node[1][1]) if len(node) == 2 and node[1][0] == "star" else None


def identity(node: Node, _context: Context) -> Node | None:
    """`[x for x in xs]` is `list(xs)`."""
    if len(node) == 4 and node[3][0] == "cfor" and node[2] == node[3][1] and node[1] in {"list", "set"}:
        return ("call", ("name", node[1]), node[3][2])
    return None


BLOCK_RULES: tuple[BlockRule, ...] = (asked_before, collecting_loop)
