"""A place of the queue, or the end of it, as an HTML page. All foreign text is cleaned and escaped by the report's environment."""

from __future__ import annotations

import base64
import hashlib
import shlex
from functools import cache

from markupsafe import Markup

from sayso.report.html import environment, resource, tone
from sayso.report.words import SIGNS, Evidence, lines_around
from sayso.review.sitting import Sitting
from sayso.types import ARTICLE_VOICE, LABELS, Label

_AROUND = 600  # characters shown of the paragraph before and of the one after
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
        holder="The article itself" if judgement.statement.actor == ARTICLE_VOICE else words.name(judgement.statement.actor),
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
    """The end of the paragraph before that of the sentence, and the beginning of the one after it; empty without the text."""
    text, span = item.article.text, item.judgement.statement.sentence.span
    if not text[span.start : span.end].strip():
        return "", ""
    first, last = lines_around(text, span)
    before = text[:first].rstrip().rpartition("\n")[2].strip()
    after = text[last:].lstrip().partition("\n")[0].strip()
    if len(before) > _AROUND:
        before = "… " + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + " …"
    return before, after


@cache
def _style() -> str:
    return resource("matrix.css") + resource("page.css") + resource("review.css", "sayso.review")


@cache
def _script() -> str:
    return resource("review.js", "sayso.review")
