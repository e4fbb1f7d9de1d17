"""The built documentation: built strictly, read without a network, no link into nothing, nothing left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import typer
from lxml import html

from sayso.cli import app
from sayso.config import RunConfig

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NOWHERE = "http://127.0.0.1:9"  # where a build that wants the network is sent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly from a copy of its sources."""
    pytest.importorskip("zensical", reason="Zensical is not installed: pip install 'sayso[docs]'")
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / "pipeline").symlink_to(ROOT / "pipeline")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        env=os.environ | {"http_proxy": NOWHERE, "https_proxy": NOWHERE, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build" / "site"


@pytest.fixture(scope="module")
def documents(site: Path) -> dict[Path, html.HtmlElement]:
    """Every page; the one for addresses that do not exist is left out, as it may stand anywhere."""
    return {page: html.fromstring(page.read_bytes()) for page in sorted(site.rglob("*.html")) if page.name != "404.html"}


def links(document: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """(tag, attribute, address) of everything that a page names."""
    for element in document.iter("a", "link", "script", "img", "iframe", "source"):
        for attribute in ("href", "src"):
            if address := element.get(attribute):
                yield element.tag, attribute, address


def test_every_page_that_was_written_is_built(site: Path, documents: dict[Path, html.HtmlElement]) -> None:
    written = {p.relative_to(ROOT / "docs").with_suffix(".html") for p in (ROOT / "docs").rglob("*.md")}
    assert written == {page.relative_to(site) for page in documents}
    assert not list(site.rglob("*.py"))


def test_every_link_inside_leads_somewhere(documents: dict[Path, html.HtmlElement]) -> None:
    ids = {page: {e.get("id") for e in document.iter() if e.get("id")} for page, document in documents.items()}
    broken = []
    for page, document in documents.items():
        for _, _, address in links(document):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.is_dir():
                target /= "index.html"
            if not target.is_file() or (parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]):
                broken.append(f"{page.name}: {address}")
    assert not broken


def test_a_page_loads_nothing_from_another_machine(documents: dict[Path, html.HtmlElement]) -> None:
    loaded = [
        (page.name, address)
        for page, document in documents.items()
        for tag, attribute, address in links(document)
        if tag != "a" and (urlsplit(address).netloc or address.startswith("//"))
    ]
    assert not loaded


def test_every_command_and_every_key_is_mentioned(documents: dict[Path, html.HtmlElement]) -> None:
    codes = {e.text_content() for document in documents.values() for e in document.iter("code")}
    headings = {e.text_content().rstrip("¶") for document in documents.values() for e in document.iter("h2")}
    assert set(_commands(typer.main.get_command(app), "sayso")) <= headings
    assert set(_keys(RunConfig, "")) <= codes


def _commands(group: typer.core.TyperGroup, prefix: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def _keys(model: type[RunConfig], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            yield from _keys(field.annotation, f"{prefix}{name}.")  # type: ignore[arg-type]
        else:
            yield f"{prefix}{name}"
