"""Actors found without a list: which names are one actor, who speaks for whom, and what must never crash it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings import attributions
from sayso.actors.credit import FoundActor
from sayso.actors.discovery import discover_actors
from sayso.actors.registry import ActorRegistry
from sayso.config import ActorDiscoverySettings
from sayso.segment import segment
from sayso.types import Article


def find(*texts: str, **settings_: int) -> list[FoundActor]:
    documents = [segment(Article(f"a{k}", t)) for k, t in enumerate(texts)]
    return discover_actors(documents, [attributions(t) for t in texts], ActorDiscoverySettings(**settings_))


def by_name(found: list[FoundActor]) -> dict[str, FoundActor]:
    return {f.actor.name: f for f in found}


def forms(f: FoundActor) -> set[str]:
    return {f.actor.name, *f.actor.aliases}


@pytest.mark.parametrize(
    ("text", "name", "alias"),
    [
        pytest.param("Ana Holt said the dam leaks. Later Holt said it was old.", "Ana Holt", "Holt", id="surname"),
        pytest.param("The Rail Safety Agency said trains stopped. An inquiry by the RSA began.", "Rail Safety Agency", "RSA", id="initials"),
        pytest.param(
            "Port Aldren Harbour Authority said ships wait. The Harbour Authority said more.",
            "Port Aldren Harbour Authority",
            "Harbour Authority",
            id="end",
        ),
        pytest.param("Veltrane Shipping said the ship is fine. Later Veltrane said more.", "Veltrane Shipping", "Veltrane", id="beginning"),
        pytest.param("Ostland said it will leave. Two Ostlandic boats left.", "Ostland", "Ostlandic", id="adjective"),
        pytest.param("Russia said the talks ended. Later Moscow said more.", "Russia", "Moscow", id="capital by the table of places"),
        pytest.param("Noor van Asperen said it leaks. Reporters saw van Asperen leave.", "Noor van Asperen", "Asperen", id="particle"),
        pytest.param("The Fishermen's Co-operative said prices fell.", "Fishermen's Co-operative", "Fishermen's Co-operative", id="plural owner"),
        pytest.param(
            "The Metal and Machine Workers' Union said no.", "Metal and Machine Workers' Union", "Metal and Machine Workers' Union", id="and"
        ),
        pytest.param("The Ministry of Mines said it rained.", "Ministry of Mines", "Ministry of Mines", id="of"),
    ],
)
def test_forms_of_one_name_are_one_actor(text: str, name: str, alias: str) -> None:
    found = by_name(find(text))
    assert name in found, list(found)
    assert alias in forms(found[name])


@pytest.mark.parametrize(
    ("text", "owner", "member"),
    [
        pytest.param("The Rail Agency said no. “No,” said Jo Fell, the agency's director.", "Rail Agency", "Jo Fell, director", id="description"),
        pytest.param("Jo Fell, a spokeswoman for the Rail Agency, said no.", "Rail Agency", "Jo Fell, spokeswoman", id="for"),
        pytest.param("The Rail Agency's duty director, Jo Fell, said no.", "Rail Agency", "Jo Fell, duty director", id="owner first"),
        pytest.param("The Rail Agency said no. Its director, Jo Fell, said never.", "Rail Agency", "Jo Fell, director", id="its"),
        pytest.param("Ostland said no. Jo Fell, the Ostlandic minister, said never.", "Ostland", "Jo Fell, minister", id="adjective"),
    ],
)
def test_people_become_members_of_whom_they_speak_for(text: str, owner: str, member: str) -> None:
    found = by_name(find(text))
    assert owner in found, list(found)
    assert member in found[owner].actor.members
    assert "Jo Fell" not in found


def test_two_of_one_surname_share_no_alias() -> None:
    found = find("Ana Holt said the dam leaks. Ben Holt said it is dry. Holt said no.")
    assert {"Ana Holt", "Ben Holt"} <= {f.actor.name for f in found}
    assert not any("Holt" in f.actor.aliases for f in found)


def test_statements_mentions_and_articles_are_counted() -> None:
    found = by_name(find("Ana Holt said the dam leaks. Holt said it is old.", "Reporters met Ana Holt.", "Ana Holt said no."))
    holt = found["Ana Holt"]
    assert (holt.n_statements, holt.n_mentions, holt.n_articles) == (3, 4, 3)
    assert holt.examples[0] == "Ana Holt said the dam leaks."


def test_who_is_quoted_comes_before_who_is_named() -> None:
    found = find("The Rail Agency said no. The Rail Agency said never. The Coal Board met. Ana Holt said maybe.")
    assert [f.actor.name for f in found] == ["Rail Agency", "Ana Holt", "Coal Board"]
    assert [f.actor.name for f in find("The Rail Agency said no. The Rail Agency said never. Ana Holt said maybe.", max_actors=1)] == ["Rail Agency"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "The US said no. Call us in May, it may help us. Apple said an apple is fruit. Two reporters asked Apple.",
            {"US", "Apple"},
            id="common words",
        ),
        pytest.param("May said on 4 May that May would leave. Theresa May said no.", {"Theresa May"}, id="a month"),
    ],
)
def test_names_that_are_words(text: str, expected: set[str]) -> None:
    found = find(text)
    named = set().union(*(forms(f) for f in found))
    assert expected <= named
    registry = ActorRegistry([f.actor for f in found])
    for m in registry.mentions(text):
        assert text[m.start : m.end] not in ("us", "may", "apple")


def test_words_that_only_open_sentences_are_no_names() -> None:
    found = find("Villagers said it rained. Pressed on this, Ana Holt said no. Yesterday the villagers said more. Two said less.")
    assert {f.actor.name for f in found} == {"Ana Holt"}


def test_headlines_in_capitals_teach_no_names() -> None:
    text = "DAM BURSTS IN OSTLAND AS MINISTER QUITS\n\nHarbour Dam Bursts After Heavy Rain In Northern Valley Towns\n\nAna Holt said it rained."
    assert [f.actor.name for f in find(text)] == ["Ana Holt"]


def test_a_source_without_a_name_is_proposed_by_its_description() -> None:
    found = by_name(find("The boat owners said the fish are many. The boat owners said so twice."))
    assert found["Boat owners"].actor.aliases == ("the boat owners",)
    assert found["Boat owners"].n_statements == 2
    assert not find("The report said the fish are many. The report said so twice.")


@pytest.mark.parametrize("text", ["", "\n\n", "🙂🙂 🙂", "قال الوزير إن السد سليم", "“‘“‘“", "A" * 5000, "A.B.C.D.E. " * 200])
def test_odd_texts(text: str) -> None:
    assert find(text) is not None


def test_a_sentence_of_two_thousand_words() -> None:
    text = "Ana Holt said " + "that the Rail Agency and the Coal Board of Ostland " * 200 + "met."
    assert "Ana Holt" in {f.actor.name for f in find(text)}


def test_three_hundred_actors() -> None:
    names = [f"{a}{b} {c}lund" for a in ("Ka", "Mo", "Ri", "Su", "Te") for b in ("la", "ni", "ro") for c in ("Bar", "Dol", "Fin", "Gor", "Hav")]
    names = [f"{n}{x}" for n in names for x in ("o", "e", "i", "u")]
    found = find(" ".join(f"{n} said it rained." for n in names))
    assert len(names) == 300
    assert {f.actor.name for f in found} == set(names)
    assert len({f.actor.id for f in found}) == 300


PIECES = st.sampled_from(
    ["Ana Holt", "Holt", " said ", "the US ", "May ", "Apple", "’s ", "'", "“", "”", ", director of ", "The Rail Agency", ". ", "\n\n", "OSTLAND ",
     "Ostlandic ", "President ", "van ", " and ", " of ", "@handle ", "the Holts ", "🙂", "\u202e", "ا ب", "é", "Q: ", "A: "]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join))
@settings(max_examples=120, deadline=None)
def test_any_text_gives_a_valid_list(text: str) -> None:
    found = find(text)
    registry = ActorRegistry([f.actor for f in found])  # raises where names clash
    assert len({f.actor.id for f in found}) == len(found)
    for m in registry.mentions(text):
        assert 0 <= m.start < m.end <= len(text)
    for f in found:
        assert f.actor.name.strip()
        assert f.n_articles <= 1
        assert f.n_statements or f.n_mentions
