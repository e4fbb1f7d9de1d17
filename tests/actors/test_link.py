"""Linking: from the words of a source to its actors, or to the reason why there are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.actors import ActorRegistry, Link, Linker
from sayso.types import Actor, Span

ACTORS = (
    Actor("ost", "Ostland", "country", ("Ostlandic",), ("Vera Lind, foreign minister",)),
    Actor("wes", "Westland", "country", ("Westlandic",)),
    Actor("firm", "Northfell Water", "company", ("Northfell",), ("Mara Quill, director",)),
    Actor("herders", "Valley Herders", "association", ("the Herders",)),
    Actor("holt", "Ana Holt", "person"),
    Actor("moss", "Ben Moss", "person"),
)
REGISTRY = ActorRegistry(ACTORS)


def links(text: str, *sources: str) -> list[Link]:
    """Link the sources in turn; each is searched for behind the one before, its sentence being the line that it stands in."""
    linker = Linker(REGISTRY, text)
    out, at = [], 0
    for source in sources:
        start = text.index(source, at)
        at = start + len(source)
        line_end = text.find("\n", at)
        sentence = Span(text.rfind("\n", 0, start) + 1, line_end if line_end >= 0 else len(text))
        out.append(linker.resolve(Span(start, at), sentence))
    return out


def actors(text: str, *sources: str) -> tuple[str, ...]:
    """The actors of the last source."""
    return links(text, *sources)[-1].actors


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("Northfell Water", ("firm",), id="name"),
        pytest.param("Northfell’s director", ("firm",), id="role of the owner"),
        pytest.param("a spokeswoman for Northfell", ("firm",), id="spokeswoman"),
        pytest.param("the director, Mara Quill,", ("firm",), id="member in apposition"),
        pytest.param("Ostlandic officials", ("ost",), id="demonym"),
        pytest.param("Vera Lind", ("ost",), id="member"),
        pytest.param("Ms Holt", ("holt",), id="surname"),
        pytest.param("Holt and Moss", ("holt", "moss"), id="two together"),
        pytest.param("both Ostland and Westland", ("ost", "wes"), id="both"),
        pytest.param("Holt, Moss and Northfell", ("holt", "moss", "firm"), id="three together"),
        pytest.param("Ostland’s envoy to Westland", ("ost",), id="owner before place"),
        pytest.param("the envoy of Ostland in Westland", ("ost",), id="first named"),
        pytest.param("Ben Moss, a neighbour of Holt", ("moss",), id="apposition"),
        pytest.param("the Herders' envoy to Ostland", ("herders",), id="plural owner"),
        pytest.param("Holt's critics and Moss", ("moss",), id="critics of one beside another"),
        pytest.param("opponents of Holt and Northfell Water", ("firm",), id="opponents end at the conjunction"),
    ],
)
def test_named_sources(source: str, expected: tuple[str, ...]) -> None:
    assert actors(f"{source} said so.", source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "critics of Holt",
        "Holt's critics",
        "Holt’s former wife",
        "the widow of Moss",
        "the Herders' opponents",
        "rivals of Northfell",
        "a neighbour of Holt",
    ],
)
def test_people_around_an_actor_are_not_the_actor(source: str) -> None:
    (link,) = links(f"{source} said so.", source)
    assert link == Link((), f"source not among the actors: {source!r}")


@pytest.mark.parametrize("source", ["witnesses", "a baker", "his critics", "researchers in Oslo", "the"])
def test_strangers(source: str) -> None:
    (link,) = links(f"Holt left.\n{source} said so.", source)
    assert link.actors == ()
    assert link.reason == f"source not among the actors: {source!r}"


def test_the_reason_quotes_a_long_source_short() -> None:
    source = "a man " + "who knew the man " * 20
    (link,) = links(source, source)
    assert link.reason is not None
    assert len(link.reason) < 100


# --- pronouns ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sources", "expected"),
    [
        pytest.param("Ana Holt left after she spoke.", ["she"], ("holt",), id="one person in the sentence"),
        pytest.param("Ana Holt left.\nThe gate, she said, was shut.", ["she"], ("holt",), id="one person just before"),
        pytest.param("Ana Holt said so.\nShe added more.", ["Ana Holt", "She"], ("holt",), id="the last speaker"),
        pytest.param("Holt said so.\nMoss denied it.\nHe left, he said.", ["Holt", "Moss", "he"], ("moss",), id="the later speaker"),
        pytest.param("Holt met Moss before she spoke.", ["she"], (), id="two persons in the sentence"),
        pytest.param("Holt said so.\nMoss met Holt, and she spoke.", ["Holt", "she"], ("holt",), id="of two, the one who spoke"),
        pytest.param("Northfell said so.\nHolt met Moss, and she spoke.", ["Northfell", "she"], (), id="of two, none who spoke"),
        pytest.param("Holt met Moss.\nShe spoke.", ["She"], (), id="two persons just before"),
        pytest.param("Northfell Water left.\nShe spoke.", ["She"], (), id="a company is no she"),
        pytest.param("Northfell shut it, it said.", ["it said"[:2]], ("firm",), id="it"),
        pytest.param("Ana Holt left.\nIt spoke.", ["It"], (), id="a person is no it"),
        pytest.param("Mara Quill left.\nHer spokesman denied it.", ["Her spokesman"], ("firm",), id="her spokesman"),
        pytest.param("Northfell said so.\nIts lawyers denied it.", ["Northfell", "Its lawyers"], ("firm",), id="its lawyers"),
        pytest.param("Ostland and Westland said so.\nThey denied it.", ["Ostland and Westland", "They"], ("ost", "wes"), id="they"),
        pytest.param("Ostland and Westland said so.\nIt denied it.", ["Ostland and Westland", "It"], (), id="it is not two"),
        pytest.param("Ana Holt left." + " It rained." * 60 + "\nShe spoke.", ["She"], (), id="too far back"),
    ],
)
def test_pronouns(text: str, sources: list[str], expected: tuple[str, ...]) -> None:
    link = links(text, *sources)[-1]
    assert link.actors == expected
    assert expected or (link.reason is not None and link.reason.startswith("unclear whom"))


@pytest.mark.parametrize("word", ["We", "I", "our", "us"])
def test_first_person_is_nobody_outside_an_interview(word: str) -> None:
    (link,) = links(f"{word} said so.", word)
    assert link == Link((), "first person outside an interview")


@pytest.mark.parametrize(
    ("text", "sources", "expected"),
    [
        pytest.param("Ostland met Westland.\nBoth sides agreed.", ["Both sides"], ("ost", "wes"), id="the only two in the text"),
        pytest.param(
            "Holt said so.\nNorthfell and Moss left.\nOstland denied it.\nBoth agreed.", ["Holt", "Ostland", "Both"], ("ost", "holt"), id="last two"
        ),
        pytest.param("Holt met Moss at Northfell.\nNeither agreed.", ["Neither"], (), id="three in the text, none spoke"),
        pytest.param("Holt left.\nBoth sides agreed.", ["Both sides"], (), id="only one in the text"),
    ],
)
def test_both_sides(text: str, sources: list[str], expected: tuple[str, ...]) -> None:
    link = links(text, *sources)[-1]
    assert link.actors == expected
    assert bool(link.actors) != bool(link.reason)


def test_mentions_in_a_span() -> None:
    text = "Holt met Moss at Northfell Water."
    linker = Linker(REGISTRY, text)
    assert [m.actor for m in linker.mentions_in(Span(0, 13))] == ["holt", "moss"]
    assert [m.actor for m in linker.mentions_in(Span(1, len(text)))] == ["moss", "firm"]
    assert linker.mentions_in(Span(17, 22)) == []  # half a mention is none


PIECES = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from(["Holt", " Northfell", "’s ", " critics", " she ", " it ", " and ", "both", "\n"])), max_size=15
)


@given(PIECES.map("".join), st.lists(st.tuples(st.integers(0, 120), st.integers(0, 60)), max_size=8))
@settings(max_examples=150, deadline=None)
def test_every_source_links_to_actors_or_a_reason(text: str, cuts: list[tuple[int, int]]) -> None:
    linker = Linker(REGISTRY, text)
    for start, size in sorted(cuts):
        source = Span(min(start, len(text)), min(start + size, len(text)))
        link = linker.resolve(source, Span(0, len(text)))
        assert set(link.actors) <= set(REGISTRY.by_id)
        assert len(set(link.actors)) == len(link.actors)
        assert link.actors or link.reason


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("The Water Board, which runs the dam, says it held.", "which", ("board",)),
        ("Ana Ruiz, who chairs the inquiry, doubts it. Storms came.", "who", ("ruiz",)),
        ("The Water Board met. Villagers, who had waited for hours, doubt it.", "who", ()),
    ],
)
def test_relative_pronouns_stand_for_the_name_before_them(text: str, source: str, expected: tuple[str, ...]) -> None:
    registry = ActorRegistry([Actor("board", "Water Board", "public body"), Actor("ruiz", "Ana Ruiz", "person")])
    at = text.index(source)
    start = text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0
    assert Linker(registry, text).resolve(Span(at, at + len(source)), Span(start, len(text))).actors == expected
