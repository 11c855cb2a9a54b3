"""The report as a folder: whole, small, safe to write, and closed to the network."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from reroll.errors import UsageError
from reroll.report.site.writer import page_name, write_site
from reroll.report.view import RunView


class Links(HTMLParser):
    """Collects what a page points at, and what can be pointed at."""

    def __init__(self, text: str) -> Any:
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: str) -> Any:
        for name, value in attrs:
            if name in {"href", "src"} and value is not None:
                self.targets.append(value)
            if name == "id":
                self.anchors.add(value)


@pytest.fixture
def bare(run: Any) -> Any:
    """Leave out the curves, which take long to draw."""
    return replace(run.view(comparisons=()), curves=(), measures=())


def pages(site: Path) -> Any:
    return sorted(site.rglob("*.html"))


def test_a_page_is_written_for_every_bug(site: Path) -> None:
    assert len(list((site / "bugs").glob("*.html"))) == 12


def test_every_link_leads_somewhere(site: Path) -> None:
    anchors = {page: Links(page.read_text()).anchors for page in pages(site)}
    for page in pages(site):
        for target in Links(page.read_text()).targets:
            parts = urlsplit(target)
            if parts.scheme == "data":
                continue
            assert not parts.scheme, f"{page.name} leaves the folder for {target}"
            goal = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert goal.is_file(), f"{page.name} points at {target}"
            assert not parts.fragment or parts.fragment in anchors[goal], f"{page.name} points at {target}"


def test_ids_are_unique_on_every_page(site: Path) -> None:
    for page in pages(site):
        found = re.findall(r'\bid="([^"]+)"', page.read_text())
        assert len(found) == len(set(found)), page.name


def test_what_a_model_wrote_is_never_markup(site: Path) -> None:
    text = (site / "bugs" / "made--median-000.html").read_text()
    assert "<b>it</b>" not in text
    assert "&lt;b&gt;it&lt;/b&gt;" in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "⟨U+202E⟩" in text


def test_the_figures_can_be_downloaded(site: Path) -> None:
    kinds = {path.suffix for path in (site / "figures").glob("fixes.*")}
    assert kinds == {".svg", ".png", ".csv"}


def test_a_bug_is_looked_up_once_and_only_for_its_page(run: Any, bare: RunView, tmp_path: Path) -> None:
    asked = []

    def details(bug: str) -> Any:
        asked.append(bug)
        return run.details(bug)

    wanted = {"made/median-003", "made/median-007"}
    write_site(bare, tmp_path, details=details, pages=wanted)
    assert sorted(asked) == sorted(wanted)
    assert len(list((tmp_path / "bugs").glob("*.html"))) == 2


def test_a_second_report_replaces_the_first(run: Any, bare: RunView, tmp_path: Path) -> None:
    write_site(bare, tmp_path, details=run.details, pages={"made/median-001"})
    (tmp_path / "mine.txt").write_text("kept")
    write_site(bare, tmp_path)
    assert not list((tmp_path / "bugs").iterdir())
    assert (tmp_path / "mine.txt").read_text() == "kept"


def test_a_folder_that_is_no_report_is_left_alone(bare: RunView, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("years of it")
    with pytest.raises(UsageError, match=r"holds 'notes\.md', which is not part of a report"):
        write_site(bare, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.md"]


def test_many_pairs_have_their_verdicts_in_one_table(run: Any, bare: RunView, tmp_path: Path) -> None:
    third = tuple(replace(c, after="third") for c in run.comparisons[:3])
    many = replace(
        bare, checkpoints=(*bare.checkpoints, "third"), comparisons=(*run.comparisons, *third), bugs=()
    )
    text = write_site(many, tmp_path).read_text()
    table = text[text.index('<table class="book verdicts">') :].split("</table>")[0]
    assert table.count('<span class="chip') == 9
    assert '<a href="#pair3">third</a>' in table
    assert text.count('class="pairing"') == text.count('<details class="pairing"') == 3


def test_a_run_with_one_checkpoint_has_a_report(make: Callable[..., Any], tmp_path: Path) -> None:
    alone = make(bugs=4, attempts=8, names=("base",))
    text = write_site(alone.view(), tmp_path, details=alone.details).read_text()
    assert 'id="answer"' not in text
    assert 'id="fixes"' in text


def test_a_run_without_a_fix_has_a_report(tmp_path: Path) -> None:
    from reroll.records import Tally
    from reroll.report.site.overview import overview

    tallies = {"base": [Tally(bug="s/x", slice="id", attempts=4, correct=0, strategies={})]}
    text = write_site(overview(tallies, name="none"), tmp_path).read_text()
    assert "0/4" in text


@pytest.mark.parametrize(
    ("one", "other"),
    [("s/Bug", "s/bug"), ("s/a b", "s/a-b"), ("a/b--c", "a--b/c"), ("s/" + "x" * 99, "s/" + "x" * 98)],
)
def test_pages_differ_where_names_hardly_do(one: str, other: str) -> None:
    assert page_name(one).lower() != page_name(other).lower()


def test_page_names_hold_nothing_that_a_path_would_mind() -> None:
    assert re.fullmatch(r"[a-z0-9._~-]+\.html", page_name("../Sü ite/x?#%.."))


@pytest.mark.slow
def test_the_index_of_two_thousand_bugs_and_five_checkpoints_is_below_three_megabytes(tmp_path: Path) -> None:
    from reroll.records import Tally
    from reroll.report.compare import compare_checkpoints
    from reroll.report.site.overview import overview

    def tally(bug: str, checkpoint: str) -> Any:
        correct = (bug * 7 + checkpoint * 13) % 101
        first = correct * 2 // 3
        used = {"c-aaaaaaaa": first, "c-bbbbbbbb": correct - first}
        part = ("id", "ood")[bug % 2]
        name = f"synthetic/some-longer-name-{bug:04d}"
        return Tally(bug=name, slice=part, attempts=100, correct=correct, strategies=used)

    tallies = {f"checkpoint-{c}": [tally(bug, c) for bug in range(2000)] for c in range(5)}
    comparisons = compare_checkpoints(tallies, before="checkpoint-0", by_slice=False, flips=100)
    view = overview(tallies, name="large", comparisons=comparisons)
    index = write_site(replace(view, notes=("Drawn, not run",)), tmp_path)
    assert index.stat().st_size < 3_000_000
