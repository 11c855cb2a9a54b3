"""JavaScript's own library in the words that the rules know from Python: arrays, texts, numbers and patterns.

`push` appends, `.map` and `.filter` are comprehensions, `.some` and `.every` ask any or all, `forEach` is a
visit, `charCodeAt` a code point, a pattern's `test` a search. What is not known here stays a call.
"""

from __future__ import annotations

from collections.abc import Callable

from reroll.strategies.rules.branches import CONTINUE, without_leaving
from reroll.strategies.tree import EMPTY, NONE, NULL, ZERO, Node

_METHODS = {
    "push": "append", "unshift": "appendleft", "toLowerCase": "lower", "toUpperCase": "upper",
    "toLocaleLowerCase": "lower", "toLocaleUpperCase": "upper", "trim": "strip", "trimStart": "lstrip",
    "trimEnd": "rstrip", "indexOf": "find", "lastIndexOf": "rfind", "startsWith": "startswith",
    "endsWith": "endswith", "replaceAll": "replace", "delete": "discard", "padStart": "rjust",
    "padEnd": "ljust",
}  # fmt: skip
_FUNCTIONS = {
    "Number": "int", "parseInt": "int", "BigInt": "int", "parseFloat": "float", "String": "str",
    "Boolean": "bool",
    "Array": "list", "Set": "set", "Map": "dict", "Object": "dict",
}  # fmt: skip
_MATHEMATICS = frozenset({"max", "min", "abs", "round"})
_ITEM: Node = ("name", "_item")
_INDEX: Node = ("name", "_index")
_EVERYWHERE = "g"


def called(function: Node, arguments: tuple[Node, ...]) -> Node:
    """Return a call of a function or a method."""
    if function[0] == "name":
        name = _FUNCTIONS.get(function[1])
        if name == "list" and len(arguments) == 1:
            return ("bin", "*", ("list", NULL), arguments[0])
        if name is not None:
            return ("call", ("name", name), *arguments[:1])
        return ("call", function, *arguments)
    if function[0] != "attr":
        return ("call", function, *arguments)
    owner, name = function[1], function[2]
    if owner[0] == "name" and owner[1] in _STATIC:
        found = _STATIC[owner[1]](name, arguments)
        if found is not None:
            return found
    found = _with_function(owner, name, arguments) or _pattern(owner, name, arguments)
    return found or _method(owner, name, arguments)


def constructed(function: Node, arguments: tuple[Node, ...]) -> Node:
    """Return `new C(…)`."""
    if function[0] == "name" and function[1] in {"Set", "Map", "Array"}:
        return called(function, arguments)
    if function == ("name", "RegExp"):
        return ("call", ("lib", "re.compile"), *arguments)
    return ("call", function, *arguments)


def visit_of_each(node: Node) -> Node | None:
    """Return `xs.forEach(f)` as a loop; None where it is something else."""
    if node[0] != "method" or node[2] != "forEach" or len(node) < 4 or node[3][0] != "lambda":
        return None
    params = [part[1] for part in node[3][1][1:]]
    if not 1 <= len(params) <= 2:
        return None
    body = node[3][2]
    block = body[2] if body[:2] == ("other", "body") else ("block", ("expr", body))
    target, over = _visit(params, node[1])
    return ("for", target, over, _continuing(block), EMPTY)


def _continuing(block: Node) -> Node:
    """Return a function's body as a loop's: what returned goes on."""
    if block[0] == "return":
        return CONTINUE
    if block[0] in {"lambda", "def", "for", "while"} or not any(type(part) is tuple for part in block):
        return block
    changed = tuple(_continuing(part) if type(part) is tuple else part for part in block)
    return without_leaving(changed, CONTINUE) if changed[0] == "block" else changed


def _visit(params: list[Node], over: Node) -> tuple[Node, Node]:
    if len(params) == 1:
        return params[0], over
    return ("tuple", params[1], params[0]), ("call", ("name", "enumerate"), over)


def _function(given: Node, number: int) -> tuple[list[Node], Node] | None:
    """Return (parameters, value) of what was given as a function of up to `number` parameters."""
    if given[0] == "lambda":
        params = [part[1] for part in given[1][1:]]
        return (params, given[2]) if 1 <= len(params) <= number else None
    if given[0] in {"name", "attr"}:
        return [_ITEM], called(given, (_ITEM,))
    return None


def _with_function(owner: Node, name: str, arguments: tuple[Node, ...]) -> Node | None:
    """Return a method that takes a function of an item as a comprehension or a built-in."""
    if not arguments:
        return None
    if name == "reduce":
        return _reduced(owner, arguments)
    found = _function(arguments[0], 2)
    if found is None or name not in _ITERATING:
        return None
    target, over = _visit(found[0], owner)
    return _ITERATING[name](found[1], found[0][0], ("cfor", target, over))


_ITERATING: dict[str, Callable[[Node, Node, Node], Node]] = {
    "map": lambda value, _item, visit: ("comp", "list", value, visit),
    "flatMap": lambda value, _item, visit: ("comp", "list", ("star", value), visit),
    "filter": lambda value, item, visit: ("comp", "list", item, visit, ("cif", value)),
    "find": lambda value, item, visit: (
        "call", ("name", "next"), ("comp", "gen", item, visit, ("cif", value)), NULL,
    ),
    "some": lambda value, _item, visit: ("call", ("name", "any"), ("comp", "gen", value, visit)),
    "every": lambda value, _item, visit: ("call", ("name", "all"), ("comp", "gen", value, visit)),
}  # fmt: skip


def _reduced(owner: Node, arguments: tuple[Node, ...]) -> Node | None:
    function = arguments[0]
    if function[0] != "lambda":
        return ("call", ("lib", "functools.reduce"), function, owner, *arguments[1:2])
    params = function[1][1:]
    if len(params) == 3:
        pair = ("param", ("tuple", params[2][1], params[1][1]), NONE)
        function = ("lambda", ("params", params[0], pair), function[2])
        owner = ("call", ("name", "enumerate"), owner)
    elif len(params) != 2:
        return None
    return ("call", ("lib", "functools.reduce"), function, owner, *arguments[1:2])


def _pattern(owner: Node, name: str, arguments: tuple[Node, ...]) -> Node | None:
    """Return the use of a regular expression as Python's."""
    if owner[:2] == ("call", ("lib", "re.compile")) and name in {"test", "exec"}:
        return ("call", ("lib", "re.search"), owner[2], *arguments)
    if not arguments:
        return None
    pattern = arguments[0]
    if pattern[:2] != ("call", ("lib", "re.compile")):
        if name in {"match", "matchAll"} and len(arguments) == 1:
            return ("method", pattern, "search" if name == "match" else "finditer", owner)
        return ("method", pattern, "search", owner) if name == "test" else None
    everywhere = len(pattern) > 3 and _EVERYWHERE in pattern[3][1]
    function = {"match": "findall" if everywhere else "search", "matchAll": "finditer", "search": "search",
                "split": "split", "replace": "sub", "replaceAll": "sub"}.get(name)  # fmt: skip
    if function is None:
        return None
    return ("call", ("lib", f"re.{function}"), pattern[2], *arguments[1:], owner)


def _method(owner: Node, name: str, arguments: tuple[Node, ...]) -> Node:
    made = _SPELLED[name](owner, arguments) if name in _SPELLED else None
    return made or ("method", owner, _METHODS.get(name, name), *arguments)


def _contained(owner: Node, arguments: tuple[Node, ...]) -> Node | None:
    return ("cmp", "in", arguments[0], owner) if len(arguments) == 1 else None


def _sliced(owner: Node, arguments: tuple[Node, ...]) -> Node:
    return ("index", owner, ("slice", *(*arguments, NONE, NONE)[:2], NONE))


def _item(owner: Node, arguments: tuple[Node, ...]) -> Node | None:
    return ("index", owner, arguments[0]) if len(arguments) == 1 else None


def _filled(owner: Node, arguments: tuple[Node, ...]) -> Node | None:
    made = owner[:2] == ("bin", "*") and len(arguments) == 1
    return ("bin", "*", ("list", arguments[0]), owner[3]) if made else None


def _keys(owner: Node, _arguments: tuple[Node, ...]) -> Node | None:
    return ("call", ("name", "range"), owner[3]) if owner[:3] == ("bin", "*", ("list", NULL)) else None


def _spliced(owner: Node, arguments: tuple[Node, ...]) -> Node | None:
    if len(arguments) == 2 and arguments[1] != ZERO:
        return ("method", owner, "remove", ("index", owner, arguments[0]))
    return None


_SPELLED: dict[str, Callable[[Node, tuple[Node, ...]], Node | None]] = {
    **dict.fromkeys(("has", "includes"), _contained),
    **dict.fromkeys(("slice", "substring"), _sliced),
    **dict.fromkeys(("charAt", "at"), _item),
    **dict.fromkeys(
        ("charCodeAt", "codePointAt"),
        lambda owner, given: ("call", ("name", "ord"), ("index", owner, *(given[:1] or (ZERO,)))),
    ),
    "join": lambda owner, given: ("method", given[0] if given else ("str", ","), "join", owner),
    "split": lambda owner, given: ("call", ("name", "list"), owner) if given == (("str", ""),) else None,
    "toString": lambda owner, given: ("call", ("name", "bin" if given else "str"), owner),
    "concat": lambda owner, given: ("bin", "+", owner, given[0]) if len(given) == 1 else None,
    "repeat": lambda owner, given: ("bin", "*", owner, given[0]) if len(given) == 1 else None,
    "shift": lambda owner, given: ("method", owner, "pop", ZERO) if not given else None,
    "fill": _filled,
    "keys": _keys,
    "splice": _spliced,
}


def _mathematics(name: str, arguments: tuple[Node, ...]) -> Node | None:
    if name in {"floor", "trunc"} and arguments and arguments[0][:2] == ("bin", "/"):
        return ("bin", "//", *arguments[0][2:])
    if name == "pow" and len(arguments) == 2:
        return ("bin", "**", *arguments)
    return ("call", ("name", name) if name in _MATHEMATICS else ("lib", f"math.{name}"), *arguments)


def _object(name: str, arguments: tuple[Node, ...]) -> Node | None:
    if name in {"keys", "entries", "values"} and len(arguments) == 1:
        return ("method", arguments[0], "items" if name == "entries" else name)
    return ("dict",) if name == "create" else None


def _array(name: str, arguments: tuple[Node, ...]) -> Node | None:
    if name == "isArray":
        return ("call", ("name", "isinstance"), *arguments, ("name", "list"))
    if name != "from" or not arguments:
        return None
    over = arguments[0]
    if over[0] == "dict" and len(over) == 2 and over[1][1] == ("str", "length"):
        over = ("call", ("name", "range"), over[1][2])
        if len(arguments) > 1 and arguments[1][0] == "lambda" and len(arguments[1][1]) == 3:
            params, value = arguments[1][1:]
            return ("comp", "list", value, ("cfor", params[2][1], over))
    if len(arguments) == 1:
        return ("call", ("name", "list"), over)
    return _with_function(over, "map", arguments[1:])


def _text(name: str, arguments: tuple[Node, ...]) -> Node | None:
    known = name in {"fromCharCode", "fromCodePoint"}
    return ("call", ("name", "chr"), *arguments) if known else None


_STATIC: dict[str, Callable[[str, tuple[Node, ...]], Node | None]] = {
    "Math": _mathematics,
    "Object": _object,
    "Array": _array,
    "String": _text,
    "Number": lambda name, arguments: called(("name", name), arguments) if name in _FUNCTIONS else None,
}
