"""Found lists as files: what is written is what a run takes, whatever stands in the texts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hostile import TEXTS
from sayso.actors.credit import FoundActor
from sayso.claims.discovery import FoundClaim
from sayso.config import ActorConfig, ClaimConfig, load_config
from sayso.discover.files import actors_json, actors_yaml, claims_json, claims_yaml, to_json, write_text
from sayso.errors import OutputError
from sayso.report.clean import encodable
from sayso.types import Actor, Claim


def actor(text: str) -> FoundActor:
    return FoundActor(Actor("a", text, text, (text + "x",), (text,)), 1, 2, 3, (text, text))


def claims(text: str) -> list[FoundClaim]:
    return [
        FoundClaim(Claim("c1", text), 0.5, ("a", "?"), ("article",), (), 1, (text,), (text,)),
        FoundClaim(Claim("c2", text, "c1"), 0.4, (), ("a",), ("?",), 1, (text,), (), "c1"),
    ]


def holds(text: str) -> bool:
    actors_ = yaml.safe_load(actors_yaml([actor(text)]))
    claims_ = yaml.safe_load(claims_yaml(claims(text), {"a": text}))
    name = re.sub("[\x85\u2028\u2029]", " ", str(encodable(text)))  # which YAML takes for line ends
    return bool(
        [a["name"] for a in actors_] == [name]
        and [c["text"] for c in claims_] == [name, name]
        and [c.get("negation_of") for c in claims_] == [None, "c1"]
    )


@pytest.mark.parametrize("text", [t for t in TEXTS if len(t) < 1000], ids=range(len([t for t in TEXTS if len(t) < 1000])))
def test_hostile_text_stays_a_value(text: str) -> None:
    assert holds(text)


@given(st.text(alphabet=st.characters(), max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back(text: str) -> None:
    assert holds(text)


def test_a_run_takes_the_files(tmp_path: Path) -> None:
    write_text(tmp_path / "actors.yaml", actors_yaml([actor("Orsk: “Mining” #1")]))
    write_text(tmp_path / "new" / "claims.yaml", claims_yaml(claims("The shaft\nflooded: yes."), {"a": "Orsk"}))
    config = load_config(None, {"actors": tmp_path / "actors.yaml", "claims": tmp_path / "new" / "claims.yaml"})
    assert isinstance(config.actors[0], ActorConfig)
    assert config.actors[0].name == "Orsk: “Mining” #1"
    assert isinstance(config.claims[1], ClaimConfig)
    assert config.claims[1].negation_of == "c1"


def test_what_speaks_for_an_entry_stands_above_it() -> None:
    text = claims_yaml(claims("The shaft flooded."), {"a": "Orsk"})
    assert "asserted by Orsk, somebody unlisted; denied by the article itself" in text
    assert "may be a part of c1" in text
    assert "3 statements, 2 mentions, 1 articles" in actors_yaml([actor("Orsk")])


def test_nothing_found_is_an_empty_list() -> None:
    assert yaml.safe_load(actors_yaml([])) == []
    assert yaml.safe_load(claims_yaml([], {})) == []


def test_json_has_the_figures() -> None:
    assert json.loads(to_json(actors_json([actor("a\ud800")])))[0]["n_statements"] == 3
    assert json.loads(to_json(claims_json(claims("c"))))[1]["narrower_than"] == "c1"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="taken"):
        write_text(tmp_path / "taken" / "actors.yaml", "x")
