"""The generated suites prove themselves and are what their seed says."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from reroll.errors import UsageError
from reroll.lab import forge, paths, trial
from reroll.lab.edits import amend
from reroll.lab.families import FAMILIES
from reroll.lab.holdout import held_out
from reroll.lab.tasks import Task, task
from reroll.patch import make_patch, reference_patch
from reroll.records import Bug, Patch
from reroll.suite import load

Make = Callable[..., Iterator[Bug]]
Strategy = Callable[[Bug, dict[str, str | None]], str]
EVERY_SUITE = pytest.mark.parametrize(
    ("make", "strategy_of", "prelude"),
    [
        pytest.param(forge.bugs, forge.strategy_of, "", id="forge"),
        pytest.param(paths.bugs, paths.strategy_of, paths.CHECKS, id="paths"),
    ],
)


def passes(bug: Bug, files: dict[str, str], prelude: str) -> bool:
    return trial.passes(prelude + files["solution.py"], [*bug.tests.visible, *bug.tests.hidden])


@EVERY_SUITE
def test_the_source_fails_its_visible_case(make: Make, strategy_of: Strategy, prelude: str) -> None:
    assert not [
        bug.id
        for bug in make(bugs=24)
        if trial.passes(prelude + bug.source["solution.py"], bug.tests.visible)
    ]


@EVERY_SUITE
def test_every_reference_fix_passes_every_case(make: Make, strategy_of: Strategy, prelude: str) -> None:
    for bug in make(bugs=24):
        for name in bug.fixes:
            assert passes(bug, reference_patch(bug, name).apply(bug.source), prelude), (bug.id, name)


@EVERY_SUITE
def test_a_fix_is_of_the_strategy_it_is_named_after(make: Make, strategy_of: Strategy, prelude: str) -> None:
    for bug in make(bugs=24):
        for name in bug.fixes:
            assert strategy_of(bug, dict(reference_patch(bug, name).files)) == name


@EVERY_SUITE
def test_equal_seeds_give_equal_bugs(make: Make, strategy_of: Strategy, prelude: str) -> None:
    first, again, other = ([bug.digest for bug in make(bugs=8, seed=seed)] for seed in (3, 3, 4))
    assert first == again
    assert first != other


@EVERY_SUITE
def test_out_of_distribution_the_favourite_is_no_fix(make: Make, strategy_of: Strategy, prelude: str) -> None:
    assert {len(bug.fixes) for bug in make(bugs=8, slices="id")} == {3}
    assert {len(bug.fixes) for bug in make(bugs=8, slices="ood")} == {2}


@EVERY_SUITE
def test_an_unknown_slice_is_refused(make: Make, strategy_of: Strategy, prelude: str) -> None:
    with pytest.raises(UsageError, match="'idd'"):
        list(make(bugs=1, slices="idd"))


@EVERY_SUITE
def test_every_bug_of_a_suite_is_held_out_of_training(
    make: Make, strategy_of: Strategy, prelude: str
) -> None:
    assert all(held_out(bug.source["solution.py"].splitlines()) for bug in make(bugs=16))


@pytest.mark.parametrize("name", ["forge", "paths"])
def test_training_draws_from_what_no_suite_holds(name: str) -> None:
    drawn = itertools.islice(task(name).problems("id", seed=1, held_out=False), 32)
    assert not any(held_out(problem.draft.lines) for problem in drawn)


@pytest.mark.parametrize("part", paths.SLICES)
def test_what_training_gets_wrong_on_purpose_is_wrong(part: str) -> None:
    for problem in itertools.islice(task("paths").problems(part, seed=1, held_out=False), 32):
        assert problem.draft.mistakes
        assert not any(problem.correct(edit) for edit in problem.draft.mistakes)


def test_the_unseen_families_are_not_the_taught_ones() -> None:
    assert not set(FAMILIES["unseen"]) & set(FAMILIES["id"])


def test_a_trap_passes_the_visible_case_only() -> None:
    bug = next(bug for bug in forge.bugs(bugs=64, slices="ood") if bug.decoys)
    files = {**bug.source, **_patched(bug, next(iter(bug.decoys.values())))}
    assert trial.passes(files["solution.py"], bug.tests.visible)
    assert not passes(bug, files, "")


def _patched(bug: Bug, diff: str) -> dict[str, str]:
    from reroll.diff import apply_diff

    return {path: text for path, text in apply_diff(diff, bug.source).items() if text is not None}


def test_a_suite_may_be_larger_than_its_rarest_family() -> None:
    small, large = (list(forge.bugs(bugs=bugs, slices="id")) for bugs in (64, 1000))
    families = Counter(bug.tags[0] for bug in large)
    assert len({bug.digest for bug in large}) == 1000
    assert families["empty"] < families["cmp"] < families["sum"]
    assert [bug.digest for bug in large[:64]] == [bug.digest for bug in small]


def test_the_catalogue_makes_both_suites_with_options() -> None:
    assert load("forge:bugs=3,slices=unseen").slices() == {"unseen": 3}
    assert load("paths:bugs=2,seed=9").slices() == {"id": 2, "ood": 2}


@pytest.mark.parametrize("chosen", [task("forge"), task("paths")], ids=["forge", "paths"])
def test_line_edits_mean_the_same_here_and_to_the_patch_reader(chosen: Task) -> None:
    make = {"forge": forge.bugs, "paths": paths.bugs}[chosen.name]
    for problem, bug in zip(
        chosen.problems("id", seed=0, held_out=True), make(bugs=16, slices="id"), strict=False
    ):
        for repair in problem.draft.repairs:
            for edit in repair.edits:
                patch: Patch = make_patch(edit, bug, edit_format="lines")
                lines = amend(problem.draft.lines, edit)
                assert lines is not None
                assert patch.files["solution.py"] == "\n".join(lines) + "\n"
