"""The table of bugs: one line a bug on the overview, one line a bug and checkpoint as CSV."""

from __future__ import annotations

import csv
import io

from reroll.report.numerals import MISSING
from reroll.report.view import BugRow, Count, RunView


def bugs_csv(view: RunView) -> str:
    """Return the table of bugs as CSV, one line a bug and checkpoint."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = (
        "bug",
        "slice",
        "tags",
        "checkpoint",
        "attempts",
        "correct",
        "strategies",
        "echo",
        "gained",
        "lost",
    )
    writer.writerow((*columns, "invalid"))
    for bug in view.bugs:
        for checkpoint, c in bug.counts.items():
            key = (bug.id, bug.slice, " ".join(bug.tags), checkpoint)
            writer.writerow((*key, c.attempts, c.correct, c.strategies, c.echo, c.gained, c.lost, c.invalid))
    return text.getvalue()


def moves(count: Count) -> str:
    """Return strategies lost and gained, such as `−2 +1`."""
    lost = f"−{count.lost}" if count.lost else ""
    gained = f"+{count.gained}" if count.gained else ""
    return " ".join(part for part in (lost, gained) if part)


def bug_row(bug: BugRow, view: RunView, *, link: str) -> str:
    """Return one line of the table of bugs; written by hand, because there may be thousands."""
    from markupsafe import escape

    cells = []
    changes = [bug.change] if bug.change else []
    against = []
    for place, name in enumerate(view.checkpoints):
        count = bug.counts.get(name)
        if count is None or not count.attempts:
            cells.append(f'<td class="n" data-v="-1">{MISSING}</td><td class="n" data-v="-1">{MISSING}</td>')
            continue
        rate = count.correct / count.attempts
        cells.append(
            f'<td class="n" data-v="{rate:.4f}"><span class="f" style="--f:{rate:.0%}">'
            f"{count.correct}/{count.attempts}</span></td>"
            f'<td class="n" data-v="{count.strategies}">{count.strategies}</td>'
        )
        if place and (count.lost or count.gained):
            changes += ["narrowed"] * bool(count.lost) + ["widened"] * bool(count.gained)
            against.append(f"{name} {moves(count)}" if len(view.checkpoints) > 2 else moves(count))
    if not any(count.correct for count in bug.counts.values()):
        changes.append("never")
    moved = sum(c.gained - c.lost for name, c in bug.counts.items() if name != view.checkpoints[0])
    words = {"gained": "bug gained; ", "lost": "bug lost; "}.get(bug.change, "") + ", ".join(against)
    tags = f' data-tags="{escape(" ".join(bug.tags))}"' if bug.tags else ""
    marks = f' data-change="{" ".join(dict.fromkeys(changes))}"' if changes else ""
    return (
        f'<tr{marks}{tags}><th scope="row">{link}</th><td>{escape(bug.slice)}</td>{"".join(cells)}'
        f'<td data-v="{moved}">{escape(words.removesuffix("; "))}</td></tr>'
    )
