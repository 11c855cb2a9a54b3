"""What a run says about how far its comparisons can be trusted."""

from reroll.report.conditions import multiplicity, truncated, ungrouped, unsteady


def test_bugs_that_share_a_repository_are_not_silently_independent() -> None:
    note = ungrouped([["repo:flask", "guard"], ["repo:flask"], ["repo:click"], []])
    assert note.startswith("3 bugs carry 2 different tags repo:NAME")
    assert note.endswith("--group-by repo")


def test_tags_that_no_two_bugs_share_group_nothing() -> None:
    assert ungrouped([["repo:flask"], ["repo:click"], ["boundary"], ["boundary"]]) == ""


def test_truncated_sampling_is_named() -> None:
    note = truncated({"temperature": 0.7, "top_p": 0.95, "top_k": 0})
    assert note.startswith("Sampled with temperature 0.7, top_p 0.95:")
    assert truncated({"temperature": 1.0}) == ""


def test_many_comparisons_are_counted_and_few_are_not() -> None:
    assert multiplicity(30).startswith("30 comparisons were made")
    assert multiplicity(6) == ""


def test_verdicts_that_change_on_a_second_test_are_counted() -> None:
    assert unsteady(40, 3) == "3 of 40 patches that were tested twice got another verdict"
    assert unsteady(40, 0) == ""
