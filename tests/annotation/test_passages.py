"""The passage notation: rows with spans out, and every fault with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.annotation.passages import PARTS, STYLES, locate, parse, read_folder
from sayso.errors import DataError

GOOD = """
== h1-001
style: wire
field: mills
country: Kenya
text: The wheel held, engineer Ana Holt told them. / It was old, Ben Moss said, but it held.
says: Ana Holt | source=engineer Ana Holt | cue=told them | content=The wheel held
says: Ben Moss | source=Ben Moss | cue=said | content=It was old
says: Ben Moss#2 | content=it held
row: Ana Holt | asserts | far_paraphrase | The wheel did not break.
row: Ben Moss | asserts | plain | The wheel was old.
row: Ben Moss#2 | asserts | plain | The wheel held.
row: - | unrelated | article_voice | The wheel held.
text: Nobody said anything.
row: Ana Holt | unrelated | topical_silent | The wheel held.

== h1-002
text: It rained.
row: - | asserts | plain | It was wet.
"""


def write(tmp_path: Path, text: str, name: str = "p.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def words(row: dict[str, Any], key: str) -> list[str]:
    return [row["text"][a:b] for a, b in row[key]]


def test_rows(tmp_path: Path) -> None:
    rows = list(parse(write(tmp_path, GOOD)))
    assert [r["id"] for r in rows] == ["h1-001-0-0", "h1-001-0-1", "h1-001-0-2", "h1-001-0-3", "h1-001-1-0", "h1-002-0-0"]
    first = rows[0]
    assert {k: first[k] for k in ("group", "style", "field", "country", "claim", "actor", "label", "phenomenon")} == {
        "group": "h1-001",
        "style": "wire",
        "field": "mills",
        "country": "Kenya",
        "claim": "The wheel did not break.",
        "actor": "Ana Holt",
        "label": "asserts",
        "phenomenon": "far_paraphrase",
    }
    assert (words(first, "holder_spans"), words(first, "cue_spans"), words(first, "content_spans")) == (
        ["engineer Ana Holt"],
        ["told them"],
        ["The wheel held"],
    )


def test_a_line_break_keeps_the_length_and_the_spans(tmp_path: Path) -> None:
    row = next(parse(write(tmp_path, GOOD)))
    assert " \n It was old" in row["text"]
    assert [{p: s[p] and row["text"][slice(*s[p])] for p in PARTS} for s in row["statements"]] == [
        {"source": "engineer Ana Holt", "cue": "told them", "content": "The wheel held"},
        {"source": "Ben Moss", "cue": "said", "content": "It was old"},
        {"source": None, "cue": None, "content": "it held"},
    ]


def test_a_second_statement_has_its_own_spans_and_the_name_has_all_others(tmp_path: Path) -> None:
    _, _, second, own, silent, alone = parse(write(tmp_path, GOOD))
    assert (second["actor"], words(second, "content_spans"), second["holder_spans"]) == ("Ben Moss", ["it held"], [])
    assert (own["actor"], own["holder_spans"]) == (None, [])
    assert (silent["actor"], silent["statements"], silent["text"]) == ("Ana Holt", [], "Nobody said anything.")
    assert (alone["style"], alone["country"]) == ("", "")  # nothing is carried over from the group before


HEAD = "== g\ntext: Ana Holt said it held.\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("style: wire\n", "line 1: stands before any group or text"),
        ("== g\nrow: - | asserts | plain | It held.\n", "line 2: stands before any group or text"),
        ("== g\nsays: Ana | cue=said\n", "line 2: stands before any group or text"),
        (HEAD + "\nrow: - | asserts | plain\n", "line 4: a row has holder | label | phenomenon | claim, found 3 parts"),
        (HEAD + "row: - | agrees | plain | It held.\n", "line 3: label 'agrees', expected one of asserts, denies, uncertain, unrelated"),
        (HEAD + "row: - | asserts | odd | It held.\n", "line 3: phenomenon 'odd' is not known"),
        (HEAD + "says: Ana | verb=said\n", "line 3: part 'verb', expected one of source, cue, content"),
        (HEAD + "says: Ana | said\n", "line 3: part 'said', expected one of source, cue, content"),
        (HEAD + "says: Ana | cue=denied\n", "line 3: cue 'denied' does not stand in the text"),
        (HEAD + "style: table rows\n", f"line 3: style 'table rows', expected one of {', '.join(sorted(STYLES))}"),
        (HEAD + "colour: red\n", "line 3: key 'colour', expected style, field, country, text, says or row"),
        (HEAD + "no colon\n", "line 3: key 'no colon', expected style, field, country, text, says or row"),
        ("== g\ntext: It\u2028held.\nrow: - | asserts\n", "line 3: a row has holder | label | phenomenon | claim, found 2 parts"),
    ],
)
def test_fault(tmp_path: Path, text: str, fault: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataError) as e:
        list(parse(path))
    assert str(e.value) == f"{path}: 1 faults\n  {fault}"


def test_every_fault_is_listed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"2 faults\n  line 3: .*\n  line 4: "):
        list(parse(write(tmp_path, HEAD + "colour: red\nrow: -\n")))


def test_read_folder_marks_the_split(tmp_path: Path) -> None:
    one, two = write(tmp_path, GOOD, "a.txt"), write(tmp_path, "== x\ntext: It rained.\nrow: - | asserts | plain | It was wet.\n", "b.txt")
    rows = read_folder([one, two], "dev")
    assert [r["group"] for r in rows] == ["h1-001"] * 5 + ["h1-002", "x"]
    assert {r["split"] for r in rows} == {"dev"}
    assert read_folder([], "dev") == []


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        pytest.param(
            "He said it fell. Moss said it held.", {"cue": "said", "content": "it held"}, {"cue": (22, 26), "content": (27, 34)}, id="nearest cue"
        ),
        pytest.param(
            "Moss knew. Moss said it held.", {"source": "Moss", "cue": "said it"}, {"source": (11, 15), "cue": (16, 23)}, id="nearest source"
        ),
        pytest.param("Hello, he said.", {"source": "he"}, {"source": (7, 9)}, id="whole words only"),
        pytest.param("“Shut.”", {"content": "“Shut.”"}, {"content": (0, 7)}, id="marks"),
        pytest.param("unsaid", {"cue": "said"}, {"cue": (2, 6)}, id="within a word where nowhere else"),
        pytest.param("It held.", {"cue": ""}, {}, id="no words"),
        pytest.param("It held.", {}, {}, id="no parts"),
    ],
)
def test_locate(text: str, parts: dict[str, str], expected: dict[str, tuple[int, int]]) -> None:
    assert locate(text, parts) == expected


@given(st.text(min_size=1, max_size=60), st.lists(st.tuples(st.sampled_from(PARTS), st.integers(0, 59), st.integers(1, 20)), max_size=3))
@settings(max_examples=150, deadline=None)
def test_located_spans_hold_the_words(text: str, cuts: list[tuple[str, int, int]]) -> None:
    parts = {p: text[a : a + n] for p, a, n in cuts}
    found = locate(text, parts)
    assert set(found) == {p for p, w in parts.items() if w}
    assert all(text[a:b] == parts[p] for p, (a, b) in found.items())
