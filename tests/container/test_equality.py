"""When a told value equals an expected one."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reroll.container.equality import decode, equals, literal, written

sys.path.append(str(Path(__file__).parents[2]))
from sandbox.values import encode

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers(), inner)
    | st.sets(st.integers() | st.text()) | st.frozensets(st.integers()),
    max_leaves=20,
)  # fmt: skip


def shown(value: Any) -> str:
    """Return a value as text, NaN included, with the members of sets in one order."""
    match value:
        case set() | frozenset():
            return f"{type(value).__name__} {sorted(map(repr, value))}"
        case list() | tuple():
            return f"{type(value).__name__} {[shown(item) for item in value]}"
        case dict():
            return f"dict {[(shown(key), shown(item)) for key, item in value.items()]}"
    return repr(value)


@settings(max_examples=150, deadline=None)
@given(plain)
def test_every_builtin_value_crosses_unchanged(value: Any) -> None:
    assert shown(decode(encode(value))) == shown(value)


@pytest.mark.parametrize(
    ("value", "expected", "equal"),
    [
        (True, "1", True),
        (1, "1.0", True),
        ([1], "(1,)", False),
        ((1, 2), "(1, 2)", True),
        (math.nan, "nan", True),
        ([math.inf, -math.inf], "[inf, -inf]", True),
        ({1, 2}, "{2, 1}", True),
        ({"a": [1]}, "{'a': [1.0]}", True),
        (frozenset({1}), "{1}", True),
        (2**70, str(2**70), True),
        (b"x", "b'x'", True),
        ("1", "1", False),
        (None, "None", True),
        ("\ud800", "'\\ud800'", True),
    ],
)
def test_equality_is_that_of_python(value: Any, expected: str, equal: bool) -> None:
    assert equals(encode(value), literal(expected)) is equal


def test_objects_and_subclasses_equal_nothing() -> None:
    class Always(int):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = int.__hash__

    assert not equals(encode(Always(3)), 3)
    assert not equals(encode([object()]), [1])


def test_tolerance_holds_at_every_depth() -> None:
    assert equals(encode({"a": [1.0000001]}), {"a": [1]}, tolerance=1e-6)
    assert not equals(encode({"a": [1.01]}), {"a": [1]}, tolerance=1e-6)
    assert not equals(encode(10**400), 1.0, tolerance=1e-6)


@pytest.mark.parametrize(
    "told",
    [{}, {"x": 1}, {"t": 1}, {"d": [[1]]}, {"s": [[1]]}, {"i": "zz"}, {"f": 3}, {"c": ["1"]}, {"b": "q"}, 1.5, {"o": ["A", "a"]}],
)  # fmt: skip
def test_malformed_values_equal_nothing_and_raise_nothing(told: Any) -> None:
    assert not equals(told, 1)
    assert isinstance(written(told), str)


def test_depth_and_crafted_hashes_cost_little() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    assert not equals(deep, 1)
    assert not equals({"s": [(2**61 - 1) * n for n in range(20_000)]}, {1, 2})


def test_an_expected_text_that_is_no_literal_is_refused() -> None:
    with pytest.raises(ValueError, match="not a Python literal"):
        literal("print(1)")
