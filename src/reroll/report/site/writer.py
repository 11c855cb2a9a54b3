"""The report as a folder of static pages: no server, no network, one page a bug, small at a million attempts.

    index.html      the answer, the figures, the changes, the table of bugs
    method.html     what every number means
    bugs/           one page a bug, written one at a time, and its strategies as CSV
    figures/        every figure as SVG, PNG and CSV
    assets/         the style sheet and the script

View records come in, pages go out; nothing is computed here but the layout. `index.html` is written last,
so that a folder with one is whole.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reroll.errors import UsageError
from reroll.report.bugview import Details
from reroll.report.comparison import FEW_PAIRS, pairings_of
from reroll.report.figures import figures, palette
from reroll.report.figures.drawing import draw
from reroll.report.site.bugpage import bug_context, strategies_csv
from reroll.report.site.bugtable import bugs_csv
from reroll.report.site.definitions import DEFINITIONS, NOTATION
from reroll.report.site.layout import glance, template_filters
from reroll.report.view import RunView

if TYPE_CHECKING:
    import jinja2

FOLDERS = ("bugs", "figures", "assets")
"""Folders that a report owns: they are emptied before they are written."""
BUGS_LISTED = 60
"""Bugs named in the lists of bugs gained and lost."""


def write_site(
    view: RunView, out: Path, *, details: Details | None = None, pages: Collection[str] | None = None
) -> Path:
    """Write the report of a run and return its index.

    Args:
        view: the overview of the run.
        out: the folder; what an earlier report left there is replaced.
        details: looks one bug up, called once a bug while its page is written; None for no such pages.
        pages: ids of the bugs that get a page; None for all.

    Raises:
        UsageError: the folder holds something, and no report.
    """
    _clear(out)
    names = {bug.id: page_name(bug.id) for bug in view.bugs if pages is None or bug.id in pages}
    if details is None:
        names = {}
    environment = _environment()
    environment.filters.update(template_filters(view, names))
    _write_assets(environment, out / "assets")
    if details is not None:
        _write_bugs(environment, view, out / "bugs", details=details, names=names)
    drawn = [draw(figure) for figure in figures(view)]
    for one in drawn:
        (out / "figures" / f"{one.figure.id}.svg").write_text(one.svg, encoding="utf-8")
        (out / "figures" / f"{one.figure.id}.png").write_bytes(one.png)
        (out / "figures" / f"{one.figure.id}.csv").write_text(one.csv, encoding="utf-8")
    (out / "figures" / "bugs.csv").write_text(bugs_csv(view), encoding="utf-8")
    common = _common(view)
    method = environment.get_template("method.html").render(**common, notation=NOTATION)
    (out / "method.html").write_text(method, encoding="utf-8")
    index = environment.get_template("index.html").render(
        **common,
        view=view,
        figures=drawn,
        glance=glance(view),
        pairs=pairings_of(view.comparisons),
        listed=BUGS_LISTED,
        few_pairs=FEW_PAIRS,
        own_slices=list(dict.fromkeys(bug.slice for bug in view.bugs)),
        specification=_json(view.specification),
    )
    target = out / "index.html"
    target.write_text(index, encoding="utf-8")
    return target


def page_name(bug: str) -> str:
    """Return the file name of a bug's page: readable, and unique on file systems that ignore case."""
    readable = re.sub(r"[^a-z0-9._-]+", "-", bug.lower().replace("/", "--"))[:80].strip("-.")
    if re.fullmatch(r"[a-z0-9._-]+(/[a-z0-9._-]+)?", bug) and "--" not in bug and len(bug) < 80:
        return f"{readable}.html"
    return f"{readable}~{hashlib.sha256(bug.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.html"


def _clear(out: Path) -> None:
    """Empty the folders of an earlier report, and touch nothing else."""
    earlier = (out / "assets" / "report.js").is_file()
    if out.is_dir() and not earlier:
        other = next(out.iterdir(), None)
        if other is not None:
            raise UsageError(
                f"{str(out)!r} holds {other.name!r}, which is not part of a report: choose an empty folder"
            )
    for name in FOLDERS:
        shutil.rmtree(out / name, ignore_errors=True)
        (out / name).mkdir(parents=True)


def _write_bugs(
    environment: jinja2.Environment,
    view: RunView,
    folder: Path,
    *,
    details: Details,
    names: Mapping[str, str],
) -> None:
    """Write the pages of bugs, one at a time."""
    template = environment.get_template("bug.html")
    common = _common(view, root="../")
    links = [{"id": bug, "page": page} for bug, page in names.items()]
    for place, link in enumerate(links):
        bug = details(link["id"])
        data = link["page"].removesuffix(".html") + ".csv"
        text = template.render(
            **common,
            **bug_context(bug),
            before=links[place - 1] if place else None,
            after=links[place + 1] if place + 1 < len(links) else None,
            csv=data,
        )
        (folder / link["page"]).write_text(text, encoding="utf-8")
        (folder / data).write_text(strategies_csv(bug), encoding="utf-8")


def _common(view: RunView, *, root: str = "") -> dict[str, Any]:
    from reroll import __version__

    return {
        "root": root,
        "name": view.name,
        "version": __version__,
        "created": view.created,
    }


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reroll.report.site", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["definitions"] = {entry.id: entry for entry in DEFINITIONS}
    return environment


def _write_assets(environment: jinja2.Environment, folder: Path) -> None:
    loader = environment.loader
    assert loader is not None
    style = loader.get_source(environment, "style.css")[0]
    script = loader.get_source(environment, "report.js")[0]
    light, dark = palette.variables("light"), palette.variables("dark")
    link = "--link: var(--c2);"
    schemes = (
        f":root {{ color-scheme: light dark; {light} {link} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )
    (folder / "style.css").write_text(schemes + style, encoding="utf-8")
    (folder / "report.js").write_text(script, encoding="utf-8")


def _json(value: Mapping[str, Any]) -> str:
    import json

    return json.dumps(dict(value), indent=2, ensure_ascii=False, default=str) if value else ""
