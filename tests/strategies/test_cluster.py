"""Strategies as classes of equal keys: independent of order, stable when attempts are added."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reroll.records import Signature, Strategy
from reroll.strategies import cluster, explain, strategy_id


def signature(
    place: str, dominant: str, atoms: tuple[str, ...] = ("x",), *, parsed: bool = True
) -> Signature:
    return Signature(
        unit=place, dominant=dominant, atoms=atoms, tags=(), label=f"{dominant} in {place}", parsed=parsed
    )


words = st.sampled_from(["a", "b", "c"])
signatures = st.builds(
    signature, words, words, st.lists(words, max_size=3).map(lambda parts: tuple(sorted(parts)))
)
items = st.lists(
    st.tuples(st.text("0123456789abcdef", min_size=2, max_size=4), signatures, words), max_size=30
)


@given(items, st.randoms())
def test_order_does_not_matter(found: Any, rng: Any) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    assert cluster(shuffled) == cluster(found)


@given(items, items)
def test_old_strategies_keep_their_ids_and_members_when_attempts_are_added(old: Any, new: Any) -> None:
    before = {strategy.id: set(strategy.members) for strategy in cluster(old)}
    after = {strategy.id: set(strategy.members) for strategy in cluster(old + new)}
    assert all(members <= after[name] for name, members in before.items())


@given(items, items)
def test_known_strategies_stay_when_only_new_attempts_are_given(old: Any, new: Any) -> None:
    known = cluster(old)
    found = {strategy.id: strategy for strategy in cluster(new, known)}
    assert all(
        found[one.id].label == one.label and set(one.members) <= set(found[one.id].members) for one in known
    )


@given(items)
def test_every_fine_strategy_lies_within_one_coarse_strategy(found: Any) -> None:
    fine: dict[str, set[str]] = {}
    for _, one, behaviour in found:
        fine.setdefault(strategy_id(one, behaviour, grain="fine"), set()).add(
            strategy_id(one, behaviour, grain="coarse")
        )
    assert all(len(coarse) == 1 for coarse in fine.values())


def test_patches_that_behave_differently_are_different_strategies() -> None:
    one = signature("f/return", "constant")
    assert strategy_id(one, "passes", grain="coarse") != strategy_id(one, "fails", grain="coarse")


def test_unparsed_patches_never_join_parsed_ones() -> None:
    good = signature("f/return", "constant")
    bad = signature("f/return", "constant", parsed=False)
    found = cluster([("a", good, "same"), ("b", bad, "same")])
    assert all(set(strategy.members) != {"a", "b"} for strategy in found)


def test_junk_never_raises_the_diversity_of_correct_attempts() -> None:
    correct = [
        ("a", signature("f/return", "constant"), "passed"),
        ("b", signature("f/test", "operator"), "passed"),
    ]
    junk = [(f"j{k}", signature("", "unparsed", (), parsed=False), "failed") for k in range(50)]

    def strategies_of_correct(found: tuple[Strategy, ...]) -> set[str]:
        return {one.id for one in found if one.grain == "coarse" and {"a", "b"} & set(one.members)}

    assert strategies_of_correct(cluster(correct + junk)) == strategies_of_correct(cluster(correct))
    assert len(cluster(correct + junk)) == len(cluster(correct)) + 2


def test_the_most_central_patch_comes_first() -> None:
    common = signature("f/return", "wrap", ("main",))
    odd = signature("f/return", "wrap", ("main", "strange", "stranger"))
    found = cluster([("aa", odd, "k"), *[(f"c{k}", common, "k") for k in range(3)]])
    coarse = next(strategy for strategy in found if strategy.grain == "coarse")
    assert coarse.members == ("c0", "c1", "c2", "aa")


def test_ids_name_their_grain() -> None:
    found = cluster([("a", signature("f/return", "wrap"), "k")])
    assert [strategy.id[:2] for strategy in found] == ["f-", "c-"]


def test_the_time_of_a_clustering_grows_with_the_attempts_and_no_faster() -> None:
    one = signature("f/return", "wrap")
    started = time.process_time()
    found = cluster([(str(k), one, str(k % 40)) for k in range(20_000)])
    assert len(found) == 80
    assert time.process_time() - started < 8


def test_an_explanation_lists_what_agrees_and_what_does_not() -> None:
    a = signature("f/return", "wrap", ("p", "q"))
    b = signature("f/return", "wrap", ("p", "r"))
    parts = {
        (part.name, part.first, part.second): part.agrees
        for part in explain(a, b, behaviour_a="k", behaviour_b="k")
    }
    assert parts["behaviour", "k", "k"]
    assert parts["kind of edit", "wrap", "wrap"]
    assert not parts["edit atom", "q", None]
    assert not parts["edit atom", None, "r"]


@given(signatures, signatures)
def test_an_explanation_agrees_with_the_clusters(a: Any, b: Any) -> None:
    parts = explain(a, b)
    for grain in ("fine", "coarse"):
        same = strategy_id(a, "k", grain=grain) == strategy_id(b, "k", grain=grain)
        assert same == all(part.agrees for part in parts if grain in part.grains)
