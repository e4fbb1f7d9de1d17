"""The registry: which forms name an actor, which name nobody, and what is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.actors import ActorRegistry
from sayso.actors.registry import Form
from sayso.errors import ConfigError
from sayso.types import Actor

ACTORS = (
    Actor("ost", "Ostland", "country", ("Ostlandic", "Port Ost"), ("Vera Lind, foreign minister",)),
    Actor("us", "United States", "country", ("US", "U.S.")),
    Actor("water", "Northfell Water", "company", ("Northfell",), ("Mara Quill, operations director",)),
    Actor("council", "Corrow Valley Council", "local authority", (), ("Tom Aske",)),
    Actor("health", "Ministry of Health", "ministry"),
    Actor("rra", "River Rescue Alliance", "charity"),
    Actor("holt", "Ana van Holt", "politician", ("Dr. Holt",)),
    Actor("may", "Theo May", "person"),
)


@pytest.fixture(scope="module")
def registry() -> ActorRegistry:
    return ActorRegistry(ACTORS)


def named(registry: ActorRegistry, text: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.actor) for m in registry.mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Northfell Water denied it.", [("Northfell Water", "water")], id="name"),
        pytest.param("Northfell’s gates", [("Northfell", "water")], id="possessive"),
        pytest.param("NORTHFELL WATER DENIES LEAK", [("NORTHFELL WATER", "water")], id="all-caps headline"),
        pytest.param("Northfell\n  Water said so.", [("Northfell\n  Water", "water")], id="name over a line break"),
        pytest.param("Ostlandic officials", [("Ostlandic", "ost")], id="listed demonym"),
        pytest.param("Officials in Port Ost", [("Port Ost", "ost")], id="listed seat of government"),
        pytest.param("Washington and American officials", [("Washington", "us"), ("American", "us")], id="derived metonym and demonym"),
        pytest.param("The US said that the U.S. had told us.", [("US", "us"), ("U.S", "us")], id="us is nobody"),
        pytest.param("Theo May said that May knew.", [("Theo May", "may"), ("May", "may")], id="surname that is a month"),
        pytest.param("It rained in May, on 3 May and May 4.", [], id="a month is nobody"),
        pytest.param("Ana van Holt spoke. Holt left. Van Holt?", [("Ana van Holt", "holt"), ("Holt", "holt"), ("Holt", "holt")], id="surname"),
        pytest.param("Mara Quill left. Quill knew.", [("Mara Quill", "water"), ("Quill", "water")], id="member and her surname"),
        pytest.param("Vera Lind was heard.", [("Vera Lind", "ost")], id="member of a state"),
        pytest.param("The foreign minister and the minister", [("The foreign minister", "ost")], id="a shared description is nobody's"),
        pytest.param("the operations director", [("the operations director", "water")], id="role of a member"),
        pytest.param("The ministry met the Council.", [("The ministry", "health"), ("the Council", "council")], id="the only ministry"),
        pytest.param("The company knew.", [("The company", "water")], id="the only company"),
        pytest.param("RRA crews and the alliance", [("RRA", "rra"), ("the alliance", "rra")], id="initials and head noun"),
        pytest.param("the water rose and the health of many suffered", [], id="topics in a name are nobody"),
        pytest.param("Ostlander, Northfellian, a Corrow-Northfell pact", [], id="parts of words are nobody"),
        pytest.param("", [], id="empty"),
    ],
)
def test_mentions(registry: ActorRegistry, text: str, expected: list[tuple[str, str]]) -> None:
    found = [(words.rstrip("."), actor) for words, actor in named(registry, text)]
    assert found == expected


def test_only_a_part_of_a_text_can_be_searched(registry: ActorRegistry) -> None:
    text = "Northfell met Theo May."
    assert [m.actor for m in registry.mentions(text, start=9)] == ["may"]
    assert [m.actor for m in registry.mentions(text, end=10)] == ["water"]


@pytest.mark.parametrize(
    ("text", "form", "person"),
    [
        ("Northfell Water", Form.NAME, False),
        ("Northfell", Form.ALIAS, False),
        ("Mara Quill", Form.MEMBER, True),
        ("Quill", Form.SURNAME, True),
        ("RRA", Form.INITIALS, False),
        ("Washington", Form.PLACE, False),
        ("the company", Form.DESCRIPTION, False),
        ("the operations director", Form.DESCRIPTION, True),
        ("Ana van Holt", Form.NAME, True),
    ],
)
def test_form_and_whether_it_is_one_person(registry: ActorRegistry, text: str, form: Form, person: bool) -> None:
    (mention,) = registry.mentions(text)
    assert (mention.form, mention.person) == (form, person)


def test_a_surname_of_two_actors_belongs_to_neither() -> None:
    registry = ActorRegistry([Actor("ann", "Ann Pell", "person"), Actor("bob", "Bob Pell", "person")])
    assert named(registry, "Pell left with Ann Pell and Bob Pell.") == [("Ann Pell", "ann"), ("Bob Pell", "bob")]


def test_a_listed_alias_wins_over_a_derived_form() -> None:
    registry = ActorRegistry([Actor("ann", "Ann Pell", "person", ("Pell",)), Actor("bob", "Bob Pell", "person")])
    assert named(registry, "Pell left.") == [("Pell", "ann")]


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        ("Grey House", "House prices fell."),
        ("Pell Valley Water", "Water rose."),
        ("Foreign Ministry", "Ministry of nothing."),
        ("White House", "House rules"),
    ],
)
def test_the_last_word_of_a_groups_alias_is_no_surname(alias: str, text: str) -> None:
    registry = ActorRegistry([Actor("x", "Pell", "country", (alias,))])
    assert named(registry, text) == []
    (mention,) = registry.mentions(alias)
    assert not mention.person


def test_a_person_among_the_aliases_of_a_group_is_a_person() -> None:
    registry = ActorRegistry([Actor("x", "Ostland", "country", ("Vera Lind",))])
    assert [(m.person, m.form) for m in registry.mentions("Vera Lind left. Lind knew.")] == [(True, Form.ALIAS), (True, Form.SURNAME)]


@pytest.mark.parametrize(
    "kind", ["person", "Person", "politician", "dancer", "opera singer", "players' agent", "minister of health", "former planning officer"]
)
def test_kinds_of_persons(kind: str) -> None:
    (mention,) = ActorRegistry([Actor("a", "Ann Pell", kind)]).mentions("Pell said so.")
    assert mention.person


@pytest.mark.parametrize("kind", ["", "company", "police force", "drivers' union", "ministry of officers", "housebuilder"])
def test_kinds_of_groups(kind: str) -> None:
    assert ActorRegistry([Actor("a", "Ann Pell", kind)]).mentions("Pell said so.") == []


@pytest.mark.parametrize(
    ("actors", "fault"),
    [
        pytest.param([Actor("article", "The Courier")], "'article' is reserved", id="reserved id"),
        pytest.param([Actor("a", "Ann Pell"), Actor("a", "Bob Moss")], "'a' is used twice", id="id twice"),
        pytest.param([Actor("a", "  ")], "'a' has an empty name", id="empty name"),
        pytest.param(
            [Actor("a", "Pell", aliases=("the firm",)), Actor("b", "Moss", aliases=("The firm",))], "'the firm' names both 'a' and 'b'", id="shared"
        ),
        pytest.param([Actor("a", "Pell"), Actor("b", "Moss", aliases=("pell",))], "'pell' names both 'a' and 'b'", id="a name as alias"),
    ],
)
def test_refused(actors: list[Actor], fault: str) -> None:
    with pytest.raises(ConfigError) as e:
        ActorRegistry(actors)
    assert len(e.value.faults) == 1
    assert fault in e.value.faults[0]


def test_all_faults_are_listed_at_once() -> None:
    with pytest.raises(ConfigError) as e:
        ActorRegistry([Actor("article", ""), Actor("b", "Moss", aliases=("Pell",)), Actor("b", "Pell")])
    assert len(e.value.faults) == 3


def test_an_empty_alias_names_nothing() -> None:
    registry = ActorRegistry([Actor("a", "Pell", aliases=("", " ")), Actor("b", "Moss", aliases=("",))])
    assert named(registry, "Pell and  Moss, said so.") == [("Pell", "a"), ("Moss", "b")]


def test_name_of_an_actor(registry: ActorRegistry) -> None:
    assert registry.name("water") == "Northfell Water"
    assert registry.name("nobody") == "nobody"


def test_no_actors_no_mentions() -> None:
    assert ActorRegistry([]).mentions("Northfell Water denied it.") == []


@given(
    st.lists(
        st.one_of(st.text(max_size=12), st.sampled_from(["Northfell", " Water", "the council", "US", "İ", "ß", "ſ", "’s ", " "])), max_size=20
    ).map("".join)
)
@settings(max_examples=150, deadline=None)
def test_mentions_are_in_order_and_apart_in_any_text(text: str) -> None:
    at = 0
    for m in ActorRegistry(ACTORS).mentions(text):
        assert at <= m.start < m.end <= len(text)
        assert m.actor in {a.id for a in ACTORS}
        at = m.end


@given(st.lists(st.text(min_size=1, max_size=15), min_size=1, max_size=6, unique_by=str.casefold))
@settings(max_examples=100, deadline=None)
def test_a_registry_can_be_built_from_any_names(names: list[str]) -> None:
    names = [n for n in names if n.strip()]
    registry = ActorRegistry([Actor(str(i), n, "company", members=(n,)) for i, n in enumerate(names)])
    for m in registry.mentions(" ".join(names)):
        assert m.actor in registry.by_id


def test_three_hundred_actors_are_found_in_a_second() -> None:
    first, last = ("Abel", "Bram", "Cass", "Dora", "Egon", "Fara"), 50
    actors = [Actor(f"{f}{i}", f"{f} Quor{chr(97 + i // 26)}{chr(97 + i % 26)}{f.lower()}", "person") for f in first for i in range(last)]
    text = " ".join(f"Some say that {a.name} knew of it, but {a.name.split()[1]} denies it." for a in actors)
    start = time.process_time()
    mentions = ActorRegistry(actors).mentions(text)
    assert time.process_time() - start < 5
    assert [m.actor for m in mentions] == [a.id for a in actors for _ in range(2)]
