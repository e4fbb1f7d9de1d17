"""The report as Markdown, for pull requests, wikis and mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sayso.report.clean import clean, shorten, web_address
from sayso.report.files import run_yaml
from sayso.report.matrix import best_sentence
from sayso.report.words import SIGNS, Evidence, Words, count, day, interval, percent, reading
from sayso.types import Position

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_MAX_EVIDENCE = 5  # sentences under a cell; Markdown is read from top to bottom
_MAX_SKIPPED = 100
_MAX_RUN = 20_000  # characters of the run's record, which is whole in run.yaml
# Braces too: page generators run their template language over Markdown before anything else does.
_MARKUP = re.compile(r"([\\`*_\[\](){}%#|~!+-])")


def escape(text: str) -> str:
    """Foreign text on one line, such that nothing in it is markup: neither Markdown, nor HTML, nor a template."""
    line = re.sub(r"\s+", " ", clean(text)).strip()
    escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    escaped = escaped.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")  # no address turns into a link by itself
    return _MARKUP.sub(r"\\\1", escaped)


def render_markdown(report: PositionReport) -> str:
    """The whole report: matrix, evidence by claim, shifts, articles, what was left out, and how the run was made."""
    parts = (_matrix, _claims, _shifts, _articles, _skipped, _run)
    lines = [line for part in parts for line in (*part(report), "")]
    return "\n".join(["# On whose say-so?", "", *lines]).rstrip() + "\n"


def _matrix(report: PositionReport) -> Iterator[str]:
    matrix = report.matrix()
    yield "A position says what somebody is reported to hold, not what is true. In brackets: the 90% credible interval."
    yield ""
    yield "| Claim | " + " | ".join(escape(actor.name) for actor in matrix.actors) + " |"
    yield "|" + " --- |" * (len(matrix.actors) + 1)
    for claim, cells in matrix.rows():
        yield f"| {escape(claim.text)} | " + " | ".join(_cell(position) for _, position in cells) + " |"
    if matrix.silent:
        yield ""
        yield "No position found: " + ", ".join(escape(actor.name) for actor in matrix.silent) + "."


def _verdict(position: Position) -> str:
    return f"**{escape(SIGNS[position.verdict])} {position.verdict}**{', after a shift' if position.shift else ''}"


def _cell(position: Position | None) -> str:
    if position is None:
        return "·"
    figures = f"{percent(position.confidence)} ({interval(position)}), {count(position.n_statements, 'sentence')}"
    quote = escape(best_sentence(position, 140))
    return f"{_verdict(position)} {_plain(figures)}" + (f"<br>{quote}" if quote else "")


def _plain(figures: str) -> str:
    return figures.replace("<", "&lt;").replace(">", "&gt;")


def _claims(report: PositionReport) -> Iterator[str]:
    words = Words(report)
    yield "## Evidence"
    for claim, cells in report.matrix().rows():
        spoken = [(actor, position) for actor, position in cells if position is not None]
        yield ""
        yield f"### {escape(claim.text)}"
        if not spoken:
            yield ""
            yield "No actor takes a position on this claim."
        for actor, position in spoken:
            yield ""
            figures = f"{percent(position.confidence)} ({interval(position)}), {count(position.n_statements, 'sentence')}"
            sources = f"in {count(position.n_articles, 'article')}, {count(position.n_outlets, 'outlet')}"
            yield f"{escape(actor.name)}: {_verdict(position)}, {_plain(figures)} {sources}"
            yield ""
            for item in words.evidence(position, _MAX_EVIDENCE):
                yield from _evidence(words, position, item)


def _evidence(words: Words, position: Position, item: Evidence) -> Iterator[str]:
    judgement = item.judgement
    sentence = judgement.statement.sentence
    stance = reading(judgement)
    if judgement.claim != position.claim:
        stance += f" of the opposite, “{escape(words.claim(judgement.claim).text)}”"
    where = [_source(item), f"characters {sentence.start:,} to {sentence.end:,}", _plain(stance)]
    yield f"- {escape(shorten(judgement.text, 600))} ({', '.join(filter(None, where))})"
    if item.copies:
        copies = ", ".join(escape(copy.outlet or copy.statement.article) for copy in item.copies)
        yield f"  - the same words in {copies}"


def _source(item: Evidence) -> str:
    parts = [item.judgement.outlet, item.article.title or item.article.id]
    return ", ".join([*(escape(part) for part in parts if part), *filter(None, [day(item.judgement.published)])])


def _shifts(report: PositionReport) -> Iterator[str]:
    words = Words(report)
    found = list(words.shifts(report.positions))
    if found:
        yield "## Shifts"
        yield ""
    for view in found:
        actor, claim = words.name(view.position.actor), words.claim(view.position.claim)
        yield f"- {escape(actor)} on “{escape(claim.text)}”: {view.shift.before}, then {view.shift.after}"
        for when, item in (("last", view.before), ("then", view.after)):
            if item:
                yield f"  - {when}: {escape(shorten(item.judgement.text, 300))} ({_source(item)})"


def _articles(report: PositionReport) -> Iterator[str]:
    yield "## Articles"
    yield ""
    for article in report.articles:
        facts = ", ".join(filter(None, [escape(article.outlet or ""), day(article.published)]))
        address = web_address(article.url)
        # In angle brackets and without the characters that end them, an address can hold nothing but itself.
        link = " <" + re.sub(r"[<>\s]", "", clean(address)) + ">" if address else ""
        yield f"- {escape(article.title or article.id)}{f' ({facts})' if facts else ''}{link}"


def _skipped(report: PositionReport) -> Iterator[str]:
    if not report.skipped:
        return
    yield "## Left out"
    yield ""
    yield "| Article | Characters | Stage | Reason |"
    yield "| --- | --- | --- | --- |"
    for item in report.skipped[:_MAX_SKIPPED]:
        span = f"{item.start:,} to {item.end:,}" if item.start is not None and item.end is not None else "all"
        yield f"| {escape(item.article)} | {span} | {escape(item.stage)} | {escape(item.reason)} |"
    if len(report.skipped) > _MAX_SKIPPED:
        yield ""
        yield f"{len(report.skipped) - _MAX_SKIPPED:,} more are in skipped.parquet."


def _run(report: PositionReport) -> Iterator[str]:
    yield "## How this report was made"
    yield ""
    # In a code block nothing can be escaped; a space between the braces keeps template languages away.
    run = clean(run_yaml(report)[:_MAX_RUN]).replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")
    yield from ("    " + line for line in run.split("\n"))
