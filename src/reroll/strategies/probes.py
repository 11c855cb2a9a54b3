"""Probes: calls that the tests did not make, whose answers tell patches apart that pass every test.

They grow from what the bug itself shows. Calls in its cases and test files are the seeds; their literal
arguments are varied at the boundaries, one at a time; and where parameters have type hints, Hypothesis draws
further arguments with a fixed seed. Nothing here runs the program: the sandbox evaluates the expressions.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from reroll.records import Bug

MOST = 24
"""Probes of a bug, its own included."""
LONGEST = 400
"""Characters of a probe."""
_DRAWN = 4


def probes(bug: Bug, *, most: int = MOST) -> tuple[str, ...]:
    """Return expressions over the public names of the bug's modules, always the same for the same bug.

    Args:
        bug: The bug. Its own `probes` come first.
        most: How many expressions at most.

    Returns:
        Distinct expressions, none of which a case of the bug evaluates already.

    """
    if bug.language != "python":
        return bug.probes[:most]
    functions = _functions(bug)
    seeds = list(_seeds(bug, functions))
    asked = {_normal(case.value) for case in (*bug.tests.visible, *bug.tests.hidden)}
    own = [probe for probe in dict.fromkeys(bug.probes) if len(probe) <= LONGEST]
    sources = (
        [ast.unparse(seed) for seed in seeds if bug.tests.runner != "cases"],
        list(_mutations(seeds)),
        list(_drawn(functions)),
    )
    found = dict.fromkeys(own)
    for expression in _interleaved(sources, seed=bug.id):
        if len(found) >= most:
            break
        if len(expression) <= LONGEST and _normal(expression) not in asked:
            found.setdefault(expression)
    return tuple(found)[:most]


def _normal(expression: str) -> str:
    try:
        return ast.unparse(ast.parse(expression.strip(), mode="eval"))
    except (SyntaxError, ValueError):
        return expression


def _interleaved(sources: Iterable[list[str]], *, seed: str) -> Iterator[str]:
    """Yield from each source in turn, shuffled within each, so that a bound keeps some of all."""
    rng = random.Random(int.from_bytes(sha256(seed.encode()).digest()[:8]))
    queues = []
    for source in sources:
        queue = sorted(set(source))
        rng.shuffle(queue)
        queues.append(queue)
    while any(queues):
        for queue in queues:
            if queue:
                yield queue.pop()


def _functions(bug: Bug) -> dict[str, ast.FunctionDef]:
    """Return the public functions that a patch may change, by name."""
    found: dict[str, ast.FunctionDef] = {}
    for path in sorted(bug.editable):
        tree = _parsed(bug.source.get(path, "")) if path.endswith(".py") else None
        for node in tree.body if tree is not None else ():
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found.setdefault(node.name, node)
    return found


def _seeds(bug: Bug, functions: dict[str, ast.FunctionDef]) -> Iterator[ast.Call]:
    """Yield calls of those functions with literal arguments, from cases and test files."""
    texts = [case.value for case in (*bug.tests.visible, *bug.tests.hidden)]
    texts += [text for path, text in sorted(bug.tests.files.items()) if path.endswith(".py")]
    seen: set[str] = set()
    for text in texts:
        for node in ast.walk(_parsed(text) or ast.Module([], [])):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in functions or not all(_literal(part) for part in _arguments(node)):
                continue
            key = ast.unparse(node)
            if key not in seen:
                seen.add(key)
                yield node


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text.strip() + "\n")
    except (SyntaxError, ValueError):
        return None


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _mutations(seeds: Iterable[ast.Call]) -> Iterator[str]:
    """Yield the seeds with one argument at a time varied at its boundaries."""
    for seed in seeds:
        values = [ast.literal_eval(part) for part in _arguments(seed)]
        for position, value in enumerate(values):
            for other in _varied(value):
                changed = [*values[:position], other, *values[position + 1 :]]
                yield _call(seed, changed)


def _call(seed: ast.Call, values: list[Any]) -> str:
    plain = [repr(value) for value in values[: len(seed.args)]]
    named = [
        f"{keyword.arg}={value!r}" if keyword.arg else f"**{value!r}"
        for keyword, value in zip(seed.keywords, values[len(seed.args) :], strict=True)
    ]
    return f"{ast.unparse(seed.func)}({', '.join(plain + named)})"


def _varied(value: Any) -> Iterator[Any]:
    """Yield values near a value, of its own kind."""
    if isinstance(value, bool) or value is None:
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, 0)
    elif isinstance(value, float):
        yield from (-value, 0.0, value / 2)
    elif isinstance(value, str):
        yield from ("", value[:1], value + value[-1:], value[::-1], value.swapcase(), f" {value} ")
    elif isinstance(value, list | tuple):
        kind = type(value)
        yield from (kind(), value[:1], value[::-1], value * 2, value[1:])
        if value:
            for other in _varied(value[0]):
                yield kind([other, *value[1:]])
    elif isinstance(value, dict):
        yield {}
        yield dict(reversed(value.items()))
        for key, inner in list(value.items())[:1]:
            yield from ({**value, key: other} for other in _varied(inner))


def _drawn(functions: dict[str, ast.FunctionDef]) -> Iterator[str]:
    """Yield calls with arguments that Hypothesis draws from the type hints, at a fixed seed."""
    for name, function in functions.items():
        parameters = [*function.args.posonlyargs, *function.args.args]
        required = parameters[: len(parameters) - len(function.args.defaults)]
        if not required or any(parameter.annotation is None for parameter in required):
            continue
        strategies = [_strategy(parameter.annotation) for parameter in required if parameter.annotation]
        if any(strategy is None for strategy in strategies):
            continue
        for values in _examples(strategies):
            yield f"{name}({', '.join(map(repr, values))})"


def _examples(strategies: list[Any]) -> list[tuple[Any, ...]]:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    found: list[tuple[Any, ...]] = []

    @settings(
        max_examples=_DRAWN, derandomize=True, database=None, deadline=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.tuples(*strategies))
    def collect(values: tuple[Any, ...]) -> None:
        found.append(values)

    collect()
    return found


def _strategy(hint: ast.expr) -> Any:
    """Return the Hypothesis strategy of a type hint, or None where it is not one of plain data."""
    from hypothesis import strategies as st

    if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
        inner = _parsed(hint.value)
        expression = inner.body[0] if inner is not None and inner.body else None
        return _strategy(expression.value) if isinstance(expression, ast.Expr) else None
    if isinstance(hint, ast.Constant) and hint.value is None:
        return st.none()
    if isinstance(hint, ast.BinOp):
        sides = [_strategy(hint.left), _strategy(hint.right)]
        return None if None in sides else st.one_of(*sides)
    if isinstance(hint, ast.Name):
        simple = {
            "int": st.integers(-20, 20),
            "float": st.floats(-20, 20, allow_nan=False, width=16),
            "str": st.text("abAB 1-_.", max_size=8),
            "bool": st.booleans(),
        }
        return simple.get(hint.id)
    if isinstance(hint, ast.Subscript) and isinstance(hint.value, ast.Name):
        return _container(hint.value.id, hint.slice)
    return None


def _container(name: str, inside: ast.expr) -> Any:
    from hypothesis import strategies as st

    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    inner = [_strategy(part) for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)]
    if any(strategy is None for strategy in inner):
        return None
    if name in {"list", "Sequence", "Iterable", "Collection", "List"}:
        return st.lists(inner[0], max_size=6)
    if name in {"set", "Set", "frozenset"}:
        return st.sets(inner[0], max_size=6)
    if name in {"dict", "Mapping", "Dict"} and len(inner) == 2:
        return st.dictionaries(inner[0], inner[1], max_size=4)
    if name in {"tuple", "Tuple"}:
        return st.lists(inner[0], max_size=5).map(tuple) if len(parts) != len(inner) else st.tuples(*inner)
    return st.one_of(st.none(), inner[0]) if name == "Optional" else None
