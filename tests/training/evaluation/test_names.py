"""Names are replaced everywhere and by the same word, and nothing else is."""

from __future__ import annotations

import re

import pytest

from predicted import predictions, sure
from sayso.training.evaluation.names import leakage, masked

TEXT = "NJERI WAMBUI: Not two. The Port of Lund knows; the port's men told Ms Wambui so. Lundby is far."


def row(**more: object) -> dict:
    return {
        "id": "1",
        "text": TEXT,
        "claim": "Njeri Wambui counted two.",
        "actor": "Njeri Wambui",
        "label": "denies",
        "holder_spans": [[0, 12]],
        **more,
    }


def test_names_are_replaced_in_text_claim_and_holder_alike() -> None:
    one, two = masked([row(), row(id="2", actor="Port of Lund")])
    assert one and two
    assert one["text"] == two["text"]
    assert not re.search(r"\b(njeri|wambui|port|lund)\b", one["text"], re.IGNORECASE)
    first, last = one["actor"].split()
    assert one["text"].startswith(f"{first.upper()} {last.upper()}: Not two. The ")
    assert f"told Ms {last} so. Lundby is far." in one["text"]
    assert one["claim"] == f"{one['actor']} counted two."
    port, of, lund = two["actor"].split()
    assert of == "of" and f"The {port} of {lund} knows; the {port.lower()}'s men" in one["text"]
    assert one["label"] == "denies" and "holder_spans" not in one


def test_the_span_of_the_sentence_moves_along() -> None:
    start = TEXT.index("The Port")
    end = TEXT.index(" Lundby")
    (got,) = masked([row(sentence=[start, end])])
    assert got
    a, b = got["sentence"]
    assert got["text"][a:].startswith("The ") and got["text"][:a].endswith("Not two. ")
    assert got["text"][b:] == " Lundby is far."


def test_masks_are_the_same_every_time_and_no_word_of_the_text() -> None:
    assert masked([row()]) == masked([row()])
    (got,) = masked([row()])
    assert got and not set(got["actor"].casefold().split()) & set(TEXT.casefold().split())


def test_rows_without_a_name_in_their_text_are_left_out() -> None:
    assert masked([row(text="She said no."), row(actor=None, text="It shut.")]) == [None, None]
    own = masked([row(), row(id="2", actor=None)])[1]
    assert own and own["actor"] is None and own["text"] != TEXT, "the text's own voice is asked about the same text"


def test_leakage_by_hand() -> None:
    gold = [0, 1, 2, 3]
    plain, hidden = predictions(gold, sure([0, 1, 2, 0])), predictions(gold, sure([0, 0, 3, 3]))
    got = leakage(plain, hidden)
    assert (got["n"], got["plain"], got["masked"], got["gap"]) == (4, 0.75, 0.5, pytest.approx(25.0))
    assert got["changed"] == 0.75
