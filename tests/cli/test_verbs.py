"""Every verb answers in text and in JSON, and says in one line what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import reroll
from reroll.cli.main import call

VERBS = [
    "run", "score", "compare", "clusters", "explain", "report", "export", "demos", "plan", "tilt", "forecast",
    "lab", "image build", "image name", "doctor", "suite list", "suite show", "suite check", "agent list",
]  # fmt: skip


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert call(arguments) == code, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, *verb.split(), "--help")
    options = [line for line in text.splitlines() if line.strip().startswith("--")]
    assert options
    assert all(len(line.split("  ")) > 1 or len(line.strip().split()) > 1 for line in options)


def test_help_answers_in_a_blink_and_imports_nothing_heavy() -> None:
    code = (
        "import sys, reroll.cli.main as m; m.call(['--help']); "
        "heavy = {'torch', 'transformers', 'pandas', 'altair', 'docker', 'datasets', 'scipy', 'pydantic', 'openai'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_compare_says_what_happened_in_words_and_numbers(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(capsys, "compare", str(run))
    assert "base → tuned" in text
    assert "pays less" in text
    assert "D_4 *" in text
    assert "sel@k" in text


def test_compare_json_has_the_promised_shape(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(capsys, "compare", str(run), "--json"))
    assert [c["slice"] for c in document["comparisons"]] == ["all", "id", "ood"]
    first = document["comparisons"][0]
    assert (first["before"], first["after"], first["bugs"]) == ("base", "tuned", 12)
    assert first["metrics"]["D_4"]["delta"] < -0.5
    assert {"before", "after", "delta", "low", "high", "p"} <= set(first["metrics"]["pass@1"])
    assert first["size"] in {"slight", "moderate", "large", "unsure"}
    assert [row["k"] for row in document["selection"]["base"]] == [1, 4, 16]


@pytest.mark.parametrize(("expression", "code"), [("D_4 drops by 0.5", 1), ("D_4 drops by 3", 0)])
def test_the_gate_decides_the_exit_code(
    run: Path, expression: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["compare", str(run), "--brief", "--fail-if", expression]) == code
    assert "gate: " in capsys.readouterr().err


def test_a_summary_for_a_pull_request_is_markdown(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "| " in said(capsys, "compare", str(run), "--markdown")


def test_clusters_shows_strategies_side_by_side(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "clusters", str(run), "bug-03")
    assert "base" in text
    assert "tuned" in text
    assert "lost" in text


def test_clusters_json_counts_by_checkpoint(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(capsys, "clusters", str(run), "bug-03", "--json"))
    coarse = [s for s in document["strategies"] if s["grain"] == "coarse"]
    assert sum(s["counts"]["base"]["correct"] for s in coarse) == 12
    assert sum(s["counts"]["tuned"]["correct"] > 0 for s in coarse) == 1
    assert all(s["id"] and s["label"] and s["members"] for s in document["strategies"])


def test_explain_says_which_parts_agree(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(capsys, "explain", str(run), "bug-03", "tuned:0", "tuned:1", "--json"))
    assert document["one_strategy"] == {"coarse": True, "fine": True}
    other = json.loads(said(capsys, "explain", str(run), "bug-03", "base:0", "base:1", "--json"))
    assert other["one_strategy"]["coarse"] is False


def test_report_writes_a_site(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = Path(
        json.loads(said(capsys, "report", str(run), "--out", str(tmp_path / "site"), "--json"))["report"]
    )
    assert index.is_file()
    assert len(list((tmp_path / "site" / "bugs").glob("*.html"))) == 12


@pytest.mark.parametrize("kind", ["parquet", "csv", "arena", "inspect"])
def test_exports_are_written(
    run: Path, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / ("arena.jsonl" if kind == "arena" else "out")
    paths = said(capsys, "export", str(run), "--kind", kind, "--out", str(target)).split()
    assert paths
    assert all(Path(path).stat().st_size > 0 for path in paths)


def test_demonstrations_are_audited_and_balanced(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "demos.jsonl"
    found = json.loads(said(capsys, "demos", str(run), "--checkpoint", "tuned", "--json"))
    assert (found["bugs"], found["strategies"], found["one_strategy"]) == (12, 12, 12)
    assert all(len(labels) == 2 for labels in found["missing"].values())
    said(capsys, "demos", str(run), "--balance", str(target))
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 12 * 3


def test_a_plan_states_bugs_by_attempts(capsys: pytest.CaptureFixture[str]) -> None:
    assert "D_4" in said(capsys, "plan", "--effect", "-0.5", "-n", "16")


def test_a_plan_can_rest_on_a_run(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "retry_gain" in said(
        capsys, "plan", "--from", str(run), "--metric", "retry_gain", "--effect", "-0.1"
    )


def test_suites_and_agents_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    suites = json.loads(said(capsys, "suite", "list", "--json"))["suites"]
    agents = json.loads(said(capsys, "agent", "list", "--json"))["agents"]
    assert {"starter", "forge", "paths", "humanevalfix"} <= {s["name"] for s in suites}
    assert {"direct", "retry", "diverse", "oracle", "noop"} <= {a["name"] for a in agents}


def test_a_bug_is_shown_without_its_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "suite", "show", "starter", "--bug", "tax-half-cent")
    assert "visible tests" in text
    assert "reference strategies" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["runn"], "No such command"),
        (["run"], "Missing argument"),
        (["run", "starter", "--wrong"], "No such option"),
        (["run", "nonsense", "-m", "a=hf:forge/base"], "No suite 'nonsense': there is"),
        (["run", "starter", "--agent", "nonsense"], "No agent 'nonsense': there is"),
        (["run", "starter", "-m", "a=nonsense:x"], "hf:PATH"),
        (["run", "starter", "-m", "a=hf:./nonsense"], "Checkpoint './nonsense'"),
        (["run", "starter", "--slice", "nonsense", "-m", "a=hf:forge/base"], "No slice 'nonsense'"),
        (["run", "starter", "--bug", "nonsense", "-m", "a=hf:forge/base"], "No bug 'nonsense'"),
        (["compare", "nonsense"], "No run at"),
        (["run", "starter", "--sandbox", "chroot", "-m", "a=hf:forge/base"], "chroot"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = call(arguments)
    captured = capsys.readouterr().err.strip().splitlines()
    assert code in (1, 2)
    assert message in captured[-1]
    assert "Traceback" not in "".join(captured)


def test_names_that_a_run_lacks_are_answered_with_those_it_has(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["clusters", str(run), "nonsense"]) == 2
    assert "suite/bug-00" in capsys.readouterr().err
    assert call(["compare", str(run), "--before", "nonsense"]) == 2
    assert "'base', 'tuned'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "RUN", "--after", "base"], "cannot be compared with itself"),
        (["compare", "RUN", "--grain", "medium"], "No grain 'medium': there is fine, coarse"),
        (["compare", "RUN", "--group-by", "repo"], "has a tag 'repo:NAME'"),
        (["compare", "RUN", "--fail-if", "D_4 shrinks"], "Cannot read 'D_4 shrinks' in the gate"),
        (["demos", "RUN", "--grain", "medium"], "No grain 'medium'"),
        (["demos", "RUN", "--checkpoint", "x"], "there is base, tuned"),
        (["demos", "RUN/.."], "name the folder of a run, or a file of demonstrations"),
        (["demos", "RUN", "--balance", "RUN/run.sqlite/x.jsonl"], "Cannot write"),
        (["export", "RUN", "--kind", "csv", "--out", "RUN/run.sqlite"], "Cannot write"),
        (["report", "RUN", "--out", "RUN"], "which is not part of a report"),
        (["plan", "--from", "RUN", "--after", "x"], "has no checkpoint 'x'"),
        (["plan", "--metric", "D4"], "Unknown metric 'D4'; known: pass@1"),
    ],
)
def test_what_is_asked_wrongly_of_a_run_is_said_in_one_line(
    run: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call([part.replace("RUN", str(run)) for part in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--version").strip() == f"reroll {reroll.__version__}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_knows_the_verbs(shell: str) -> None:
    variable = {"bash": ("COMP_WORDS", "reroll com"), "zsh": ("_TYPER_COMPLETE_ARGS", "reroll com")}.get(
        shell, ("_TYPER_COMPLETE_ARGS", "reroll com")
    )
    environment = {"_REROLL_COMPLETE": f"complete_{shell}", variable[0]: variable[1], "COMP_CWORD": "1"}
    environment["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    done = subprocess.run(
        [sys.executable, "-c", "from reroll.cli.main import app; app(prog_name='reroll')"],
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "PATH": "/usr/bin:/bin"},
    )
    assert "compare" in done.stdout


def test_echo_is_corrected_by_the_error_rates_of_the_clusterer(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rates = tmp_path / "rates.json"
    rates.write_text('progress\n{"merged": {"same": 0.9, "different": 0.02}, "f1": 0.8}\n', encoding="utf-8")
    corrected = json.loads(said(capsys, "compare", str(run), "--error-rates", str(rates), "--json"))
    metrics = corrected["comparisons"][0]["metrics"]
    assert metrics["echo_corrected"]["before"] == pytest.approx(
        (metrics["echo"]["before"] - 0.02) / 0.88, abs=0.02
    )
