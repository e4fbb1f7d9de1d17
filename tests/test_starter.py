"""What `sayso init` writes is a run that works."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.config import RunConfig, load_config
from sayso.errors import OutputError
from sayso.read import read_articles
from sayso.starter import FILES, write_starter
from sayso.types import Article


def test_the_config_is_whole_and_says_the_defaults(tmp_path: Path) -> None:
    assert write_starter(tmp_path) == [tmp_path / name for name in FILES]
    config = load_config(tmp_path / "run.yaml")
    assert [actor.id for actor in config.actors if not isinstance(actor, str)] == ["harbour", "union"]
    (article,) = read_articles(config.articles)
    assert isinstance(article, Article)
    assert (article.outlet, str(article.published)) == ("The Lindmark Post", "2026-04-14")
    # every commented key is a key, and its value the default
    lines = (tmp_path / "run.yaml").read_text("utf-8").splitlines()
    keys = [line.removeprefix("# ") for line in lines if line.startswith("# ") and ":" in line and not line.startswith("# A run")]
    (tmp_path / "all.yaml").write_text("\n".join(line for line in keys if not line.startswith("manifest")), "utf-8")
    assert load_config(tmp_path / "all.yaml") == RunConfig()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text("mine")
    with pytest.raises(OutputError, match=r"found claims\.yaml, which would be overwritten"):
        write_starter(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["claims.yaml"]
