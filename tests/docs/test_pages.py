"""The pages of the documentation: those written from the code are what the code says, and the examples in the others can be run."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
import typer

from sayso.cli import app

DOCS = Path(__file__).parents[2] / "docs"


def load(name: str) -> ModuleType:
    """A script of the documentation, as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


pages, examples = load("pages"), load("examples")
ROOT = typer.main.get_command(app)
COMMANDS: dict[str, Any] = dict(pages.commands(ROOT))
WRITTEN = sorted(p for p in DOCS.rglob("*.md") if str(p.relative_to(DOCS)) not in pages.PAGES)


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_page_written_from_the_code_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == pages.PAGES[name](), "run python docs/pages.py"


def test_every_option_of_a_command_is_in_its_page() -> None:
    sections = dict(re.findall(r"^## (sayso [\w ]+)\n(.*?)(?=^## |\Z)", pages.command_line(), re.DOTALL | re.MULTILINE))
    assert sections.keys() == COMMANDS.keys()
    for name, command in COMMANDS.items():
        for parameter in command.params:
            for option in parameter.opts if parameter.name != "help" else ():
                assert re.search(rf"`{re.escape(option)}\b", sections[name]), f"{name} {option}"


def test_every_key_says_what_it_means() -> None:
    for model in (pages.RunConfig, pages.TrainConfig):
        for key, kind, default, meaning in pages.keys(model):
            assert kind and default and meaning, f"{key} has no description in its pydantic model"


def test_a_column_that_nobody_described_is_an_error() -> None:
    with pytest.raises(KeyError, match="mystery"):
        pages._columns(pa.schema([("mystery", pa.string())]))


def commands_shown() -> list[tuple[str, str]]:
    """(page, command) for every `sayso` command in a page that people wrote."""
    found = []
    for page in WRITTEN:
        text = page.read_text("utf-8")
        shell = [c for b in examples.blocks(text) if b.kind == "console" for c in b.commands()]
        shell += re.findall(r"^    (sayso .*)$", text, re.MULTILINE)
        for line in shell:
            found += [(str(page.relative_to(DOCS)), part.strip()) for part in line.split("\n")[0].split("|") if part.strip().startswith("sayso ")]
    return found


@pytest.mark.parametrize(("page", "line"), commands_shown())
def test_a_command_in_a_page_is_one_that_there_is(page: str, line: str) -> None:
    words = [w for w in shlex.split(line, comments=True) if not re.match(r"\d*>", w)][1:]
    if words == ["reprot"]:
        return  # shown because it is wrong
    name = f"sayso {words.pop(0)}"
    if name not in COMMANDS:
        name = f"{name} {words.pop(0)}"
    COMMANDS[name].make_context(name, words)  # raises a usage error where an option is unknown or an argument is missing


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_place_in_a_page_that_people_wrote(name: str) -> None:
    assert any(re.search(rf"{name}\b", page.read_text("utf-8")) for page in WRITTEN)


def test_examples_get_the_output_that_they_have_now(tmp_path: Path) -> None:
    page = "Before.\n```console\n$ echo new; exit 3\nold\n$ echo $?\n```\n```pycon\n>>> x = 2\n>>> print(x + 1)\n9\n```\nAfter.\n"
    assert examples.refresh(page, tmp_path) == (
        "Before.\n```console\n$ echo new; exit 3\nnew\n$ echo $?\n3\n```\n```pycon\n>>> x = 2\n>>> print(x + 1)\n3\n```\nAfter.\n"
    )


def test_a_comment_above_an_example_shortens_it_or_leaves_it_alone(tmp_path: Path) -> None:
    page = "<!-- lines 2 -->\n```console\n$ seq 5\n```\n<!-- not run: it is slow -->\n```console\n$ touch here\n```\n"
    assert examples.refresh(page, tmp_path) == page.replace("$ seq 5\n", "$ seq 5\n1\n2\n...\n")
    assert not (tmp_path / "here").exists()


def test_a_command_may_hold_a_file(tmp_path: Path) -> None:
    page = "```console\n$ cat > list.txt <<'END'\none\ntwo\nEND\n$ wc -l < list.txt\n```\n"
    assert examples.refresh(page, tmp_path) == page.replace("list.txt\n```", "list.txt\n2\n```")
