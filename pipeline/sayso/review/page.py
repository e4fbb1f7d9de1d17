"""A place of the queue, or the end of it, as an HTML page. All foreign text is cleaned and escaped by the report's environment."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Iterable
from functools import cache

from markupsafe import Markup

from sayso.report.html import environment, resource, tone
from sayso.report.words import SIGNS, Evidence, lines_around
from sayso.review.sitting import Sitting
from sayso.types import ARTICLE_VOICE, LABELS, Label

_LEAST, _MOST = 120, 600  # characters shown before the paragraph of the sentence and after it, where there are so many,
_REACH = 4000  # and how far they are looked for
_CHANGED = 200  # changed judgements that the last page lists
KEYS = dict(zip("adun", LABELS, strict=True))
"""Key on the keyboard -> the label that it gives."""
WORDS = {**{label: str(label) for label in LABELS}, Label.UNRELATED: "none"}
_MEANING = {
    Label.ASSERTS: "presents the claim as true",
    Label.DENIES: "presents it as false",
    Label.UNCERTAIN: "speaks of it without taking a side",
    Label.UNRELATED: "takes no stance on it",
}


def render_place(sitting: Sitting, place: int, token: str) -> str:
    """The page of one judgement, with its form."""
    judgement = sitting.queue[place]
    words = sitting.report.words
    item = words.of(judgement)
    before, after = _around(item)
    claim = words.claim(judgement.claim)
    return _render(
        "place.html.j2",
        sitting,
        token,
        place=place,
        item=item,
        judgement=judgement,
        before=before,
        after=after,
        holder="the article itself" if judgement.statement.actor == ARTICLE_VOICE else words.name(judgement.statement.actor),
        own=judgement.statement.actor == ARTICLE_VOICE,
        chain=[words.name(id_) for id_ in judgement.statement.chain],
        claim=claim,
        opposite=words.claim(claim.negation_of) if claim.negation_of else None,
        answers=[(key, label, chance) for (key, label), chance in zip(KEYS.items(), judgement.probabilities, strict=True)],
        decided=sitting.decided(place),
    )


def render_end(sitting: Sitting, token: str, *, stopped: bool = False) -> str:
    """The page after the last judgement, or after stopping: what was kept, what differs, and what to do with it."""
    changed = [(n, sitting.queue[n], sitting.made[n]) for n in sitting.changed]
    return _render("end.html.j2", sitting, token, stopped=stopped, changed=changed[:_CHANGED], n_changed=len(changed), commands=commands(sitting))


def commands(sitting: Sitting) -> list[str]:
    """What can be done with the decisions, as lines for a shell."""
    folder, file = shlex.quote(str(sitting.folder)), shlex.quote(str(sitting.file))
    rows = f"sayso data corrections {folder} --out rows.jsonl"
    from_scores = "scored" in sitting.report.provenance.counts
    return [rows] if from_scores else [f"sayso report {folder} --corrections {file} --out {folder}", rows]


def policy() -> str:
    """The Content-Security-Policy of every page: our one script, our style, a form that leads back here, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _render(template: str, sitting: Sitting, token: str, **values: object) -> str:
    return (
        environment("sayso.review", "sayso.report")
        .get_template(template)
        .render(
            sitting=sitting,
            words=sitting.report.words,
            token=token,
            total=len(sitting.queue),
            n_made=len(sitting.made),
            names=WORDS,
            meaning=_MEANING,
            marks={**SIGNS, Label.UNRELATED: "\u00a0"},
            label_tone=lambda label: "none" if label is Label.UNRELATED else tone(label),
            style=Markup(_style()),  # ours, not foreign text
            script=Markup(_script()),
            **values,
        )
    )


def _around(item: Evidence) -> tuple[str, str]:
    """What stands before the lines of the sentence, and after them; empty without the text."""
    text, span = item.article.text, item.judgement.statement.sentence.span
    if not text[span.start : span.end].strip():
        return "", ""
    first, last = lines_around(text, span)
    before = _enough(reversed(text[max(0, first - _REACH) : first].split("\n")))[::-1]
    after = _enough(text[last : last + _REACH].split("\n"))
    return _ending("\n".join(before)), _beginning("\n".join(after))


def _enough(lines: Iterable[str]) -> list[str]:
    """The first of ``lines`` that hold words, until there is something to read: a lone time or heading says little."""
    taken: list[str] = []
    for line in filter(str.strip, lines):
        if sum(map(len, taken)) >= _LEAST:
            break
        taken.append(line.strip())
    return taken


def _ending(text: str) -> str:
    return text if len(text) <= _MOST else "… " + text[-_MOST:].partition(" ")[2]


def _beginning(text: str) -> str:
    return text if len(text) <= _MOST else text[:_MOST].rpartition(" ")[0] + " …"


@cache
def _style() -> str:
    return resource("matrix.css") + resource("page.css") + resource("review.css", "sayso.review")


@cache
def _script() -> str:
    return resource("review.js", "sayso.review")
