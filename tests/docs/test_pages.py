"""What the pages say is there: their links lead somewhere, and their commands exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from reroll.cli.main import call

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("suites/*/README.md"),
    )
    if ".venv" not in path.parts
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)|(?:src|srcset)=\"([^\":]+)\"", text)
    missing = [target for pair in links for target in pair if target and not (page.parent / target).exists()]
    assert missing == []


def commands(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^(?:    |\t)(reroll [a-z].*)$", text, flags=re.MULTILINE)
    return [line.split("  #")[0].strip() for line in lines]


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.name != "commands.md" and commands(p)], ids=lambda p: p.name
)
def test_commands_name_verbs_and_options_that_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in commands(page):
        words = shlex.split(line)[1:]
        verb = words[:2] if words[0] in {"suite", "agent", "image"} else words[:1]
        assert call([*verb, "--help"]) == 0, line
        known = capsys.readouterr().out
        unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
        assert unknown == [], line


def test_the_two_commands_are_make_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:.*## ", makefile, flags=re.MULTILINE) for target in ("demo", "test"))


def test_the_bugs_of_the_readme_are_counted_right() -> None:
    from reroll.suite import load

    (told,) = re.findall(r"starter \((\d+) bugs", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert int(told) == len(load("starter").bugs)
