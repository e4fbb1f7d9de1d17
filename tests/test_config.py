"""The run config: defaults, files that it names, overrides, and every fault with its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sayso.config import EndpointSettings, RunConfig, load_config
from sayso.errors import ConfigError
from sayso.types import Actor, BlockKind, Claim


def load(tmp_path: Path, text: str, **overrides: Any) -> RunConfig:
    path = tmp_path / "run.yaml"
    path.write_text(text, "utf-8")
    return load_config(path, {k.replace("__", "."): v for k, v in overrides.items()})


def faults(tmp_path: Path, text: str, **overrides: Any) -> list[str]:
    with pytest.raises(ConfigError) as e:
        load(tmp_path, text, **overrides)
    return e.value.faults


GOOD = """
articles: [news/*.txt, /elsewhere/one.txt]
manifest: dates.csv
actors:
  - {id: mill, name: Pell Mill, kind: company, aliases: [the mill], members: ["Ada Finch, owner"]}
claims:
  - {id: shut, text: " The gate was shut. "}
  - {id: open, text: The gate was open., negation_of: shut}
segment: {max_chars: 500, keep: [title, paragraph]}
aggregate: {min_confidence: 0.6}
"""


def test_a_whole_config(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD)
    assert config.articles == (f"{tmp_path}/news/*.txt", "/elsewhere/one.txt")
    assert config.manifest == f"{tmp_path}/dates.csv"
    assert config.actors != "discover"
    assert config.claims != "discover"
    assert [a.actor() for a in config.actors] == [Actor("mill", "Pell Mill", "company", ("the mill",), ("Ada Finch, owner",))]
    assert [c.claim() for c in config.claims] == [Claim("shut", "The gate was shut."), Claim("open", "The gate was open.", "shut")]
    assert config.segment.max_chars == 500
    assert config.segment.keep == (BlockKind.TITLE, BlockKind.PARAGRAPH)
    assert config.aggregate.min_confidence == 0.6


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "segment:\naggregate:\n"])
def test_what_is_left_out_has_a_default(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == RunConfig() == load_config()


def test_one_article_needs_no_list(tmp_path: Path) -> None:
    assert load(tmp_path, "articles: one.txt").articles == (f"{tmp_path}/one.txt",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("actor: []", "actor: unknown key; did you mean 'actors'?", id="unknown key"),
        pytest.param("segment: {max_char: 3}", "segment.max_char: unknown key; did you mean 'max_chars'?", id="unknown key of a section"),
        pytest.param("actors: [{id: a, name: A, alias: [x]}]", "actors.0.alias: unknown key; did you mean 'aliases'?", id="unknown key of an actor"),
        pytest.param(
            "claims: [{id: a, text: B.}, {id: c, text: D., negation: a}]",
            "claims.1.negation: unknown key; did you mean 'negation_of'?",
            id="unknown key of a claim",
        ),
        pytest.param(
            "aggregate: {zzz: 1}", "aggregate.zzz: unknown key; expected one of max_evidence, min_confidence, shift_odds", id="nothing near"
        ),
        pytest.param("threads: many", "threads: Input should be a valid integer, unable to parse string as an integer, found 'many'", id="no number"),
        pytest.param("aggregate: {min_confidence: 2}", "aggregate.min_confidence: Input should be less than or equal to 1, found 2", id="too large"),
        pytest.param("attribute: {mode: al}", "attribute.mode: Input should be 'gate', 'hint' or 'all', found 'al'", id="no such mode"),
        pytest.param("articles: 3", "articles: Input should be a list, found 3", id="articles are no list"),
        pytest.param("actors: [{id: a}]", "actors.0.name: Field required", id="actor without a name"),
        pytest.param("actors: 3", "actors: Input should be a list, found 3", id="actors are no list"),
        pytest.param("actors:", "actors: Input should be a list, found None", id="no actors"),
        pytest.param("actors: [{id: 3, name: A}]", "actors.0.id: Input should be a valid string, found 3", id="an id is a string"),
        pytest.param(
            "claims: [{id: a, text: ' '}]",
            "claims.0.text: is empty; write the claim as one full sentence that can be true or false, found ' '",
            id="empty claim",
        ),
        pytest.param("claims: [{id: a, text: B.}, {id: a, text: C.}]", "claims: claim id 'a' is used twice", id="two claims with one id"),
        pytest.param(
            "claims: [{id: a, text: B., negation_of: c}]", "claims: claim 'a': negation_of 'c' is no claim of this run", id="negation of nothing"
        ),
        pytest.param(
            "claims: [{id: a, text: B., negation_of: a}]", "claims: claim 'a': negation_of leads back to itself (a -> a)", id="negation of itself"
        ),
        pytest.param(
            "claims: [{id: b, text: B., negation_of: a}, {id: a, text: C., negation_of: b}]",
            "claims: claim 'a': negation_of leads back to itself (a -> b -> a)",
            id="negations in a circle",
        ),
        pytest.param("[a, b]", "found a list, expected a mapping of keys such as actors, claims, model", id="a list"),
        pytest.param("just words", "found a str, expected a mapping of keys such as actors, claims, model", id="a string"),
    ],
)
def test_fault(tmp_path: Path, text: str, expected: str) -> None:
    assert faults(tmp_path, text) == [expected]


def test_every_fault_is_listed_at_once_with_its_path(tmp_path: Path) -> None:
    text = "modl: x\nactors: [{id: a}]\nclaims: [{id: c, text: ''}]\nsegment: {max_chars: many}\n"
    assert [f.split(":")[0] for f in faults(tmp_path, text)] == ["actors.0.name", "claims.0.text", "segment.max_chars", "modl"]
    with pytest.raises(ConfigError, match=r"run\.yaml: 4 faults"):
        load(tmp_path, text)


def test_broken_yaml_and_missing_files_are_named(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "a: [b\n")
    assert fault.startswith("not YAML: ")
    assert "\n" not in fault
    with pytest.raises(ConfigError, match=r"none\.yaml: 1 fault\n  no such file"):
        load_config(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("model: M\xfcller".encode("latin-1"))
    with pytest.raises(ConfigError, match="not YAML"):
        load_config(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("who.yaml", "- {id: mill, name: Pell Mill}"),
        ("who.yaml", "actors:\n  - {id: mill, name: Pell Mill}"),
        ("who.json", '[{"id": "mill", "name": "Pell Mill"}]'),
    ],
    ids=["list", "mapping", "json"],
)
def test_actors_may_stand_in_a_file_beside_the_config(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    config = load(tmp_path, f"actors: {name}")
    assert config.actors != "discover"
    assert [a.id for a in config.actors] == ["mill"]


def test_faults_of_the_actors_file(tmp_path: Path) -> None:
    assert faults(tmp_path, "actors: none.yaml") == ["no such file; expected YAML or JSON"]
    (tmp_path / "who.yaml").write_text("id: mill", "utf-8")
    assert faults(tmp_path, "actors: who.yaml") == ["found a dict, expected a list of actors"]
    (tmp_path / "who.yaml").write_text("- {id: mill, nam: Pell Mill}", "utf-8")
    assert faults(tmp_path, "actors: who.yaml") == ["actors.0.name: Field required", "actors.0.nam: unknown key; did you mean 'name'?"]


def test_overrides_win_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "what.yaml").write_text("- {id: x, text: It rained.}", "utf-8")
    config = load(
        tmp_path, GOOD, aggregate__min_confidence=0.9, attribute__mode="all", model="other", claims=tmp_path / "what.yaml", actors="discover"
    )
    assert config.aggregate.min_confidence == 0.9
    assert config.attribute.mode == "all"
    assert config.model == "other"
    assert config.actors == "discover"
    assert config.claims != "discover"
    assert [c.id for c in config.claims] == ["x"]
    assert config.segment.max_chars == 500


def test_overrides_need_no_file_and_fill_an_empty_section(tmp_path: Path) -> None:
    assert load_config(overrides={"segment.min_chars": 9}).segment.min_chars == 9
    assert load(tmp_path, "segment:\n", segment__min_chars=9).segment.min_chars == 9


def test_faults_of_overrides(tmp_path: Path) -> None:
    assert faults(tmp_path, "model: x", model__size=3) == ["model.size: model is not a section"]
    assert faults(tmp_path, "", segmnt__min_chars=3) == ["segmnt: unknown key; did you mean 'segment'?"]
    assert faults(tmp_path, "", filter__min_probability="often") == [
        "filter.min_probability: Input should be a valid number, unable to parse string as a number, found 'often'"
    ]


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_config().model = "other"


# --- endpoint --------------------------------------------------------------------------------------------------------------------


def test_only_a_model_behind_a_server_has_an_endpoint(tmp_path: Path) -> None:
    assert load(tmp_path, "model: sayso-small").endpoint is None
    assert load(tmp_path, "model: openai:m").endpoint == EndpointSettings()
    assert load_config(None, {"model": "openai:m"}).endpoint == EndpointSettings()
    assert load(tmp_path, "model: openai:m\nendpoint:\n").endpoint == EndpointSettings()
    assert load(tmp_path, "model: openai:m", endpoint__url="https://llm.example/v1").endpoint == EndpointSettings(url="https://llm.example/v1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cache/answers.sqlite", "{folder}/cache/answers.sqlite"),
        ("/tmp/answers.sqlite", "/tmp/answers.sqlite"),
        ("~/answers.sqlite", "~/answers.sqlite"),
        ("null", None),
    ],
)
def test_the_cache_is_found_from_the_config_that_names_it(tmp_path: Path, text: str, expected: str | None) -> None:
    config = load(tmp_path, f"endpoint: {{cache: {text}}}")
    assert config.endpoint is not None
    assert config.endpoint.cache == (expected and expected.format(folder=tmp_path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{key: sk-secret}", "endpoint.key: unknown key; did you mean 'key_env'?", id="a key"),
        pytest.param("{api_key: sk-secret}", "endpoint.api_key: unknown key; expected one of body, cache, ", id="another key"),
        pytest.param(
            "{key_env: sk-secret}", "endpoint: key_env is not the name of an environment variable; put the key into one", id="a key for a name"
        ),
        pytest.param("{url: 'https://me:sk-secret@llm.example/v1'}", "endpoint: url holds a user or a query", id="a key in the address"),
        pytest.param("{url: 'https://llm.example/v1?key=sk-secret'}", "endpoint: url holds a user or a query", id="a key in the query"),
        pytest.param("{url: 'localhost:11434'}", "endpoint: url is not an address; expected one such as http://localhost:11434/v1", id="no address"),
        pytest.param("{body: {stream: true, seed: 1}}", "endpoint: body holds stream, which sayso sets itself", id="what sayso sets"),
        pytest.param("{timeout_seconds: 0}", "endpoint.timeout_seconds: Input should be greater than 0, found 0", id="no time"),
    ],
)
def test_an_endpoint_that_is_refused_gives_no_key_away(tmp_path: Path, text: str, expected: str) -> None:
    (fault,) = faults(tmp_path, f"model: openai:m\nendpoint: {text}")
    assert fault.startswith(expected)
    assert "sk-secret" not in fault


def test_several_processes_share_the_limits_of_an_endpoint() -> None:
    whole = EndpointSettings(concurrent_requests=4, max_requests_per_minute=60, timeout_seconds=9)
    third = whole.share(3)
    assert (third.concurrent_requests, third.max_requests_per_minute, third.timeout_seconds) == (1, 20, 9)
    assert EndpointSettings().share(9).max_requests_per_minute is None
