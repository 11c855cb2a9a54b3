"""The terminal: every number is there, and what a model wrote stays text."""

from dataclasses import replace
from typing import Any

from rich.console import Console

from reroll.report.terminal import answer, clusters, metrics_table


def shown(renderable: Any, *, width: int = 160, color: bool = False) -> Any:
    console = Console(
        width=width, record=True, force_terminal=color, color_system="standard" if color else None
    )
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_the_answer_comes_before_the_tables(run: Any) -> None:
    text = shown(answer(run.comparisons))
    for comparison in run.comparisons:
        assert comparison.verdict in text
    assert text.index(run.comparisons[-1].verdict) < text.index("D_4")


def test_many_pairs_have_their_verdicts_in_one_table(run: Any) -> None:
    third = tuple(replace(c, after="third", verdict="still pays", size="") for c in run.comparisons[:3])
    text = shown(answer((*run.comparisons, *third), tables=False))
    row = next(line for line in text.splitlines() if line.lstrip().startswith("third"))
    assert row.count("still pays") == 3
    assert "against base" not in shown(answer(run.comparisons, tables=False))


def test_the_answer_can_stand_alone(run: Any) -> None:
    text = shown(answer(run.comparisons, tables=False))
    assert text.rstrip().endswith("In brackets: the change and its 95 % interval over bugs")


def test_the_table_holds_every_metric(run: Any) -> None:
    text = shown(metrics_table(run.comparisons[0]))
    assert all(name in text for name in run.comparisons[0].metrics)


def test_nothing_is_cut_on_a_narrow_terminal(run: Any) -> None:
    text = shown(metrics_table(run.comparisons[0]), width=80)
    assert "…" not in text


def test_clusters_stand_side_by_side(run: Any) -> None:
    text = shown(clusters(run.details("made/median-000")))
    assert all(name in text for name in run.tallies)
    assert "reads one place to the left" in text
    assert "+    return (ordered[middle - 1] + ordered[middle]) / 2" in text


def test_members_are_listed_on_demand(run: Any) -> None:
    found = run.details("made/median-000")
    digest = found.strategies[0].members[0]
    assert digest not in shown(clusters(found))
    assert digest in shown(clusters(found, members=True))


def test_labels_are_shown_literally(run: Any) -> None:
    found = run.details("made/median-000")
    trick = replace(found.strategies[0], label="[red]loud[/red]\x1b[2J", diff="+x\x1b]0;title\x07\n")
    text = shown(clusters(replace(found, strategies=(trick,))))
    assert "[red]loud[/red]⟨U+001B⟩[2J" in text
    assert "\x1b]" not in text
    assert "\x07" not in text


def test_the_table_of_verdicts_shows_how_far_both_axes_moved(run: Any) -> None:
    third = tuple(replace(c, after="third") for c in run.comparisons[:3])
    text = shown(answer((*run.comparisons, *third), tables=False))
    delta = run.comparisons[0].primary.delta
    assert f"D_4 {delta:+.2f}, pass@16 ".replace("-", "−") in text
