"""Pages against gold files: what changed in the markup is seen in a diff.

`REROLL_UPDATE_GOLD=1 pytest tests/report/test_site_gold.py` writes them anew. Drawings and versions are scrubbed.
"""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reroll.report.site.writer import write_site

GOLD = Path(__file__).parent / "gold"
PAGES = {"index.html": "index.html", "bugs/made--median-000.html": "bug.html"}


@pytest.fixture(scope="module")
def pages(make: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    run = make(bugs=2, attempts=8, names=("base", "sd"))
    view = run.view(comparisons=())
    curves = tuple(curve for curve in view.curves if curve.metric == "pass@k" and curve.slice == "id")
    folder = tmp_path_factory.mktemp("gold")
    write_site(replace(view, curves=curves, measures=()), folder, details=run.details)
    return {gold: scrub((folder / page).read_text(encoding="utf-8")) for page, gold in PAGES.items()}


def scrub(text: str) -> Any:
    """Take out what another version or machine would write differently."""
    text = re.sub(r"<svg .*?</svg>", "<svg/>", text, flags=re.DOTALL)
    return re.sub(r"Written by reroll [0-9.a-z]+", "Written by reroll VERSION", text)


@pytest.mark.parametrize("name", PAGES.values())
def test_the_page_is_as_it_was(pages: dict[str, str], name: str) -> None:
    path = GOLD / name
    if os.environ.get("REROLL_UPDATE_GOLD"):
        GOLD.mkdir(exist_ok=True)
        path.write_text(pages[name], encoding="utf-8")
    assert pages[name] == path.read_text(encoding="utf-8")
