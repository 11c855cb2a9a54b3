"""The figures: what they draw is what the view says, and what is downloaded is what was drawn."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from reroll.report.figures import figures, fixes, palette, strategies
from reroll.report.figures.drawing import Drawn, draw, recolour, still
from reroll.report.view import RunView

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def view(run: Any) -> Any:
    return run.view()


@pytest.fixture(scope="module")
def drawn(view: RunView) -> Any:
    return draw(fixes(view))


def test_every_figure_has_panels_data_and_a_definition(view: RunView) -> None:
    from reroll.report.site.definitions import DEFINITIONS

    known = {entry.id for entry in DEFINITIONS}
    found = figures(view)
    assert [figure.id for figure in found] == [
        "fixes",
        "yield",
        "strategies",
        "concentration",
        "changes",
        "moved",
        "atlas",
    ]
    assert all(figure.rows and figure.definition in known for figure in found)
    assert all(len(row) == len(figure.columns) for figure in found for row in figure.rows)


def test_every_panel_says_in_words_what_it_shows(view: RunView) -> None:
    for figure in figures(view):
        for panel in figure.panels:
            assert panel.alternative, panel.title


def test_one_checkpoint_alone_has_no_changes(make: Callable[..., Any]) -> None:
    alone = make(bugs=4, attempts=16, names=("base",))
    assert "changes" not in [figure.id for figure in figures(alone.view())]


def test_the_csv_holds_the_numbers_of_the_view(view: RunView, drawn: Drawn) -> None:
    rows = list(csv.DictReader(io.StringIO(drawn.csv)))
    curve = next(c for c in view.curves if (c.metric, c.slice, c.checkpoint) == ("pass@k", "ood", "sd"))
    found = {int(r["k"]): float(r["value"]) for r in rows if (r["slice"], r["checkpoint"]) == ("ood", "sd")}
    assert found == {k: estimate.value for k, estimate in curve.points.items()}


def test_the_download_is_well_formed_and_in_pixels_too(drawn: Drawn) -> None:
    assert ElementTree.fromstring(drawn.svg).tag.endswith("svg")
    assert drawn.png.startswith(PNG)


def test_the_page_gets_no_fixed_colours(drawn: Drawn) -> None:
    for svg in drawn.inline:
        assert not any(ink.light in svg for ink in palette.INKS)
        assert "var(--c1)" in svg


def test_a_drawing_is_one_image_to_a_screen_reader(drawn: Drawn) -> None:
    for svg in drawn.inline:
        assert svg.count("role=") == 1
        assert 'role="img" aria-label="' in svg
        assert ElementTree.fromstring(svg).get("aria-label")


def test_marks_keep_their_words_for_the_pointer(drawn: Drawn) -> None:
    assert 'data-tip="sd, pass@1: ' in drawn.inline[0]


def test_ids_are_unique_on_a_page(view: RunView) -> None:
    seen = []
    for figure in (fixes(view), strategies(view)):
        for svg in draw(figure).inline:
            seen += [element.get("id") for element in ElementTree.fromstring(svg).iter() if element.get("id")]
    assert len(seen) == len(set(seen))


def test_a_picture_can_be_dark(view: RunView) -> None:
    picture = still(fixes(view), scheme="dark")
    assert palette.PAPER.dark in picture
    assert palette.PAPER.light not in picture


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ink", [*palette.CHECKPOINTS, palette.TEXT, palette.MUTED], ids=lambda ink: ink.name)
def test_every_ink_can_be_read_on_its_paper(ink: palette.Ink, scheme: str) -> None:
    pair = sorted(_luminance(getattr(color, scheme)) for color in (ink, palette.PAPER))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_recolouring_maps_every_ink() -> None:
    text = " ".join(ink.light for ink in palette.INKS)
    assert recolour(text, "css") == " ".join(f"var(--{ink.name})" for ink in palette.INKS)


def _luminance(color: str) -> Any:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_checkpoints_with_too_few_fixes_to_compare_are_named(run: Any) -> None:
    from reroll.report.figures.bugs import concentration
    from reroll.report.view import Estimate, Measure

    view = run.view()
    few = Measure(metric="D_4", checkpoint="sd", slice="ood", bugs=4, estimate=Estimate(value=1.8))
    told = concentration(replace(view, measures=(few,))).notes
    assert told == (
        "sd has four fixes of only 4 bugs on ood: these are its easiest ones, and too few to compare.",
    )
