"""The report in Chromium, from the file system: it opens, sorts, filters, and asks the network for nothing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from reroll.records import Tally
from reroll.report.site.overview import overview
from reroll.report.site.writer import write_site

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (390, 820, 1280)


@pytest.fixture(scope="module")
def browser(require: Callable[[str, str], None]) -> Any:
    executable = (
        os.environ.get("REROLL_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    missing = "no Chromium: install one, or name it in REROLL_CHROMIUM" if executable is None else ""
    require("browser", missing or ("" if find_spec("playwright") else "Playwright is not installed"))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def opened(browser: Any, path: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Any:
    """Open a page, and fail if it complains or asks for anything but a file."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
    )
    page, trouble = context.new_page(), []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url) if not _local(request.url) else None)
    page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert not trouble


def _local(url: str) -> Any:
    return url.startswith(("file:", "data:"))


def shown(page: Any) -> Any:
    return page.locator("#bug-table tbody tr:visible")


def test_every_page_opens_and_fits(browser: Any, site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        with opened(browser, path, width=390) as page:
            assert page.locator("h1").count() == 1
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_its_window(browser: Any, site: Path, width: int, scheme: str) -> None:
    for name in ("index.html", "method.html", "bugs/made--median-000.html"):
        with opened(browser, site / name, width=width, scheme=scheme) as page:
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_links_lead_to_bugs_and_back(browser: Any, site: Path) -> None:
    with opened(browser, site / "index.html") as page:
        page.click("#bug-table tbody tr:nth-child(3) a")
        assert page.locator("h1").inner_text() == "made/median-002"
        page.click("a[rel=next]")
        assert page.locator("h1").inner_text() == "made/median-003"
        page.click(".kicker a")
        assert page.locator("h1").inner_text() == "made-up"


def test_keys_lead_to_the_neighbours_of_a_bug_and_up(browser: Any, site: Path) -> None:
    with opened(browser, site / "bugs" / "made--median-002.html") as page:
        for key, heading in (("]", "made/median-003"), ("[", "made/median-002"), ("u", "made-up")):
            page.keyboard.press(key)
            page.wait_for_function("text => document.querySelector('h1').innerText === text", arg=heading)
            assert page.locator("h1").inner_text() == heading


def test_the_table_sorts_by_click_and_by_key(browser: Any, site: Path) -> None:
    with opened(browser, site / "index.html") as page:
        button = page.get_by_role("button", name="Fixes of sd")
        button.click()
        values = page.eval_on_selector_all(
            "#bug-table tbody tr", "rows => rows.map(row => Number(row.cells[4].dataset.v))"
        )
        assert values == sorted(values, reverse=True)
        head = page.locator("#bug-table th[aria-sort]")
        assert head.get_attribute("aria-sort") == "descending"
        button.focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        assert head.count() == 1


def test_the_table_filters_by_words_slice_and_change(browser: Any, site: Path) -> None:
    with opened(browser, site / "index.html") as page:
        assert shown(page).count() == 12
        page.keyboard.press("/")
        page.keyboard.type("MEDIAN-00 boundary")
        assert page.input_value("input[name=text]") == "MEDIAN-00 boundary"
        assert shown(page).count() == 4
        assert page.locator(".filters output").inner_text() == "4 of 12 bugs"
        page.fill("input[name=text]", "")
        page.select_option("select[name=slice]", "ood")
        assert shown(page).count() == 6
        page.select_option("select[name=change]", "narrowed")
        assert 0 < shown(page).count() < 6


def test_marks_answer_the_pointer(browser: Any, site: Path) -> None:
    with opened(browser, site / "index.html") as page:
        mark = page.locator("#fixes [data-tip]").last
        mark.hover()
        assert page.locator("#tip").inner_text() == mark.get_attribute("data-tip")
        page.keyboard.press("Escape")
        assert page.locator("#tip").is_hidden()


def test_definitions_are_one_click_away(browser: Any, site: Path) -> None:
    with opened(browser, site / "index.html") as page:
        page.locator("#fixes ~ .tools summary", has_text="Definition").click()
        assert page.get_by_text("1 − C(n − c, k) / C(n, k)").first.is_visible()


def test_without_scripts_every_number_is_there(browser: Any, site: Path) -> None:
    with opened(browser, site / "index.html", scripts=False) as page:
        assert shown(page).count() == 12
        assert page.locator("#fixes svg").count() == 3
        assert page.locator(".filters").is_hidden()


def test_on_paper_the_page_is_light_and_whole(browser: Any, site: Path) -> None:
    with opened(browser, site / "index.html", scheme="dark") as page:
        page.emulate_media(media="print")
        ink = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
        assert ink.strip() == "#fdfcf8"
        assert page.locator("nav").is_hidden()
        page.set_viewport_size({"width": 794, "height": 1123})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("look", [("light", 390), ("dark", 1280)], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "method.html", "bugs/made--median-000.html"])
def test_axe_finds_nothing_serious(
    browser: Any, site: Path, require: Callable[[str, str], None], name: str, look: tuple[str, int]
) -> None:
    with opened(browser, site / name, scheme=look[0], width=look[1]) as page:
        assert not violations(page, require)


def violations(page: Any, require: Callable[[str, str], None]) -> Any:
    """Return what axe holds against a page whose details are all open."""
    require("browser", "" if find_spec("axe_playwright_python") else "axe-playwright-python is not installed")
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate("document.querySelectorAll('details:not(.data)').forEach(item => { item.open = true; })")
    # To a reader a drawing is one image; axe would weigh each of its thousands of marks.
    page.evaluate("document.querySelectorAll('svg').forEach(drawing => drawing.replaceChildren())")
    page.evaluate(axe)
    result = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
    return [
        (v["id"], v["impact"], [node["html"][:120] for node in v["nodes"][:3]])
        for v in result["violations"]
        if v["impact"] in {"serious", "critical", "moderate"}
    ]


def test_a_long_table_starts_short_and_shows_all_when_asked(browser: Any, tmp_path: Path) -> None:
    tallies = [
        Tally(
            bug=f"s/bug-{number:03d}",
            slice="id",
            attempts=4,
            correct=number % 5,
            strategies={"c": number % 5},
        )
        for number in range(300)
    ]
    view = replace(overview({"base": tallies}, name="long"), curves=(), measures=())
    with opened(browser, write_site(view, tmp_path)) as page:
        assert shown(page).count() == 250
        page.get_by_role("button", name="Fixes of base").click()
        assert shown(page).first.locator("td").nth(1).inner_text() == "4/4"
        page.get_by_role("button", name="Show them all").click()
        assert shown(page).count() == 300


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, require: Callable[[str, str], None]) -> Path:
    """Make a small run of checkpoints that ship, score it, and write its report, all by the command line."""
    require("hf", "" if find_spec("torch") else "torch is not installed")
    run = tmp_path_factory.mktemp("real") / "small"
    models = [part for name in ("base", "self-distilled") for part in ("--model", f"{name}=hf:forge/{name}")]
    steps = (
        ["run", "forge:bugs=6", "--agent", "lines", "-n", "8", "--out", str(run), *models],
        ["tilt", str(run), "--before", "base", "--after", "self-distilled"],
        ["forecast", str(run), "--model", "base"],
        ["report", str(run)],
    )
    for step in steps:
        done = subprocess.run(
            [sys.executable, "-m", "reroll", *step], capture_output=True, text=True, check=False, timeout=300
        )
        last = (done.stderr.strip().splitlines() or [""])[-1]
        if "sandbox" in last.lower():
            require("bubblewrap", last)
        assert done.returncode == 0, done.stderr[-2000:]
    return run / "report"


def test_every_page_of_a_real_run_is_reached_by_links(browser: Any, real: Path) -> None:
    """Follow every link from the index; a page that complains, or a link to nothing, fails in `opened`."""
    waiting, seen = [real / "index.html"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.suffix != ".html":
            assert path.stat().st_size > 0, path
            continue
        with opened(browser, path) as page:
            links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        assert all(link.startswith("file:") for link in links)
        waiting += [Path(url2pathname(urlsplit(link).path)) for link in links]
    assert set(real.rglob("*.html")) <= seen
    assert set((real / "figures").iterdir()) <= seen


def test_a_real_run_shows_what_was_scored_and_what_its_fixes_would_teach(browser: Any, real: Path) -> None:
    with opened(browser, real / "index.html") as page:
        for name in ("fixes", "moved", "choice", "demonstrations", "forecast"):
            assert page.locator(f"#{name} svg").first.is_visible(), name
        moved = page.locator("section", has=page.locator("#moved"))
        assert "self-distilled" in moved.locator(".note").first.inner_text()
        moved.locator("summary", has_text="Data").click()
        assert moved.locator("table").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_real_run(
    browser: Any, real: Path, require: Callable[[str, str], None], scheme: str
) -> None:
    bug = min((real / "bugs").glob("*.html"))
    for path in (real / "index.html", bug):
        with opened(browser, path, scheme=scheme, width=820) as page:
            assert not violations(page, require)


def test_the_keyboard_alone_reads_a_page(browser: Any, real: Path) -> None:
    with opened(browser, real / "index.html") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main"
        summary = page.locator("#choice ~ .tools summary", has_text="Definition")
        summary.focus()
        page.keyboard.press("Enter")
        assert page.get_by_text("pass@k assumes that somebody recognises a fix").first.is_visible()


def test_nothing_moves_for_a_reader_who_asked_for_it(browser: Any, real: Path) -> None:
    for motion, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        with opened(browser, real / "index.html") as page:
            page.emulate_media(reduced_motion=motion)
            found = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
            assert found == behaviour
