"""docs/commands.md is what the program says of itself. `REROLL_UPDATE=1 pytest tests/docs` writes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
VERBS = [
    "run", "score", "compare", "clusters", "explain", "report", "export", "demos", "plan", "tilt", "forecast",
    "lab", "suite list", "suite show", "suite check", "agent list", "image build", "image name", "doctor",
]  # fmt: skip


def page() -> str:
    parts = ["# Commands\n\nExit codes: 0 for success, 1 for failure, 2 for usage, 130 after Ctrl-C.\n"]
    for verb in VERBS:
        done = subprocess.run(
            [sys.executable, "-m", "reroll", *verb.split(), "--help"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "COLUMNS": "100"},
        )
        body = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
        parts.append(f"## reroll {verb}\n\n```\n{body.replace('python -m reroll', 'reroll')}\n```\n")
    return "\n".join(parts)


def test_every_command_is_documented_as_it_is() -> None:
    made = page()
    if os.environ.get("REROLL_UPDATE"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made
