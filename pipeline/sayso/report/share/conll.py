"""Statements as CoNLL-U Plus: a token a line, a sentence a block, for sequence taggers and annotation tools.

The first line names the columns. Each block is one sentence as one holder's: a sentence with two holders stands twice, with
the marks of each. Columns, between tabs:

    ID               number of the token in its sentence, from 1
    FORM             the token: a run of letters and digits, or one other character
    START, END       its characters in the article's text, half open
    SAYSO:SOURCE     B at the first token of who says it, I inside, O outside
    SAYSO:CUE        the same for the words that say so
    SAYSO:CONTENT    the same for what is said

Comment lines stand before the tokens, their parts between tabs:

    # sent_id = statement id
    # article = article id
    # text = the sentence on one line
    # holder = actor id, name
    # stance = claim id, label, its probability ("person" where a person decided), the claim
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from sayso.report.clean import clean
from sayso.types import LABELS, Judgement, Span, Statement

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

COLUMNS = ("ID", "FORM", "START", "END", "SAYSO:SOURCE", "SAYSO:CUE", "SAYSO:CONTENT")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def files(report: PositionReport) -> dict[str, str]:
    """``statements.conllu``, in the order of the articles and of their sentences."""
    said: dict[str, list[Judgement]] = {}
    for judgement in report.judgements:
        if judgement.statement.actor is not None:
            said.setdefault(judgement.statement.id, []).append(judgement)
    blocks = ("\n".join(_block(report, judged)) + "\n\n" for judged in said.values())
    return {"statements.conllu": f"# global.columns = {' '.join(COLUMNS)}\n" + "".join(blocks)}


def _block(report: PositionReport, judged: list[Judgement]) -> Iterator[str]:
    words, statement, text = report.words, judged[0].statement, judged[0].text
    yield f"# sent_id = {_line(statement.id)}"
    yield f"# article = {_line(statement.article)}"
    yield f"# text = {_line(text)}"
    yield f"# holder = {_line(str(statement.actor))}\t{_line(words.name(statement.actor))}"
    for judgement in judged:
        chance = "person" if judgement.corrected else f"{judgement.probabilities[LABELS.index(judgement.label)]:.4f}"
        yield "\t".join((f"# stance = {_line(judgement.claim)}", str(judgement.label), chance, _line(words.claim(judgement.claim).text)))
    yield from _tokens(statement, clean(text))


def _tokens(statement: Statement, text: str) -> Iterator[str]:
    start = statement.sentence.start
    found = [Span(start + match.start(), start + match.end()) for match in _TOKEN.finditer(text)]
    columns = [_tags(found, [getattr(part, role) for part in statement.attributions]) for role in ("source", "cue", "content")]
    for number, (token, *tags) in enumerate(zip(found, *columns, strict=True), 1):
        yield "\t".join((str(number), text[token.start - start : token.end - start], str(token.start), str(token.end), *tags))


def _tags(tokens: list[Span], spans: list[Span | None]) -> list[str]:
    """B, I or O for each token; a token that a span holds in part is in it."""
    inside = [next((span for span in spans if span and span.overlaps(token)), None) for token in tokens]
    return ["O" if span is None else "I" if span is before else "B" for before, span in pairwise([None, *inside])]


def _line(text: str) -> str:
    return " ".join(clean(text).split())
