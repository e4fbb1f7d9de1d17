"""The command line: exit codes and messages. The sample run itself is in test_sample_run.py."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml

import factories

ROOT = Path(__file__).resolve().parents[1]
CONFIG = """
actors: [{id: a, name: Orsk Mining}]
claims: [{id: c1, text: The shaft flooded.}]
"""


def run(*args: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from sayso.cli import main; main()", *args]
    variables = {**os.environ, "COLUMNS": "200", **(env or {})}
    return subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("actrs: []", "did you mean 'actors'"),
        (CONFIG + "model: nowhere\n", "no such folder"),
        (CONFIG + "threads: many\n", "threads"),
        (CONFIG.replace("id: a,", "id: article,"), "reserved"),
        (CONFIG.replace("The shaft flooded.", "''"), "is empty"),
        (CONFIG.replace("[{id: a, name: Orsk Mining}]", "[{id: a, name: Orsk}, {id: b, name: Bel, aliases: [Orsk]}]"), "must belong to one actor"),
        ("actors: [", "not YAML"),
    ],
)
def test_a_wrong_config_is_one_clear_message(tmp_path: Path, config: str, message: str) -> None:
    (tmp_path / "run.yaml").write_text(config)
    (tmp_path / "a.txt").write_text("Orsk Mining said the shaft flooded.")
    done = run("report", "a.txt", "--config", "run.yaml", "--out", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["report", "missing.txt", "--config", "run.yaml"], 1, "missing.txt"),
        (["report", "--config", "run.yaml"], 1, "none given"),
        (["report", "--config", "nowhere.yaml", "a.txt"], 1, "no such file"),
        (["evaluate"], 1, "nothing to measure on"),
        (["evaluate", "sayso-small", "nowhere.jsonl"], 1, "no such file"),
        (["evaluate", "--articles", "nowhere", "--plots", "p"], 1, "--plots cannot go with --articles"),
        (["evaluate", "sayso-small", "rows.jsonl", "--errors", "errors.csv"], 1, "ends in .html or .parquet"),
        (["train", "nowhere.yaml"], 1, "no such file"),
        (["actors"], 1, "none given"),
        (["claims", "nowhere.txt"], 1, "nowhere.txt"),
        (["claims", "nowhere.txt", "--actors", "none.yaml"], 1, "none.yaml"),
        (["show", "a/c1", "nowhere"], 1, "found no positions.json"),
        (["diff", "nowhere", "nowhere"], 1, "found no positions.json"),
        (["share", "nowhere", "--as", "dna"], 1, "found no positions.json"),
        (["review", "nowhere"], 1, "found no positions.json"),
        (["report", "a.txt", "--config", "run.yaml", "--corrections", "nowhere.jsonl"], 1, "expected a file of decisions"),
        (["data", "corrections", "nowhere", "--out", "rows.jsonl"], 1, "found no positions.json"),
        (["share", "nowhere", "--as", "word"], 2, "'word' is not one of"),
        (["data", "labels", "nowhere.json", "--out", "rows.jsonl"], 1, "no such file"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_wrong_calls(tmp_path: Path, args: list[str], code: int, message: str) -> None:
    (tmp_path / "run.yaml").write_text(CONFIG)
    (tmp_path / "a.txt").write_text("Orsk Mining said the shaft flooded.")
    done = run(*args, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_an_output_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text(CONFIG)
    (tmp_path / "a.txt").write_text("Orsk Mining said the shaft flooded.")
    (tmp_path / "taken").write_text("a file, not a folder")
    done = run("report", "a.txt", "--config", "run.yaml", "--out", "taken/out", cwd=tmp_path)
    assert done.returncode == 1
    assert "taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_models_are_listed() -> None:
    done = run("models", cwd=ROOT)
    assert done.returncode == 0
    assert "sayso-attribution" in done.stdout


DISPUTE = """The Pit Union said on Monday that the north shaft had flooded.

Orsk Mining denied that the north shaft had flooded. “The shaft is dry,” said Dana Weil, a spokeswoman for Orsk Mining.
"""


@pytest.mark.slow
def test_start_with_no_lists(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DISPUTE)
    done = run("actors", "a.txt", "--out", "actors.yaml", "--json", "actors.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Pit Union" in done.stdout
    assert "Orsk Mining" in {a["name"] for a in json.loads((tmp_path / "actors.json").read_text())}
    done = run("claims", "a.txt", "--actors", "actors.yaml", "--out", "claims.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "north shaft had flooded" in done.stdout
    done = run("report", "a.txt", "--actors", "actors.yaml", "--claims", "claims.yaml", "--out", "out", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = run("report", "a.txt", "--out", "open", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "north shaft had flooded" in " ".join(done.stdout.split())
    assert "discover" not in yaml.safe_load((tmp_path / "open" / "run.yaml").read_text())["config"].get("actors", "discover")


def test_json_on_the_terminal_is_all_that_is_printed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DISPUTE)
    done = run("actors", "a.txt", "--json", "-", cwd=tmp_path)
    assert {a["name"] for a in json.loads(done.stdout)} >= {"Pit Union", "Orsk Mining"}


def test_a_report_is_shown_compared_and_shared(tmp_path: Path) -> None:
    factories.report().write(tmp_path / "run")
    shown = run("show", "council/warned", "run", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "received no warning" in shown.stdout
    assert "\x1b" not in shown.stdout
    figures = run("show", "#cell.warned.council", "run", "--json", "-", cwd=tmp_path)
    assert json.loads(figures.stdout)["label"] == "denies"
    unknown = run("show", "council/nothing", "run", cwd=tmp_path)
    assert (unknown.returncode, "expected ACTOR/CLAIM, one of" in unknown.stderr) == (1, True)
    same = run("diff", "run", "run", cwd=tmp_path)
    assert "No position changed (8 positions)." in same.stdout
    shared = run("share", "run", "--as", "graphml", cwd=tmp_path)
    assert shared.returncode == 0, shared.stderr
    assert (tmp_path / "run" / "graphml" / "conflict.graphml").is_file()


def test_a_report_is_reviewed_and_made_anew(tmp_path: Path) -> None:
    factories.written(tmp_path)
    env = {**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", "from sayso.cli import main; main()", "review", "out", "--claim", "neglect"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a job in the background is born deaf to it
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True, preexec_fn=heard) as process:
        assert process.stdout
        first = process.stdout.readline()
        assert first.startswith("1 judgement to look at: http://127.0.0.1:")
        address = first.split()[-1]
        data = urlencode({"token": address.split("/")[3], "label": "denies"}).encode()
        with urlopen(address + "1", data, timeout=20) as answer:
            assert answer.url == address + "end"
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert "1 decision kept, of which 1 correction" in rest
    again = rest.split("next: sayso ")[1].split("\n")[0].split()
    assert again == ["report", "out", "--corrections", "out/corrections.jsonl", "--out", "out"]
    done = run(*again, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 judgement as a person decided" in done.stdout
    shown = run("show", "agency/neglect", "out", cwd=tmp_path)
    assert "denies (checked by a person)" in shown.stdout
    done = run("data", "corrections", "out", "--out", "rows.jsonl", cwd=tmp_path)
    assert "1 rows, of which 1 differ from the report" in done.stdout
    nothing = run("review", "out", "--claim", "neglect", cwd=tmp_path)
    assert (nothing.returncode, "nothing is left to decide" in nothing.stdout) == (0, True)


def test_a_report_is_made_anew_by_itself(tmp_path: Path) -> None:
    factories.written(tmp_path)
    done = run("report", "out", "news", "--out", "other", cwd=tmp_path)
    assert (done.returncode, "a report is made anew by itself" in done.stderr.replace("\n", " ")) == (1, True)


def test_colour_is_for_terminals_and_can_be_refused(tmp_path: Path) -> None:
    factories.report().write(tmp_path / "run")
    for env, coloured in (({"FORCE_COLOR": "1", "TERM": "xterm-256color"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm"}, False)):
        shown = run("show", "council/warned", "run", cwd=tmp_path, env=env)
        assert bool(re.search(r"\x1b\[[\d;]*3[0-8]", shown.stdout)) is coloured


def test_init_writes_a_run(tmp_path: Path) -> None:
    done = run("init", "mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "next: sayso report --config mine/run.yaml" in done.stdout
    again = run("init", "mine", cwd=tmp_path)
    assert (again.returncode, "would be overwritten" in again.stderr.replace("\n", " ")) == (1, True)
